interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  readonly background: boolean;
}

const isBefore = (one: Due, other: Due): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Virtual time: what is due is run in order, and nothing passes but what is asked to. Milliseconds. */
export class Schedule {
  now = 0;
  #order = 0;
  /** What is due, the next first; few things are at any time. */
  readonly #due: Due[] = [];
  #foreground = 0;

  /** How many things are under way that are not there all the time, as clocks are. */
  get underway(): number {
    return this.#foreground;
  }

  /** `background` is for what goes on for ever and keeps nobody waiting. */
  after(delay: number, run: () => void, background = false): void {
    this.#order += 1;
    const due = { at: this.now + delay, order: this.#order, run, background };
    if (!background) this.#foreground += 1;
    const last = this.#due.findLastIndex((other) => !isBefore(due, other));
    this.#due.splice(last + 1, 0, due);
  }

  /** Runs what is due next, if it is due by `limit`. */
  next(limit: number): boolean {
    const due = this.#due[0];
    if (due === undefined || due.at > limit) return false;
    this.#due.shift();
    if (!due.background) this.#foreground -= 1;
    this.now = Math.max(this.now, due.at);
    due.run();
    return true;
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.next(end));
    this.now = end;
  }
}
