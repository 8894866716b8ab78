import fc from 'fast-check';
import { type Case, cases } from './operations.ts';
import { reachedBy } from './reach.ts';
import { runCase } from './run.ts';
import type { RunProperty } from './run-property.ts';
import { shrink } from './shrink.ts';
import { Inconclusive, type System } from './system.ts';

/** A sentence that does not hold, with the smallest case found that shows it. */
export interface Failure {
  readonly property: RunProperty;
  readonly smallest: Case;
  /** The number of the operation in the smallest case, from 0, and why. */
  readonly step: number;
  readonly why: string;
  /** The case that showed it first. */
  readonly found: Case;
  /** Whether the same case showed it again. */
  readonly repeats: boolean;
}

export interface CampaignOptions {
  readonly system: System;
  readonly properties: readonly RunProperty[];
  readonly seed: number;
  /** How many runs at most. */
  readonly runs: number;
  /** Which share of all runs is ours: `index` from 0, of `count`. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Cases to begin with. */
  readonly first?: readonly Case[];
  /** How many runs making one failure smaller may cost. */
  readonly shrinkTries?: number;
  /** Asked after every run. */
  readonly isOver?: (done: Progress) => boolean;
}

/** How far a campaign has come. */
export interface Progress {
  readonly runs: number;
  readonly operations: number;
  readonly failures: number;
}

export interface CampaignResult extends Progress {
  readonly found: readonly Failure[];
  /** How often each label was reached. */
  readonly reached: ReadonlyMap<string, number>;
  /** Why runs could not be judged, and how many. */
  readonly inconclusive: ReadonlyMap<string, number>;
}

const BATCH = 64;

/** How many runs in a row may be inconclusive before there is no point in going on. */
const PATIENCE = 5;

/** Seeds of successive batches; spread, so that neighbouring seeds do not share batches. */
const batchSeed = (seed: number, batch: number): number =>
  (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(batch, 0x85ebca6b)) | 0;

/** Cases without end; the same seed gives the same. */
export const casesFrom = function* (
  seed: number,
  { index, count }: { readonly index: number; readonly count: number } = { index: 0, count: 1 },
): Generator<Case> {
  for (let batch = index; ; batch += count) {
    yield* fc.sample(cases, { numRuns: BATCH, seed: batchSeed(seed, batch) });
  }
};

class Campaign {
  readonly #options: CampaignOptions;
  readonly #found = new Map<string, Failure>();
  readonly #reached = new Map<string, number>();
  readonly #inconclusive = new Map<string, number>();
  #runs = 0;
  #operations = 0;
  #inconclusiveInARow = 0;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  get result(): CampaignResult {
    return {
      runs: this.#runs,
      operations: this.#operations,
      failures: this.#found.size,
      found: [...this.#found.values()],
      reached: this.#reached,
      inconclusive: this.#inconclusive,
    };
  }

  async run(): Promise<void> {
    const { seed, shard, first = [], runs, isOver = () => false } = this.#options;
    for (const each of first) {
      await this.#try(each);
      if (isOver(this.result)) return;
    }
    for (const each of casesFrom(seed, shard)) {
      if (this.#runs - first.length >= runs || this.#inconclusiveInARow >= PATIENCE) return;
      await this.#try(each);
      if (isOver(this.result)) return;
    }
  }

  async #try(each: Case): Promise<void> {
    const { properties } = this.#options;
    this.#runs += 1;
    const open = properties.filter(({ id }) => !this.#found.has(id));
    const result = await this.#judged(each, open);
    if (result === null) return;
    this.#operations += result.trace.steps.length;
    for (const label of reachedBy(result.trace)) {
      this.#reached.set(label, (this.#reached.get(label) ?? 0) + 1);
    }
    for (const { property, step, why } of result.findings) {
      const found = { ...each, operations: each.operations.slice(0, step + 1) };
      this.#found.set(property.id, await this.#shrunk(property, found, step, why));
    }
  }

  async #judged(each: Case, properties: readonly RunProperty[]) {
    try {
      const result = await runCase(this.#options.system, each, properties);
      this.#inconclusiveInARow = 0;
      return result;
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error;
      this.#inconclusiveInARow += 1;
      this.#inconclusive.set(error.message, (this.#inconclusive.get(error.message) ?? 0) + 1);
      return null;
    }
  }

  async #shrunk(property: RunProperty, found: Case, step: number, why: string): Promise<Failure> {
    let last = { step, why };
    const stillFails = async (smaller: Case): Promise<boolean> => {
      const result = await this.#judged(smaller, [property]);
      const finding = result?.findings[0];
      if (finding !== undefined) last = finding;
      return finding !== undefined;
    };
    const repeats = await stillFails(found);
    const tries = repeats ? (this.#options.shrinkTries ?? SHRINK_TRIES) : 0;
    const smallest = await shrink(found, stillFails, tries);
    return { property, smallest, found, repeats, step: last.step, why: last.why };
  }
}

const SHRINK_TRIES = 400;

/** Runs cases against a system until time, runs or patience are up. */
export const campaign = async (options: CampaignOptions): Promise<CampaignResult> => {
  const running = new Campaign(options);
  await running.run();
  return running.result;
};
