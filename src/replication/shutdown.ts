import type { Ruleset } from '../../models/rules/ruleset.ts';
import { atLeast, type Dialect, type ProcessedOffset } from '../../models/vocabulary/index.ts';
import type { NodeEffect } from './effects.ts';
import type { Settings } from './settings.ts';

export interface ShutdownHost {
  readonly settings: Settings;
  readonly now: () => number;
  readonly offset: () => ProcessedOffset;
  /** What each replica has acknowledged, in whatever state it is. */
  readonly acknowledged: () => readonly ProcessedOffset[];
  readonly emit: (effect: NodeEffect) => void;
  readonly requestAcknowledgements: () => void;
  readonly releaseWrites: () => void;
  /** Writes the data to disk, and tells what went wrong, or null. Null where there is nowhere to save to. */
  readonly save: ((done: (problem: string | null) => void) => void) | null;
}

/** How a node was told to end. `save` is null where its settings decide. */
export interface ShutdownWish {
  readonly save: boolean | null;
  /** Does not wait for replicas. */
  readonly now: boolean;
  /** Ends also where saving fails. */
  readonly force: boolean;
}

interface Waiting {
  readonly wish: ShutdownWish;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly failed: (problem: string) => void;
}

/** The end of a node: replicas get what they lack, the data is saved, and then it is over. */
export class Shutdown {
  readonly #host: ShutdownHost;
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  #waiting: Waiting | null = null;
  #ends = false;

  constructor(host: ShutdownHost, rules: Ruleset, dialect: Dialect) {
    this.#host = host;
    this.#rules = rules;
    this.#dialect = dialect;
  }

  get underway(): boolean {
    return this.#waiting !== null || this.#ends;
  }

  /** `failed` is told where the node goes on after all. */
  begin(wish: ShutdownWish, failed: (problem: string) => void): void {
    if (this.#ends) return;
    const seconds = this.#host.settings.number('shutdown-timeout');
    const deadline = this.#host.now() + seconds * 1000;
    const waits = !wish.now && seconds > 0 && atLeast(this.#dialect, 'redis-7') && !this.#inStep;
    if (!waits) {
      this.#end(wish, failed);
      return;
    }
    this.#waiting = { wish, deadline, failed };
    this.#log({ event: 'shutdown-waits', seconds });
    this.#host.requestAcknowledgements();
    this.#host.emit({ effect: 'wake', at: deadline });
  }

  /** Goes on after all. False where there was nothing to stop. */
  abort(): boolean {
    if (this.#waiting === null) return false;
    this.#stop(this.#waiting, 'aborted');
    return true;
  }

  /** Looks whether the wait is over. */
  progress(): void {
    if (this.#waiting === null) return;
    const { wish, deadline, failed } = this.#waiting;
    if (!this.#inStep && this.#host.now() < deadline) return;
    this.#waiting = null;
    this.#end(wish, failed);
  }

  get #inStep(): boolean {
    return this.#rules.shutdownMayEnd(this.#host.acknowledged(), this.#host.offset());
  }

  #end(wish: ShutdownWish, failed: (problem: string) => void): void {
    this.#ends = true;
    const { emit, save, settings } = this.#host;
    const saves = wish.save ?? settings.text('save') !== '';
    if (!saves || save === null) {
      emit({ effect: 'shutdown' });
      return;
    }
    save((problem) => {
      if (problem === null || wish.force) emit({ effect: 'shutdown' });
      else this.#stop({ failed }, problem);
    });
  }

  #stop({ failed }: Pick<Waiting, 'failed'>, problem: string): void {
    this.#waiting = null;
    this.#ends = false;
    this.#log({ event: 'shutdown-stopped', because: problem });
    this.#host.releaseWrites();
    failed(problem);
  }

  #log(event: Extract<NodeEffect, { effect: 'log' }>['event']): void {
    this.#host.emit({ effect: 'log', event });
  }
}
