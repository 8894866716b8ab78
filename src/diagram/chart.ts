import type { RuleId } from '../../models/rules/registry.ts';

/** What a drawing says of an arrow or a state besides that it is there. */
export type Mark =
  | 'plain'
  /** In a comparison: only in the second, only in the first. */
  | 'added'
  | 'removed'
  /** By a coverage file. */
  | 'conforming'
  | 'violated'
  | 'not-reached';

/**
 * How a machine stays in a state: until something is heard, not at all because an arrow leads on at once, in one of the
 * states inside of it, or for ever.
 */
export type Stay = 'resting' | 'passing' | 'around' | 'final';

export interface ChartState {
  /** From the machine down, with dots: `following.handshake.awaitingPong`. */
  readonly path: string;
  /** The last word of the path. */
  readonly name: string;
  readonly means: string;
  readonly stay: Stay;
  /** The path of the state inside of this one in which it begins. */
  readonly initial: string | null;
  /** The names of the effects of every way in. */
  readonly entry: readonly string[];
  readonly states: readonly ChartState[];
  readonly mark: Mark;
}

export interface ChartTransition {
  readonly id: string;
  /** A path; empty for the machine itself, which hears in every state. */
  readonly from: string;
  /** A path, or null where the machine stays where it is. */
  readonly to: string | null;
  /** Null for an arrow that waits for none. */
  readonly event: string | null;
  /** A guard's name. */
  readonly guard: string | null;
  /** Whether it is taken when the guards of all before it have failed. */
  readonly isElse: boolean;
  /** Names, in the order in which they are done. */
  readonly effects: readonly string[];
  readonly rules: readonly RuleId[];
  readonly mark: Mark;
}

/** A machine as it is drawn: all that a printer needs, and nothing of XState. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  /** What is shown of the machine: `redis-7`, `redis-6.0 to redis-7`; null where it is everything. */
  readonly shows: string | null;
  readonly initial: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** All states of a chart, each before the ones inside of it. */
export const statesOf = (chart: Pick<Chart, 'states'>): readonly ChartState[] =>
  chart.states.flatMap((state) => [state, ...statesOf(state)]);
