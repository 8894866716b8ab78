import { MalformedRdb } from './malformed.ts';

/** What one string costs beside its characters, in bytes: its header, and its place in an array or a map. Measured. */
export const STRING_OVERHEAD = 48;

/** What a key costs beside its strings, in bytes: its place in the database, and the objects that hold its value. Measured. */
export const KEY_OVERHEAD = 96;

/**
 * How much memory what was read may take, in bytes, roughly. A small payload can stand for a large dataset: compression
 * turns three bytes into 264, and an element of two bytes becomes a string in a set.
 */
export class MemoryBudget {
  readonly #limit: number;
  #left: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  take(bytes: number): void {
    this.allow(bytes);
    this.#left -= bytes;
  }

  /** Refuses what would go beyond the limit, for memory that is given back soon. */
  allow(bytes: number): void {
    if (bytes > this.#left) {
      throw new MalformedRdb(
        `the dataset so far takes more than the ${this.#limit} bytes of memory it may take; raise the limit if it is genuine`,
      );
    }
  }
}
