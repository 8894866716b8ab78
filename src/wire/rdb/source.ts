import { bytesOf, latin1 } from '../byte-queue.ts';
import { STRING_ENCODING } from './format.ts';
import { decompress } from './lzf.ts';
import { type MemoryBudget, STRING_OVERHEAD } from './memory-budget.ts';
import { PayloadWindow } from './payload-window.ts';

/** The longest string that V8 makes of bytes. */
const LONGEST_STRING = 2 ** 29 - 24;

/** How the string is stored whose header was read: as it is, as an integer, or compressed. */
type Storage = 'plain' | 'integer' | 'compressed';

/**
 * An RDB payload as lengths and strings. Each is asked for first and then taken: `while (!source.hasString()) yield;`
 * waits for more of the payload, and `source.text()` cannot fail for lack of it.
 */
export class RdbSource extends PayloadWindow {
  readonly budget: MemoryBudget;
  /** The length of the string whose header was read, as it is stored; -1 where none was. */
  #stored = -1;
  #storage: Storage = 'plain';
  /** How long the string is when unpacked. */
  #length = 0;
  #stringAt = 0;

  constructor(end: number, budget: MemoryBudget) {
    super(end);
    this.budget = budget;
  }

  /** The position at which the string begins that was read last. */
  get stringAt(): number {
    return this.#stringAt;
  }

  hasLength(): boolean {
    return this.#lengthSize(0) > 0;
  }

  /** A length, which must be exact as a number. */
  length(): number {
    const value = this.#peekLength(0);
    this.skip(this.#lengthSize(0));
    return value;
  }

  /** A length as the unsigned 64-bit integer that it can be. */
  unsigned(): bigint {
    const value = this.peekByte(0) === 0x81 ? this.peekUint64(1) : BigInt(this.#peekLength(0));
    this.skip(this.#lengthSize(0));
    return value;
  }

  /** A length that stands for a signed 64-bit integer, which must be exact as a number. */
  signed(): number {
    const value = BigInt.asIntN(64, this.unsigned());
    const number = Number(value);
    if (!Number.isSafeInteger(number)) this.refuse(`${value} is beyond 2^53 - 1`);
    return number;
  }

  skipLength(): void {
    this.skip(this.#lengthSize(0));
  }

  /** How many elements follow, of so many bytes each at least. More than the payload can hold are refused. */
  count(bytesEach: number): number {
    const count = this.length();
    if (count * bytesEach > this.left) {
      this.refuse(
        `${count} elements are announced, and the payload can have ${this.left} more bytes`,
      );
    }
    return count;
  }

  /** Whether a whole string is here. Its header is read as soon as it is there. */
  hasString(): boolean {
    if (this.#stored === -1 && !this.#readHeader()) return false;
    return this.has(this.#stored);
  }

  text(): string {
    this.budget.take(this.#length + STRING_OVERHEAD);
    const stored = this.#leaveString();
    if (this.#storage === 'plain') return this.takeText(stored);
    if (this.#storage === 'integer') return String(this.takeInteger(stored));
    return latin1(decompress(this.takeBytes(stored), this.#length));
  }

  /** A string as bytes: to be used before the next `push`. */
  bytes(): Buffer {
    this.budget.allow(this.#length);
    const stored = this.#leaveString();
    if (this.#storage === 'plain') return this.takeBytes(stored);
    if (this.#storage === 'integer') return bytesOf(String(this.takeInteger(stored)));
    return decompress(this.takeBytes(stored), this.#length);
  }

  skipString(): void {
    this.skip(this.#leaveString());
  }

  #leaveString(): number {
    const stored = this.#stored;
    this.#stored = -1;
    return stored;
  }

  #readHeader(): boolean {
    if (!this.has(1)) return false;
    this.#stringAt = this.position;
    const first = this.peekByte(0);
    if (first >> 6 === 3) return this.#readEncoding(first & 0x3f);
    if (!this.hasLength()) return false;
    this.#announce('plain', this.length());
    return true;
  }

  #readEncoding(encoding: number): boolean {
    switch (encoding) {
      case STRING_ENCODING.integer8:
      case STRING_ENCODING.integer16:
      case STRING_ENCODING.integer32:
        this.skip(1);
        this.#announce('integer', 1 << encoding);
        return true;
      case STRING_ENCODING.compressed:
        return this.#readCompressedHeader();
      default:
        return this.refuse(`a string in encoding ${encoding}, which is not known`);
    }
  }

  #readCompressedHeader(): boolean {
    const second = 1 + this.#lengthSize(1);
    if (second === 1) return false;
    const end = second + this.#lengthSize(second);
    if (end === second) return false;
    const stored = this.#peekLength(1);
    const length = this.#peekLength(second);
    this.skip(end);
    this.#announce('compressed', stored, length);
    return true;
  }

  #announce(storage: Storage, stored: number, length = stored): void {
    if (length > LONGEST_STRING) {
      this.refuse(`a string of ${length} bytes, where ${LONGEST_STRING} can be held at most`);
    }
    this.#storage = storage;
    this.#stored = stored;
    this.#length = length;
  }

  /** How many bytes the length takes that stands so far ahead; 0 where they are not all here. */
  #lengthSize(ahead: number): number {
    if (!this.has(ahead + 1)) return 0;
    const size = lengthSize(this.peekByte(ahead));
    if (size === 0) {
      this.refuse(`a length is due, and none begins with byte ${this.peekByte(ahead)}`);
    }
    return this.has(ahead + size) ? size : 0;
  }

  #peekLength(ahead: number): number {
    const first = this.peekByte(ahead);
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | this.peekByte(ahead + 1);
    if (first === 0x80) return this.peekUint32(ahead + 1);
    const large = this.peekUint64(ahead + 1);
    if (large > Number.MAX_SAFE_INTEGER) this.refuse(`${large} is beyond 2^53 - 1`);
    return Number(large);
  }
}

/** How many bytes a length takes that begins with this one; 0 where none does. */
const lengthSize = (first: number): number => {
  if (first < 0x40) return 1;
  if (first < 0x80) return 2;
  if (first === 0x80) return 5;
  return first === 0x81 ? 9 : 0;
};
