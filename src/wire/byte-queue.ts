const LF = 10;
const CR = 13;
const ZERO = 48;
const NINE = 57;

/** How many digits `takeNumber` looks at: what they say is a small integer to V8. */
const NUMBER_DIGITS = 9;

/** What `takeNumber` gives where there is no such line. */
export const NO_NUMBER = -1;

const NOTHING = Buffer.alloc(0);

/**
 * Bytes that have arrived and were not yet taken. Chunks are kept as they came and joined only where a piece spans
 * several of them, so a long payload in many chunks and a line that trickles in both cost linear time.
 */
export class ByteQueue {
  #chunks: Buffer[] = [];
  /** How much of the first chunk is taken already. */
  #offset = 0;
  #length = 0;
  /** How many bytes at the front are known to hold no LF. */
  #searched = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(asBuffer(chunk));
    this.#length += chunk.length;
  }

  /** The byte at the front, if any. */
  peek(): number | undefined {
    return this.#chunks[0]?.[this.#offset];
  }

  /** Takes up to `limit` bytes as they lie in memory: what is left of the oldest chunk at most. */
  takeSome(limit: number): Buffer {
    const head = this.#chunks[0];
    if (head === undefined || limit <= 0) return NOTHING;
    const end = Math.min(head.length, this.#offset + limit);
    const piece = head.subarray(this.#offset, end);
    this.#advance(piece.length);
    return piece;
  }

  /** Takes exactly `count` bytes, or null where so many have not arrived. */
  take(count: number): Buffer | null {
    if (count > this.#length) return null;
    const head = this.#chunks[0];
    if (head === undefined || this.#offset + count <= head.length) return this.takeSome(count);
    const joined = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count) filled += this.takeSome(count - filled).copy(joined, filled);
    return joined;
  }

  /** Takes exactly `count` bytes, which must have arrived, as they lie in memory. */
  takePieces(count: number): Buffer[] {
    const pieces: Buffer[] = [];
    for (let left = count; left > 0; left -= pieces.at(-1)?.length ?? left) {
      pieces.push(this.takeSome(left));
    }
    return pieces;
  }

  /** Takes exactly `count` bytes as latin-1 text, or null where so many have not arrived. */
  takeText(count: number): string | null {
    if (count > this.#length) return null;
    const head = this.#chunks[0];
    if (head === undefined || this.#offset + count > head.length) {
      return this.take(count)?.toString('latin1') ?? null;
    }
    const text = head.toString('latin1', this.#offset, this.#offset + count);
    this.#advance(count);
    return text;
  }

  /**
   * Takes a line without its end (LF, with or without CR before it), as latin-1 text. `incomplete` where no LF has
   * arrived, `too-long` where there is none within `limit` bytes: the bytes stay.
   */
  takeLine(limit: number): { readonly line: string } | 'incomplete' | 'too-long' {
    const end = this.#findLineEnd();
    if (end === -1) return this.#length >= limit ? 'too-long' : 'incomplete';
    if (end >= limit) return 'too-long';
    const text = this.takeText(end) ?? '';
    this.#advance(1);
    return { line: text.charCodeAt(text.length - 1) === CR ? text.slice(0, -1) : text };
  }

  /**
   * Takes a line of a sign and a number of a few digits, as most headers are, without making text of it. `NO_NUMBER` where
   * anything else stands there, or not all of it in the oldest chunk: `takeLine` takes that.
   */
  takeNumber(sign: number): number {
    const head = this.#chunks[0];
    const from = this.#offset + 1;
    // A digit more than allowed and the line's end still lie in the chunk, so nothing is read beyond it.
    if (head === undefined || from + NUMBER_DIGITS + 2 >= head.length) return NO_NUMBER;
    if (head[this.#offset] !== sign) return NO_NUMBER;
    let at = from;
    let value = 0;
    let byte = head[at] ?? 0;
    while (byte >= ZERO && byte <= NINE && at < from + NUMBER_DIGITS) {
      value = value * 10 + byte - ZERO;
      at += 1;
      byte = head[at] ?? 0;
    }
    if (byte !== CR || head[at + 1] !== LF || at === from) return NO_NUMBER;
    if (head[from] === ZERO && at > from + 1) return NO_NUMBER;
    this.#advance(at + 2 - this.#offset);
    return value;
  }

  clear(): void {
    this.#chunks = [];
    this.#offset = 0;
    this.#length = 0;
    this.#searched = 0;
  }

  #advance(count: number): void {
    this.#length -= count;
    this.#searched = Math.max(0, this.#searched - count);
    let left = count;
    while (left > 0) {
      const head = this.#chunks[0] as Buffer;
      const rest = head.length - this.#offset;
      if (left < rest) {
        this.#offset += left;
        return;
      }
      this.#chunks.shift();
      this.#offset = 0;
      left -= rest;
    }
  }

  /** How many bytes stand before the first LF, or -1. */
  #findLineEnd(): number {
    let before = -this.#offset;
    for (const chunk of this.#chunks) {
      const from = Math.max(0, this.#searched - before);
      const index = from < chunk.length ? chunk.indexOf(LF, Math.max(from, -before)) : -1;
      if (index !== -1) return before + index;
      before += chunk.length;
    }
    this.#searched = this.#length;
    return -1;
  }
}

export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Bytes as text of one character a byte. */
export const latin1 = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');

/** Text of one character a byte as bytes. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
