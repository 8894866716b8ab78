/** How many names are told apart at most: a master could think of any number. */
const NAMES_MAX = 100;

/** Commands of the stream that were handed on without being understood, and so without effect on the data here. */
export class OpaqueCommands {
  readonly #counts = new Map<string, number>();
  total = 0;

  /** True for a name that did not come before. */
  count(name: string): boolean {
    this.total += 1;
    const lower = /^[a-z][a-z0-9_.-]{0,31}$/i.test(name) ? name.toLowerCase() : 'malformed';
    const before = this.#counts.get(lower);
    if (before === undefined && this.#counts.size >= NAMES_MAX) return false;
    this.#counts.set(lower, (before ?? 0) + 1);
    return before === undefined;
  }

  /** Names and how often each came. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
