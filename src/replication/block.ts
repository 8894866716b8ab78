import { type NextByte, nextByte } from '../../models/vocabulary/index.ts';

/**
 * Bytes of a stream that lie together in memory, and the way to those behind them. Whoever holds a block holds all that
 * follows it, so the bytes that slow replicas still need are kept once for all of them, and go when the last lets go.
 * A byte that has been written is never written again.
 */
export class Block {
  /** The position of its first byte. */
  readonly start: NextByte;
  #bytes: Uint8Array;
  /** How many bytes it holds. */
  #length: number;
  next: Block | null = null;

  private constructor(start: NextByte, bytes: Uint8Array, length: number) {
    this.start = start;
    this.#bytes = bytes;
    this.#length = length;
  }

  /** A block with room for so many bytes. */
  static empty(start: NextByte, room: number): Block {
    return new Block(start, new Uint8Array(room), 0);
  }

  /** A block that is made of bytes as they are. */
  static of(start: NextByte, bytes: Uint8Array): Block {
    return new Block(start, bytes, bytes.length);
  }

  /** The position behind its last byte. */
  get end(): NextByte {
    return nextByte(this.start + this.#length);
  }

  /** Takes bytes that lie in memory just behind its own, as what is left of a chunk does. False for any others. */
  extend(bytes: Uint8Array): boolean {
    const own = this.#bytes;
    const isFull = this.#length === own.length;
    if (
      !isFull ||
      bytes.buffer !== own.buffer ||
      bytes.byteOffset !== own.byteOffset + own.length
    ) {
      return false;
    }
    this.#length += bytes.length;
    this.#bytes = new Uint8Array(own.buffer, own.byteOffset, this.#length);
    return true;
  }

  /** Copies the first of these bytes into what room there is; how many they are. */
  fill(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#bytes.length - this.#length);
    this.#bytes.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#length);
    this.#length += count;
    return count;
  }

  /** Up to `limit` bytes from a position on that it holds, as they lie in memory: not to be written to. */
  view(from: NextByte, limit: number): Uint8Array {
    const first = from - this.start;
    return this.#bytes.subarray(first, Math.min(this.#length, first + limit));
  }
}
