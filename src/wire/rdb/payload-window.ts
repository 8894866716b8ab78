import { latin1 } from '../byte-queue.ts';
import { MalformedRdb } from './malformed.ts';
import { PassedBytes } from './passed-bytes.ts';

/** What the window is made for at least, so that small chunks do not make it move each time. */
const SMALLEST = 64 * 1024;

/** How much is decoded to text at once. A string that is kept keeps alive the piece that it was cut from, so not more. */
const TEXT_PIECE = 16 * 1024;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The part of an RDB payload that arrived and was not read yet, as one run of bytes whatever its chunks were. Whoever
 * reads asks with `has` first: the reads themselves trust that the bytes are there.
 */
export class PayloadWindow {
  /** Where the payload ends at the latest, in bytes from its start. */
  readonly #end: number;
  #bytes = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  /** Whether the memory is ours: a chunk that came when nothing was left is read where it lies. */
  #owned = false;
  #next = 0;
  #filled = 0;
  /** How many bytes of the payload came before the window. */
  #before = 0;
  #needed = 0;
  readonly #passed = new PassedBytes();
  #text = '';
  /** The position of the first character of `#text`. */
  #textFrom = 0;

  constructor(end: number) {
    this.#end = end;
  }

  /** How many bytes were read: the position of the next. */
  get position(): number {
    return this.#before + this.#next;
  }

  /** How many bytes the payload can still have. */
  get left(): number {
    return this.#end - this.position;
  }

  /** Whether as many bytes are here as the last `has` lacked. */
  get ready(): boolean {
    return this.#filled - this.#next >= this.#needed;
  }

  /** What arrived and was not read. */
  get rest(): Buffer {
    return this.#bytes.subarray(this.#next, this.#filled);
  }

  push(chunk: Buffer): void {
    if (this.#next === this.#filled) this.#read(chunk);
    else this.#append(chunk);
  }

  /** Whether so many bytes are here. More than the payload can still have are refused, before anyone waits for them. */
  has(count: number): boolean {
    if (this.#filled - this.#next >= count) return true;
    if (count > this.left) {
      this.refuse(`${count} bytes are due, and the payload can have ${this.left} more`);
    }
    this.#needed = count;
    return false;
  }

  peekByte(ahead: number): number {
    return this.#view.getUint8(this.#next + ahead);
  }

  peekUint32(ahead: number): number {
    return this.#view.getUint32(this.#next + ahead);
  }

  peekUint64(ahead: number): bigint {
    return this.#view.getBigUint64(this.#next + ahead);
  }

  skip(count: number): void {
    this.#next += count;
  }

  takeByte(): number {
    const byte = this.#view.getUint8(this.#next);
    this.#next += 1;
    return byte;
  }

  /** A signed little-endian integer of up to four bytes. */
  takeInteger(size: number): number {
    const value = this.#bytes.readIntLE(this.#next, size);
    this.#next += size;
    return value;
  }

  /** A signed little-endian integer of eight bytes, which must be exact as a number. */
  takeInt64(): number {
    const low = this.#view.getUint32(this.#next, true);
    const value = this.#view.getInt32(this.#next + 4, true) * 2 ** 32 + low;
    if (!Number.isSafeInteger(value)) {
      this.refuse(`${this.#view.getBigInt64(this.#next, true)} is beyond 2^53 - 1`);
    }
    this.#next += 8;
    return value;
  }

  takeUint64(): bigint {
    const value = this.#view.getBigUint64(this.#next, true);
    this.#next += 8;
    return value;
  }

  takeDouble(): number {
    const value = this.#view.getFloat64(this.#next, true);
    this.#next += 8;
    return value;
  }

  /** Bytes as they lie in memory: to be used before the next `push`. */
  takeBytes(count: number): Buffer {
    this.#next += count;
    return this.#bytes.subarray(this.#next - count, this.#next);
  }

  takeText(count: number): string {
    const from = this.position - this.#textFrom;
    if (from + count <= this.#text.length) {
      this.#next += count;
      return this.#text.slice(from, from + count);
    }
    if (count > TEXT_PIECE / 4) return latin1(this.takeBytes(count));
    this.#textFrom = this.position;
    const end = Math.min(this.#filled, this.#next + TEXT_PIECE);
    this.#text = this.#bytes.toString('latin1', this.#next, end);
    this.#next += count;
    return this.#text.slice(0, count);
  }

  /** From here on the bytes that are read are also kept as they are. */
  startCapture(): void {
    this.#passed.take(this.#bytes, this.#next);
    this.#passed.startCapture();
  }

  /** A copy of what was read since `startCapture`. */
  endCapture(): Buffer {
    this.#passed.take(this.#bytes, this.#next);
    return this.#passed.endCapture();
  }

  /** The checksum of all that was read. */
  checksum(): bigint {
    this.#passed.take(this.#bytes, this.#next);
    return this.#passed.checksum;
  }

  refuse(problem: string, at = this.position): never {
    throw new MalformedRdb(problem, at);
  }

  /** Reads a chunk where it lies, after everything before it was read. */
  #read(chunk: Buffer): void {
    this.#leave();
    this.#owned = false;
    this.#use(chunk, chunk.length);
  }

  #append(chunk: Buffer): void {
    if (!this.#owned || this.#filled + chunk.length > this.#bytes.length) this.#move(chunk.length);
    chunk.copy(this.#bytes, this.#filled);
    this.#filled += chunk.length;
  }

  /** Moves what was not read to the front of the window, a larger one where it must be. */
  #move(extra: number): void {
    const unread = this.rest;
    this.#leave();
    const fits = this.#owned && unread.length + extra <= this.#bytes.length;
    const bytes = fits
      ? this.#bytes
      : Buffer.allocUnsafeSlow(Math.max(SMALLEST, 2 * (unread.length + extra)));
    unread.copy(bytes);
    this.#owned = true;
    this.#use(bytes, unread.length);
  }

  #use(bytes: Buffer, filled: number): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#filled = filled;
  }

  /** Gives up what was read. */
  #leave(): void {
    this.#passed.take(this.#bytes, this.#next);
    this.#passed.restart();
    this.#before += this.#next;
    this.#next = 0;
  }
}
