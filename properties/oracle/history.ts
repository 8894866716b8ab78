/**
 * Every byte of a stream from its beginning, by content alone: no offsets, no names. Copies share their bytes until one
 * of them goes on.
 */
export class History {
  #chunks: Uint8Array[] = [];
  /** How many of the chunks are ours; a copy that has gone on may have added others behind them. */
  #count = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    if (this.#chunks.length !== this.#count) this.#chunks = this.#chunks.slice(0, this.#count);
    this.#chunks.push(bytes);
    this.#count += 1;
    this.#length += bytes.length;
  }

  copy(): History {
    const copied = new History();
    copied.#chunks = this.#chunks;
    copied.#count = this.#count;
    copied.#length = this.#length;
    return copied;
  }

  /** Its first `length` bytes. */
  upTo(length: number): History {
    if (length >= this.#length) return this.copy();
    const cut = new History();
    for (const chunk of this.#chunks) {
      const missing = length - cut.length;
      if (missing <= 0) break;
      cut.append(chunk.length > missing ? chunk.subarray(0, missing) : chunk);
    }
    return cut;
  }

  /** Whether another is its beginning. */
  startsWith(other: History): boolean {
    return (
      other.#length <= this.#length &&
      (other.#chunks === this.#chunks || this.#holds(0, other.#chunks, other.#count))
    );
  }

  /** Whether these bytes stand at a place, counted from 0. */
  holdsAt(place: number, pieces: readonly Uint8Array[]): boolean {
    return this.#holds(place, pieces, pieces.length);
  }

  #holds(place: number, pieces: readonly Uint8Array[], count: number): boolean {
    let index = 0;
    let skip = place;
    for (; index < this.#count; index += 1) {
      const length = this.#chunks[index]?.length ?? 0;
      if (skip < length) break;
      skip -= length;
    }
    for (const piece of pieces.slice(0, count)) {
      let at = 0;
      while (at < piece.length) {
        const chunk = index < this.#count ? this.#chunks[index] : undefined;
        if (chunk === undefined) return false;
        const span = Math.min(piece.length - at, chunk.length - skip);
        if (piece !== chunk && !sameBytes(piece, at, chunk, skip, span)) return false;
        at += span;
        skip += span;
        if (skip === chunk.length) {
          skip = 0;
          index += 1;
        }
      }
    }
    return true;
  }
}

const sameBytes = (
  one: Uint8Array,
  from: number,
  other: Uint8Array,
  otherFrom: number,
  count: number,
): boolean => {
  for (let index = 0; index < count; index += 1) {
    if (one[from + index] !== other[otherFrom + index]) return false;
  }
  return true;
};
