import type { Model } from '../model/model.ts';
import { type Run, type ShareReport, type StopReason, sumOf, type Tally } from './run.ts';
import { isBefore } from './share.ts';
import type { Trace } from './trace.ts';

/** A shortest run to a state in which a property does not hold. */
export interface Counterexample {
  /** The names of the properties that do not hold at its end. */
  readonly violated: readonly string[];
  readonly trace: Trace;
}

/** What was counted. Where a property is violated, all counts are those of whole levels up to the violation. */
export interface Counts {
  readonly states: number;
  readonly transitions: number;
  /** Levels below the initial state. */
  readonly levels: number;
  /** States that were found and not expanded. */
  readonly waiting: number;
  readonly actions: readonly { readonly action: string; readonly transitions: number }[];
  readonly witnesses: readonly { readonly witness: string; readonly states: number }[];
}

/** What a search found. */
export interface Exploration extends Counts {
  readonly outcome: 'exhausted' | 'violated' | 'stopped';
  readonly stopped: StopReason | null;
  readonly counterexample: Counterexample | null;
  readonly seconds: number;
  /** Table and archive. */
  readonly bytes: number;
}

const total = (shares: readonly ShareReport[], of: (share: ShareReport) => number): number =>
  shares.reduce((sum, share) => sum + of(share), 0);

/** The last level that has been begun; all shares begin a level together. */
export const lastLevel = ({ shares }: Run): number => (shares[0]?.levels.length ?? 0) - 1;

/** The state with a violation that all searches agree on, however the states were shared out. */
export const leastViolation = ({ shares }: Run): Int32Array | null => {
  let least: Int32Array | null = null;
  for (const { violation } of shares) {
    if (violation !== null && (least === null || isBefore(violation, least))) least = violation;
  }
  return least;
};

const named = (model: Model, { transitions, fired, witnessed }: Tally) => ({
  transitions,
  actions: model.actions.map(({ name }, place) => ({
    action: name,
    transitions: fired[place] ?? 0,
  })),
  witnesses: model.sometimes.map(({ name }, place) => ({
    witness: name,
    states: witnessed[place] ?? 0,
  })),
});

/** Adds up what the shares counted. */
export const countsOf = (model: Model, run: Run): Counts => {
  const { shares } = run;
  const level = lastLevel(run);
  const inLevel = total(shares, ({ levels, levelEnd }) => levelEnd - (levels[level] ?? levelEnd));
  if (leastViolation(run) !== null) {
    return {
      ...named(model, sumOf(shares.map(({ levelTally }) => levelTally))),
      states: total(shares, ({ levelEnd }) => levelEnd),
      levels: level,
      waiting: inLevel,
    };
  }
  const states = total(shares, ({ archive }) => archive.length);
  const below = states - total(shares, ({ levelEnd }) => levelEnd);
  return {
    ...named(model, sumOf(shares.map(({ tally }) => tally))),
    states,
    levels: Math.max(0, below > 0 ? level + 1 : inLevel > 0 ? level : level - 1),
    waiting: states - total(shares, ({ expanded }) => expanded),
  };
};
