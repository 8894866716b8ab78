import { asBuffer, bytesOf } from '../byte-queue.ts';
import { Crc64 } from './crc64.ts';
import { lengthText } from './encode.ts';

/** Chunks are this long at most, in bytes. */
export const LONGEST_CHUNK = 64 * 1024;

/** Text is gathered up to here before it becomes a chunk; pieces that are as long become chunks of their own. */
const GATHERED = LONGEST_CHUNK / 2;

/**
 * Cuts what is written into chunks and keeps their checksum. Pieces are gathered as text, because V8 joins many small
 * strings faster than it writes each into a buffer. Whoever writes hands on the chunks that are done again and again:
 * `while (chunks.ready) yield chunks.take();`.
 */
export class Chunks {
  #text = '';
  #done: Buffer[] = [];
  readonly #crc = new Crc64();

  get ready(): boolean {
    return this.#done.length > 0;
  }

  take(): Buffer {
    // Whoever takes has asked whether one is ready.
    return this.#done.shift() as Buffer;
  }

  put(text: string): void {
    if (text.length >= GATHERED) {
      this.#putLong(text);
      return;
    }
    this.#text += text;
    if (this.#text.length >= GATHERED) this.flush();
  }

  /** Puts a string as an RDB has it: its length and then itself. */
  putString(text: string): void {
    this.put(lengthText(text.length));
    this.put(text);
  }

  putBytes(bytes: Uint8Array): void {
    this.flush();
    for (let start = 0; start < bytes.length; start += LONGEST_CHUNK) {
      this.#finish(asBuffer(bytes).subarray(start, start + LONGEST_CHUNK));
    }
  }

  /** Makes a chunk of what was gathered. */
  flush(): void {
    if (this.#text !== '') this.#finish(bytesOf(this.#text));
    this.#text = '';
  }

  /** The checksum of everything up to the last `flush`. */
  get checksum(): bigint {
    return this.#crc.value;
  }

  #putLong(text: string): void {
    this.flush();
    for (let start = 0; start < text.length; start += LONGEST_CHUNK) {
      this.#finish(bytesOf(text.slice(start, start + LONGEST_CHUNK)));
    }
  }

  #finish(chunk: Buffer): void {
    this.#crc.update(chunk);
    this.#done.push(chunk);
  }
}
