import type { Progress } from './run.ts';

/** Numbers that one worker shows the others and the one who started them. */
export interface Standing extends Progress {
  /** States of the level that wait to be expanded. */
  readonly waitingInLevel: number;
  /** States found beyond the level. */
  readonly beyond: number;
  readonly isFull: boolean;
  readonly isViolated: boolean;
  readonly isFaulty: boolean;
}

const COLUMNS = [
  'states',
  'transitions',
  'level',
  'waiting',
  'bytes',
  'waitingInLevel',
  'beyond',
  'isFull',
  'isViolated',
  'isFaulty',
] as const satisfies readonly (keyof Standing)[];

type Column = (typeof COLUMNS)[number];

/** The standings of all workers, in shared memory. */
export class Standings {
  static bytesFor(workers: number): number {
    return workers * COLUMNS.length * Float64Array.BYTES_PER_ELEMENT;
  }

  readonly #table: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#table = new Float64Array(memory);
  }

  get #workers(): number {
    return this.#table.length / COLUMNS.length;
  }

  show(worker: number, standing: Standing): void {
    for (const [place, column] of COLUMNS.entries()) {
      this.#table[worker * COLUMNS.length + place] = Number(standing[column]);
    }
  }

  #column(column: Column): number[] {
    const place = COLUMNS.indexOf(column);
    return Array.from(
      { length: this.#workers },
      (_, worker) => this.#table[worker * COLUMNS.length + place] ?? 0,
    );
  }

  sum(column: Column): number {
    return this.#column(column).reduce((sum, value) => sum + value, 0);
  }

  /** How far all workers together have come. Torn between two moments while they are at work. */
  progress(): Progress {
    return {
      states: this.sum('states'),
      transitions: this.sum('transitions'),
      level: Math.max(...this.#column('level')),
      waiting: this.sum('waiting'),
      bytes: this.sum('bytes'),
    };
  }
}
