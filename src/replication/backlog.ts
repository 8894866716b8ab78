import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  type Dialect,
  type NextByte,
  type ProcessedOffset,
  windowEnd,
} from '../../models/vocabulary/index.ts';

export interface BacklogOptions {
  /** How many bytes it keeps. */
  readonly capacity: number;
  /** The offset of the stream when the backlog begins. */
  readonly offset: ProcessedOffset;
  readonly dialect: Dialect;
  readonly rules?: Ruleset;
}

/**
 * The last bytes of a replication stream, in a ring. The byte at position `p` stands in slot `p % capacity`, so the
 * ring needs no index of its own; which positions it holds is the window, and the rules decide that.
 */
export class Backlog {
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  #ring: Uint8Array;
  #window: BacklogWindow;

  constructor(options: BacklogOptions) {
    this.#rules = options.rules ?? STANDARD;
    this.#dialect = options.dialect;
    this.#ring = new Uint8Array(options.capacity);
    this.#window = this.#rules.newWindow(options.offset);
  }

  get capacity(): number {
    return this.#ring.length;
  }

  get window(): BacklogWindow {
    return this.#window;
  }

  /** Adds the next bytes of the stream, pushing out the oldest where there is no room. */
  feed(bytes: Uint8Array): void {
    const end = windowEnd(this.#window);
    this.#window = this.#rules.windowAfterFeed(this.#window, bytes.length, this.capacity);
    const kept =
      bytes.length > this.capacity ? bytes.subarray(bytes.length - this.capacity) : bytes;
    writeAt(this.#ring, end + bytes.length - kept.length, kept);
  }

  /** A copy of up to `limit` bytes from position `from` on, which the window must hold or end at. */
  read(from: NextByte, limit = Number.POSITIVE_INFINITY): Uint8Array {
    const { firstByte } = this.#window;
    const end = windowEnd(this.#window);
    if (from < firstByte || from > end) {
      // The rules let nobody continue from outside the window, so only a mistake in the caller leads here.
      throw new RangeError(`byte ${from} is outside of the backlog [${firstByte}, ${end})`);
    }
    return readAt(this.#ring, from, Math.min(limit, end - from));
  }

  /** Changes the capacity. What stays of the content is up to the rules. */
  resize(capacity: number): void {
    const window = this.#rules.windowAfterResize(
      this.#window,
      { from: this.capacity, to: capacity },
      this.#dialect,
    );
    const kept = readAt(this.#ring, window.firstByte, window.histlen);
    this.#ring = new Uint8Array(capacity);
    this.#window = window;
    writeAt(this.#ring, window.firstByte, kept);
  }
}

/** Writes at most a ring's length of bytes, beginning with the slot of `position`. */
const writeAt = (ring: Uint8Array, position: number, bytes: Uint8Array): void => {
  const slot = position % ring.length;
  const beforeWrap = Math.min(bytes.length, ring.length - slot);
  ring.set(bytes.subarray(0, beforeWrap), slot);
  ring.set(bytes.subarray(beforeWrap), 0);
};

const readAt = (ring: Uint8Array, position: number, count: number): Uint8Array => {
  const slot = position % ring.length;
  const beforeWrap = Math.min(count, ring.length - slot);
  if (beforeWrap === count) return ring.slice(slot, slot + count);
  const bytes = new Uint8Array(count);
  bytes.set(ring.subarray(slot), 0);
  bytes.set(ring.subarray(0, count - beforeWrap), beforeWrap);
  return bytes;
};
