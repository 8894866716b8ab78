import type { StopReason } from './run.ts';

/** What all workers do next, as one of them has decided for all. */
export const DECISIONS = ['expand', 'level', 'pause', 'end'] as const;

export type Decision = (typeof DECISIONS)[number];

/** Why a search may have to stop; the shared control words hold the place here plus one. */
export const STOP_REASONS: readonly StopReason[] = ['states', 'memory', 'time', 'interrupt'];

/** Places in the shared control words. */
const ARRIVED = 0;
const TURN = 1;
const DECISION = 2;
/** Set from outside: the number of a reason to stop, a wish to pause, and the count of pauses that are over. */
export const STOP = 3;
export const PAUSE = 4;
export const RESUMED = 5;
export const CONTROL_WORDS = 6;

/** Where the workers of a search wait for one another. */
export class Meeting {
  readonly #control: Int32Array;
  readonly #workers: number;

  constructor(control: Int32Array, workers: number) {
    this.#control = control;
    this.#workers = workers;
  }

  /** Waits until all have arrived. The last to arrive decides for all; everyone learns what was decided. */
  meet(decide: () => Decision): Decision {
    const turn = Atomics.load(this.#control, TURN);
    if (Atomics.add(this.#control, ARRIVED, 1) === this.#workers - 1) {
      Atomics.store(this.#control, DECISION, DECISIONS.indexOf(decide()));
      Atomics.store(this.#control, ARRIVED, 0);
      Atomics.add(this.#control, TURN, 1);
      Atomics.notify(this.#control, TURN);
    } else {
      while (Atomics.load(this.#control, TURN) === turn) Atomics.wait(this.#control, TURN, turn);
    }
    return DECISIONS[Atomics.load(this.#control, DECISION)] ?? 'end';
  }

  /** Waits until the pause that was decided is over. */
  rest(pauses: number): void {
    while (Atomics.load(this.#control, RESUMED) < pauses) {
      Atomics.wait(this.#control, RESUMED, pauses - 1);
    }
  }
}
