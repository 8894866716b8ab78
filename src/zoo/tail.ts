/** The last bytes of an output that may be endless. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;
  #dropped = 0;

  /** `limit` in bytes; up to one chunk more is kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let first = this.#chunks[0];
      first !== undefined && this.#length - first.length >= this.#limit;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#length -= first.length;
      this.#dropped += first.length;
    }
  }

  /** Says how much is missing, where some is. */
  text(): string {
    const kept = Buffer.concat(this.#chunks).toString('utf8');
    return this.#dropped === 0 ? kept : `(${this.#dropped} earlier bytes dropped)\n${kept}`;
  }
}
