import type { Kernel } from '../compile/kernel.ts';
import { allocated, type Piece } from './archive.ts';

const BITS_MIN = 14;

/** A table is doubled at this load, and filled to the other one where there is no memory to double it. */
const LOAD_GROW = 0.6;
const LOAD_MAX = 0.9;

/** Typed arrays are indexed with 32-bit arithmetic. */
const WORDS_MAX = 2 ** 30;

/** The packed states that are known: a hash table with the states themselves in its slots, so that nothing is guessed. */
export class StateTable {
  readonly #kernel: Kernel;
  readonly #words: number;
  #slots: Int32Array;
  #bits = BITS_MIN;

  constructor(kernel: Kernel, words: number) {
    this.#kernel = kernel;
    this.#words = words;
    this.#slots = new Int32Array(words << BITS_MIN);
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** Makes sure that the table can hold so many states, taking at most so many bytes more while it grows. */
  reserve(states: number, bytes: number): boolean {
    if (states <= 2 ** this.#bits * LOAD_GROW) return true;
    const words = this.#slots.length * 2;
    if (words > WORDS_MAX || words * Int32Array.BYTES_PER_ELEMENT > bytes) {
      return states <= 2 ** this.#bits * LOAD_MAX;
    }
    const slots = allocated(() => new Int32Array(words));
    if (slots === null) return states <= 2 ** this.#bits * LOAD_MAX;
    this.#bits += 1;
    this.#kernel.rehash(this.#slots, slots, this.#bits);
    this.#slots = slots;
    return this.reserve(states, bytes);
  }

  /** Inserts candidates, puts the new ones into `room` as well, and says how many these are. */
  insert(candidates: Int32Array, from: number, to: number, room: Piece): number {
    const end = this.#kernel.insert(
      candidates,
      from,
      to,
      this.#slots,
      this.#bits,
      room.states,
      room.from,
    );
    return (end - room.from) / this.#words;
  }
}
