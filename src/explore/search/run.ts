import type { Archive } from './archive.ts';

/** What has been counted. */
export interface Tally {
  readonly transitions: number;
  /** Transitions by action. */
  readonly fired: readonly number[];
  /** States by property of `sometimes`. */
  readonly witnessed: readonly number[];
}

/** Why a search ended before it had seen everything. */
export type StopReason = 'states' | 'memory' | 'time' | 'interrupt';

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** The level that is being expanded; the initial state is level 0. */
  readonly level: number;
  /** States that were found and are not expanded yet. */
  readonly waiting: number;
  readonly bytes: number;
}

/** States to begin with: the initial one, or all that an earlier search had found when it began its last level. */
export interface Seed {
  /** Packed, in the form in which they are kept, level after level. */
  readonly states: Archive;
  /** At which state each level begins. */
  readonly levels: readonly number[];
  /** What had been counted when the last level began. */
  readonly tally: Tally;
}

/** What one share of a search found. */
export interface ShareReport {
  readonly archive: Archive;
  /** At which state of the archive each level begins. */
  readonly levels: readonly number[];
  /** How many states the levels up to the last one have. */
  readonly levelEnd: number;
  /** How many of them were expanded. */
  readonly expanded: number;
  /** The tally with which the last level began, and the one with which the search ended. */
  readonly levelTally: Tally;
  readonly tally: Tally;
  /** The least state of the last level, in packed form, in which a property does not hold. */
  readonly violation: Int32Array | null;
  /** States among which one makes the model fault; null where none did. */
  readonly fault: Int32Array | null;
  readonly bytes: number;
}

/** A search as it ended. */
export interface Run {
  readonly shares: readonly ShareReport[];
  /** Null where everything was seen, up to a level with a violation if there is one. */
  readonly stopped: StopReason | null;
}

/** The one who watches over a search. */
export interface Watch {
  /** At so many states the search must stop, however seldom the watch is asked. */
  readonly statesMax: number;
  /** Hears how far the search has come, and says whether it must stop. */
  readonly ask: (progress: Progress) => StopReason | null;
  /** Whether it wants to read the shares when the next level begins. */
  readonly wantsLevel: () => boolean;
  /** Reads all shares, which stand still meanwhile, between two levels. */
  readonly atLevel: (shares: readonly ShareReport[]) => Promise<void>;
}

/** Adds tallies up. */
export const sumOf = (tallies: readonly Tally[]): Tally => {
  const add = (lists: readonly (readonly number[])[]): number[] =>
    (lists[0] ?? []).map((_, place) => lists.reduce((sum, list) => sum + (list[place] ?? 0), 0));
  return {
    transitions: tallies.reduce((sum, { transitions }) => sum + transitions, 0),
    fired: add(tallies.map(({ fired }) => fired)),
    witnessed: add(tallies.map(({ witnessed }) => witnessed)),
  };
};
