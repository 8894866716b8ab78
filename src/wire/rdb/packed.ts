import { latin1 } from '../byte-queue.ts';
import { MalformedRdb } from './malformed.ts';
import { type MemoryBudget, STRING_OVERHEAD } from './memory-budget.ts';

/** Reads many small strings that stand packed in one, as Redis keeps small collections. All numbers little-endian. */
export class Packed {
  readonly #name: string;
  readonly #bytes: Buffer;
  readonly #budget: MemoryBudget;
  /** All of it as text, made when the first string is asked for: cutting pieces off is cheaper than decoding each. */
  #text: string | undefined;
  #at = 0;

  constructor(name: string, bytes: Buffer, budget: MemoryBudget) {
    this.#name = name;
    this.#bytes = bytes;
    this.#budget = budget;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.unsigned(1);
  }

  unsigned(size: 1 | 2 | 4): number {
    return this.#bytes.readUIntLE(this.#pass(size), size);
  }

  bigEndian(size: 1 | 4): number {
    return this.#bytes.readUIntBE(this.#pass(size), size);
  }

  skip(count: number): void {
    this.#pass(count);
  }

  /** A signed integer as the text that it stands for. */
  integer(size: 1 | 2 | 3 | 4 | 8): string {
    const at = this.#pass(size);
    return this.asText(
      size === 8 ? this.#bytes.readBigInt64LE(at) : this.#bytes.readIntLE(at, size),
    );
  }

  asText(value: number | bigint): string {
    this.#budget.take(STRING_OVERHEAD);
    return String(value);
  }

  text(length: number): string {
    const at = this.#pass(length);
    this.#budget.take(STRING_OVERHEAD + length);
    this.#text ??= latin1(this.#bytes);
    return this.#text.slice(at, at + length);
  }

  refuse(problem: string): never {
    throw new MalformedRdb(`${this.#name} of ${this.length} bytes: ${problem}`);
  }

  /** Moves past `count` bytes and says where they start. */
  #pass(count: number): number {
    const at = this.#at;
    if (count > this.left)
      this.refuse(`${count} bytes are due at byte ${at}, and ${this.left} left`);
    this.#at = at + count;
    return at;
  }
}
