import type { Domain, IndexSet } from './domain.ts';
import type { Binder, Effect, Expression } from './expression.ts';

/** What one place of the state holds: a number (a flag is 0 or 1, a member its number), or the items of a sequence. */
export type CellValue = number | readonly number[];

/** A variable of the state, or a family with one element for each combination of members of `over`. */
export interface Variable {
  readonly name: string;
  readonly over: readonly IndexSet[];
  readonly domain: Domain;
  readonly initially: (at: readonly number[]) => CellValue;
}

/** Something that can happen. Each choice of parameters for which all guards hold is one transition. */
export interface Action {
  readonly name: string;
  readonly parameters: readonly Binder[];
  readonly guards: readonly Expression[];
  readonly effects: readonly Effect[];
}

/** A named sentence about single states. */
export interface StateProperty {
  readonly name: string;
  readonly holds: Expression;
}

/**
 * Whenever `from` holds, `to` holds then or later, on every run that is fair: a fair run does not leave an instance of
 * a `fair` action undone that stays possible for ever.
 */
export interface LeadsTo {
  readonly name: string;
  readonly from: Expression;
  readonly to: Expression;
  readonly fair: readonly string[];
}

/** A bounded model as data, from which everything else is made: the interpreter, the compiled program, the exports. */
export interface Model {
  readonly name: string;
  /** What it was made with, as a report names it. */
  readonly settings: Readonly<Record<string, number | string>>;
  readonly indexSets: readonly IndexSet[];
  readonly variables: readonly Variable[];
  readonly actions: readonly Action[];
  /** Must hold in every reachable state. */
  readonly always: readonly StateProperty[];
  /** Must hold in some reachable state; otherwise the model shows nothing. */
  readonly sometimes: readonly StateProperty[];
  readonly eventually: readonly LeadsTo[];
}
