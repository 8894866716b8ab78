/**
 * Where one worker puts the candidates that it makes: a region of equal size for each owner, all in one array. `ends`
 * holds the place behind the last candidate in each region. Both may be shared memory.
 */
export class Candidates {
  readonly array: Int32Array;
  readonly ends: Int32Array;
  readonly self: number;
  readonly #region: number;

  constructor(array: Int32Array, ends: Int32Array, self: number) {
    this.array = array;
    this.ends = ends;
    this.self = self;
    this.#region = Math.floor(array.length / ends.length);
  }

  /** The candidates for one owner, as places in the array. */
  for(owner: number): { readonly from: number; readonly to: number } {
    const from = this.#region * owner;
    return { from, to: this.ends[owner] ?? from };
  }

  get own(): { readonly from: number; readonly to: number } {
    return this.for(this.self);
  }

  clearOwn(): void {
    this.ends[this.self] = this.#region * this.self;
  }

  clear(): void {
    for (let owner = 0; owner < this.ends.length; owner += 1) {
      this.ends[owner] = this.#region * owner;
    }
  }

  /** Whether every region has room for so many more words. */
  hasRoomFor(words: number): boolean {
    for (let owner = 0; owner < this.ends.length; owner += 1) {
      if ((this.ends[owner] ?? 0) + words > this.#region * (owner + 1)) return false;
    }
    return true;
  }
}
