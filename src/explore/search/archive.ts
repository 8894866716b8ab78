/** States per chunk: large enough that a new one is rare, small enough that a small model stays small. */
export const CHUNK_STATES = 2 ** 16;

/** Memory as asked for, or null where the machine has none left. */
export const allocated = (allocate: () => Int32Array): Int32Array | null => {
  try {
    return allocate();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/** A stretch of packed states within one array; places count words. */
export interface Piece {
  readonly states: Int32Array;
  readonly from: number;
  readonly to: number;
}

/**
 * All states that were found, packed, in the order in which they were found: the queue of the search and its memory of
 * the levels. Grows by chunks, so that nothing is ever copied.
 */
export class Archive {
  readonly words: number;
  readonly chunks: Int32Array[];
  /** How many states there are. */
  length: number;

  constructor(words: number, chunks: Int32Array[] = [], length = 0) {
    this.words = words;
    this.chunks = chunks;
    this.length = length;
  }

  get chunkWords(): number {
    return CHUNK_STATES * this.words;
  }

  /** Whether the next state needs a new chunk first. */
  get isFull(): boolean {
    return this.length === this.chunks.length * CHUNK_STATES;
  }

  /** The room behind the last state in the last chunk. */
  room(): Piece {
    return this.piece(this.length, Number.POSITIVE_INFINITY);
  }

  /** The longest stretch from state number `from` on, and not past `to`, that lies in one chunk. */
  piece(from: number, to: number): Piece {
    const chunk = Math.floor(from / CHUNK_STATES);
    const states = this.chunks[chunk];
    // Callers ask for states below `length` only, or for the room behind it in a chunk that they have added.
    if (states === undefined) throw new RangeError(`state ${from} is not in the archive`);
    const start = chunk * CHUNK_STATES;
    return {
      states,
      from: (from - start) * this.words,
      to: (Math.min(to, start + CHUNK_STATES) - start) * this.words,
    };
  }

  /** The states from number `from` to `to` as stretches. */
  *pieces(from: number, to: number): Generator<Piece> {
    for (let at = from; at < to; ) {
      const piece = this.piece(at, to);
      yield piece;
      at += (piece.to - piece.from) / this.words;
    }
  }
}
