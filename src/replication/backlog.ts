import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  type Dialect,
  type NextByte,
  nextByte,
  type ProcessedOffset,
  windowEnd,
} from '../../models/vocabulary/index.ts';
import { Block } from './block.ts';

export interface BacklogOptions {
  /** How many bytes it keeps. */
  readonly capacity: number;
  /** The offset of the stream when the backlog begins. */
  readonly offset: ProcessedOffset;
  readonly dialect: Dialect;
  readonly rules?: Ruleset;
}

/** The size of a block, in bytes, where the backlog is not small itself. */
const BLOCK_MAX = 64 * 1024;

/** How many blocks a small backlog is made of. */
const BLOCKS = 16;

/**
 * The last bytes of a replication stream, in blocks. Which positions it holds is the window, and the rules decide that;
 * blocks that lie before the window are let go, unless a replica still holds on to them.
 */
export class Backlog {
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  #capacity: number;
  #window: BacklogWindow;
  /** The block of the window's first byte. */
  #first: Block;
  #last: Block;

  constructor(options: BacklogOptions) {
    this.#rules = options.rules ?? STANDARD;
    this.#dialect = options.dialect;
    this.#capacity = options.capacity;
    this.#window = this.#rules.newWindow(options.offset);
    this.#first = Block.empty(windowEnd(this.#window), 0);
    this.#last = this.#first;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get window(): BacklogWindow {
    return this.#window;
  }

  /** Adds the next bytes of the stream. It may keep them as they are: they must not be written to afterwards. */
  feed(bytes: Uint8Array): void {
    this.#window = this.#rules.windowAfterFeed(this.#window, bytes.length, this.#capacity);
    if (!this.#last.extend(bytes)) {
      if (this.#isWorthKeeping(bytes)) this.#append(Block.of(this.#last.end, bytes));
      else this.#copy(bytes);
    }
    this.#trim();
  }

  /** Up to `limit` bytes from position `from` on, which the window must hold or end at; not to be written to. */
  read(from: NextByte, limit = Number.POSITIVE_INFINITY): Uint8Array {
    const count = Math.min(limit, windowEnd(this.#window) - from);
    const pieces: Uint8Array[] = [];
    let left = count;
    for (let block: Block | null = this.blockOf(from); block !== null && left > 0; ) {
      const piece = block.view(nextByte(from + count - left), left);
      pieces.push(piece);
      left -= piece.length;
      block = block.next;
    }
    return joined(pieces, count - left);
  }

  /** The block that holds position `from`, which the window must hold or end at. */
  blockOf(from: NextByte): Block {
    const { firstByte } = this.#window;
    const end = windowEnd(this.#window);
    if (from < firstByte || from > end) {
      // The rules let nobody continue from outside the window, so only a mistake in the caller leads here.
      throw new RangeError(`byte ${from} is outside of the backlog [${firstByte}, ${end})`);
    }
    let block = this.#first;
    while (block.next !== null && from >= block.end) block = block.next;
    return block;
  }

  /** Changes the capacity. What stays of the content is up to the rules. */
  resize(capacity: number): void {
    const change = { from: this.#capacity, to: capacity };
    this.#window = this.#rules.windowAfterResize(this.#window, change, this.#dialect);
    this.#capacity = capacity;
    this.#trim();
  }

  get #blockSize(): number {
    return Math.min(BLOCK_MAX, Math.ceil(this.#capacity / BLOCKS));
  }

  /** Whether to keep bytes as they came: not where they are few, or a small part of what lies in memory with them. */
  #isWorthKeeping(bytes: Uint8Array): boolean {
    return bytes.length * 16 >= this.#blockSize && bytes.length * 2 >= bytes.buffer.byteLength;
  }

  #copy(bytes: Uint8Array): void {
    for (let done = this.#last.fill(bytes); done < bytes.length; ) {
      this.#append(Block.empty(this.#last.end, this.#blockSize));
      done += this.#last.fill(bytes.subarray(done));
    }
  }

  #append(block: Block): void {
    this.#last.next = block;
    this.#last = block;
  }

  #trim(): void {
    while (this.#first.next !== null && this.#first.end <= this.#window.firstByte) {
      this.#first = this.#first.next;
    }
  }
}

const joined = (pieces: readonly Uint8Array[], length: number): Uint8Array => {
  const [only] = pieces;
  if (only?.length === length) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};
