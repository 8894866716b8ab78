import type { Snapshot } from '../../models/vocabulary/index.ts';
import type { NodeEffect } from './effects.ts';
import type { Settings } from './settings.ts';

export interface PersistenceHost {
  readonly settings: Settings;
  readonly seconds: () => number;
  readonly emit: (effect: NodeEffect) => void;
  /** The data as it is now, with the name of its history. */
  readonly freeze: () => Snapshot;
}

type Done = (problem: string | null) => void;

interface Underway {
  readonly id: number;
  readonly changes: number;
  readonly done: Done[];
}

/** How long no save is tried by itself after one that failed, in seconds; as in Redis. */
const RETRY_DELAY = 5;

/** When the data is written to disk, and what became of it. */
export class Persistence {
  readonly #host: PersistenceHost;
  #underway: Underway | null = null;
  #lastId = 0;
  #failedAt: number | null = null;
  /** Those who want a save that begins after the one under way. */
  #next: Done[] = [];
  /** How many commands have changed the data since the last save that succeeded began. */
  changes = 0;
  saves = 0;
  /** When the last save ended well, in seconds. */
  lastSave: number;

  constructor(host: PersistenceHost) {
    this.#host = host;
    this.lastSave = host.seconds();
  }

  get underway(): boolean {
    return this.#underway !== null;
  }

  get failed(): boolean {
    return this.#failedAt !== null;
  }

  /** Saves the data as it is now; `done` is told what went wrong, or null. */
  save(done: Done): void {
    if (this.#underway === null) this.#start([done]);
    else this.#next.push(done);
  }

  succeeded(id: number): void {
    if (this.#underway?.id !== id) return;
    this.changes -= this.#underway.changes;
    this.lastSave = this.#host.seconds();
    this.saves += 1;
    this.#failedAt = null;
    this.#host.emit({ effect: 'log', event: { event: 'saved' } });
    this.#end(null);
  }

  notSaved(id: number, problem: string): void {
    if (this.#underway?.id !== id) return;
    this.#failedAt = this.#host.seconds();
    this.#host.emit({ effect: 'log', event: { event: 'not-saved', because: problem } });
    this.#end(problem);
  }

  /** Saves where a save point is reached. */
  tick(): void {
    if (this.#underway !== null || this.changes === 0) return;
    const now = this.#host.seconds();
    if (this.#failedAt !== null && now - this.#failedAt < RETRY_DELAY) return;
    const due = savePoints(this.#host.settings.text('save')).some(
      ([seconds, changes]) => now - this.lastSave > seconds && this.changes >= changes,
    );
    if (due) this.save(() => {});
  }

  #start(done: Done[]): void {
    this.#lastId += 1;
    this.#underway = { id: this.#lastId, changes: this.changes, done };
    this.#host.emit({ effect: 'persist', job: this.#lastId, data: this.#host.freeze() });
  }

  #end(problem: string | null): void {
    const done = this.#underway?.done ?? [];
    const next = this.#next;
    this.#underway = null;
    this.#next = [];
    if (next.length > 0) this.#start(next);
    for (const each of done) each(problem);
  }
}

/** Pairs of seconds and changes, as `save` lists them. */
const savePoints = (text: string): (readonly [seconds: number, changes: number])[] => {
  const numbers = text.split(' ').map(Number);
  return text === ''
    ? []
    : numbers.flatMap((seconds, index) =>
        index % 2 === 0 ? [[seconds, numbers[index + 1] ?? 0] as const] : [],
      );
};
