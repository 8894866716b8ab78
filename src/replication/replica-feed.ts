import {
  type NextByte,
  nextByte,
  offsetBefore,
  type ProcessedOffset,
  windowEnd,
} from '../../models/vocabulary/index.ts';
import type { ReplicationStream } from './stream.ts';

/**
 * One replica's place in the stream. Bytes are read from the backlog when they can be sent; what the backlog is about
 * to drop before that is moved aside, so that a slow replica costs only what it lags beyond the backlog.
 */
export class ReplicaFeed {
  readonly #stream: ReplicationStream;
  /** The oldest bytes still to be sent, moved out of the backlog. */
  #aside: Uint8Array[] = [];
  #asideLength = 0;
  /** Where the rest goes on in the backlog. */
  #next: NextByte;

  constructor(stream: ReplicationStream, from: NextByte) {
    this.#stream = stream;
    this.#next = from;
  }

  /** How many bytes the replica has not been given yet. */
  get lag(): number {
    const window = this.#stream.window;
    return this.#asideLength + (window === null ? 0 : windowEnd(window) - this.#next);
  }

  /** Everything before this offset was given to the replica. */
  get given(): ProcessedOffset {
    return offsetBefore(nextByte(this.#next - this.#asideLength));
  }

  /** Makes room for `count` more bytes of the stream, at most a backlog's capacity. */
  makeRoom(count: number): void {
    const backlog = this.#stream.backlog;
    if (backlog === null) return;
    const keptFrom = windowEnd(backlog.window) + count - backlog.capacity;
    const from = this.#insideWindow();
    if (from === null || from >= keptFrom) return;
    const moved = backlog.read(from, keptFrom - from);
    this.#aside.push(moved);
    this.#asideLength += moved.length;
    this.#next = nextByte(from + moved.length);
  }

  /** The next bytes for the replica, `limit` at most; empty where there are none. */
  take(limit: number): Uint8Array {
    const aside = this.#aside[0];
    if (aside !== undefined) return this.#takeAside(aside, limit);
    const { backlog } = this.#stream;
    const from = this.#insideWindow();
    if (backlog === null || from === null) return new Uint8Array(0);
    const bytes = backlog.read(from, limit);
    this.#next = nextByte(from + bytes.length);
    return bytes;
  }

  /**
   * Where to go on reading; null where there is nothing yet. Under the rules that is just where we are. Under a faulty
   * ruleset a replica may have been continued from outside of the window, and is given what there is.
   */
  #insideWindow(): NextByte | null {
    const { window } = this.#stream;
    if (window === null || this.#next > windowEnd(window)) return null;
    return nextByte(Math.max(this.#next, window.firstByte));
  }

  #takeAside(oldest: Uint8Array, limit: number): Uint8Array {
    const bytes = oldest.subarray(0, limit);
    if (bytes.length === oldest.length) this.#aside.shift();
    else this.#aside[0] = oldest.subarray(limit);
    this.#asideLength -= bytes.length;
    return bytes;
  }
}
