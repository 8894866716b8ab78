import { combinations } from './cells.ts';
import { checkModel, ModelError } from './check.ts';
import type { Choices, Domain, IndexSet, NumberDomain } from './domain.ts';
import { memberOf } from './domain.ts';
import type { Binder, Effect, Expression, Place, Table } from './expression.ts';
import type { Action, CellValue, LeadsTo, Model, StateProperty, Variable } from './model.ts';
import {
  FlagPlace,
  FlagTerm,
  type IndexLike,
  IndexPlace,
  IndexTerm,
  indexExpression,
  type NumberLike,
  NumberPlace,
  NumberTerm,
  numberExpression,
  type PlaceFor,
  SequencePlace,
} from './term.ts';

/** What a parameter may range over where a model is written. */
export type Over = IndexSet | NumberDomain;

type TermFor<O extends Over> = O extends IndexSet ? IndexTerm : NumberTerm;

type Parameters = Readonly<Record<string, Over>>;

type Bound<P extends Parameters> = { readonly [K in keyof P]: TermFor<P[K]> };

type Initial = number | boolean | readonly number[];

const isIndexSet = (over: Over): over is IndexSet => 'size' in over;

const choicesOf = (over: Over): Choices => (isIndexSet(over) ? memberOf(over) : over);

const bind = (name: string, over: Over): { binder: Binder; term: IndexTerm | NumberTerm } => {
  const binder = { name, over: choicesOf(over) };
  const expression: Expression = { op: 'parameter', binder };
  return {
    binder,
    term: isIndexSet(over) ? new IndexTerm(expression, over) : new NumberTerm(expression),
  };
};

const placeTerm = <D extends Domain>(domain: D, place: Place): PlaceFor<D> => {
  // The switch gives each domain the class that PlaceFor names; TypeScript cannot follow it through the condition.
  switch (domain.holds) {
    case 'number':
      return new NumberPlace(place) as PlaceFor<D>;
    case 'flag':
      return new FlagPlace(place) as PlaceFor<D>;
    case 'index':
      return new IndexPlace(place, domain.of) as PlaceFor<D>;
    default:
      return new SequencePlace(place) as PlaceFor<D>;
  }
};

const cellValue = (initial: Initial): CellValue =>
  typeof initial === 'boolean' ? Number(initial) : initial;

const quantified = <O extends Over>(
  op: 'every' | 'some',
  over: O,
  name: string,
  body: (member: TermFor<O>) => FlagTerm,
): FlagTerm => {
  const { binder, term } = bind(name, over);
  // `bind` makes the term that TermFor names.
  return new FlagTerm({ op, binder, body: body(term as TermFor<O>).expression });
};

/** True where `body` holds for all members. `name` is what exports call the member. */
export const every = <O extends Over>(
  over: O,
  name: string,
  body: (member: TermFor<O>) => FlagTerm,
): FlagTerm => quantified('every', over, name, body);

/** True where `body` holds for at least one member. */
export const some = <O extends Over>(
  over: O,
  name: string,
  body: (member: TermFor<O>) => FlagTerm,
): FlagTerm => quantified('some', over, name, body);

/** Cases in one table: these are worked out in a second or so. */
const TABLE_MAX = 1_000_000;

/**
 * A function of small whole numbers as a model uses it: `work` is called once for each combination of arguments, before
 * any state is looked at. Throws a `ModelError` where it answers anything but a whole number.
 */
export const tabulated = (
  name: string,
  axes: readonly NumberDomain[],
  work: (...values: number[]) => number | boolean,
): ((...of: readonly NumberLike[]) => NumberTerm) => {
  const size = axes.reduce((product, { low, high }) => product * (high - low + 1), 1);
  if (size > TABLE_MAX) {
    throw new ModelError(`${name} has ${size} cases, and at most ${TABLE_MAX} can be worked out`);
  }
  const table: Table = {
    name,
    axes,
    values: combinations(axes.map(({ low, high }) => high - low + 1)).map((picked) => {
      const values = picked.map((index, axis) => (axes[axis]?.low ?? 0) + index);
      const value = Number(work(...values));
      if (Number.isSafeInteger(value)) return value;
      throw new ModelError(`${name} of ${values.join(', ')} is ${value}, not a whole number`);
    }),
  };
  return (...of) => new NumberTerm({ op: 'table', table, of: of.map(numberExpression) });
};

/** Effects that happen where a condition holds in the state before the step, and others where it does not. */
export const when = (
  condition: FlagTerm,
  effects: readonly Effect[],
  otherwise: readonly Effect[] = [],
): Effect => ({ when: condition.expression, effects, otherwise });

/** Effects for every member of a set. */
export const forEach = <O extends Over>(
  over: O,
  name: string,
  effects: (member: TermFor<O>) => readonly Effect[],
): Effect => {
  const { binder, term } = bind(name, over);
  // `bind` makes the term that TermFor names.
  return { each: binder, effects: effects(term as TermFor<O>) };
};

/** The steps of writing a model down, handed to the function that writes it. */
export class Declaration {
  readonly #indexSets: IndexSet[] = [];
  readonly #variables: Variable[] = [];
  readonly #actions: Action[] = [];
  readonly #always: StateProperty[] = [];
  readonly #sometimes: StateProperty[] = [];
  readonly #eventually: LeadsTo[] = [];

  indexSet(name: string, size: number, traits: { readonly interchangeable: boolean }): IndexSet {
    const set = { name, size, interchangeable: traits.interchangeable };
    this.#indexSets.push(set);
    return set;
  }

  /** One variable. */
  one<D extends Domain>(name: string, domain: D, initially: Initial): PlaceFor<D> {
    this.#variables.push({ name, over: [], domain, initially: () => cellValue(initially) });
    return placeTerm(domain, { variable: name, at: [] });
  }

  /** A variable for each member of a set, all starting alike or each as the function says. */
  each<D extends Domain>(
    set: IndexSet,
    name: string,
    domain: D,
    initially: Initial | ((member: number) => Initial),
  ): (member: IndexLike) => PlaceFor<D> {
    const start = typeof initially === 'function' ? initially : () => initially;
    this.#variables.push({
      name,
      over: [set],
      domain,
      initially: ([member = 0]) => cellValue(start(member)),
    });
    return (member) => placeTerm(domain, { variable: name, at: [indexExpression(member)] });
  }

  /** A variable for each ordered pair of members. */
  pairs<D extends Domain>(
    [first, second]: readonly [IndexSet, IndexSet],
    name: string,
    domain: D,
    initially: Initial | ((one: number, other: number) => Initial),
  ): (one: IndexLike, other: IndexLike) => PlaceFor<D> {
    const start = typeof initially === 'function' ? initially : () => initially;
    this.#variables.push({
      name,
      over: [first, second],
      domain,
      initially: ([one = 0, other = 0]) => cellValue(start(one, other)),
    });
    return (one, other) =>
      placeTerm(domain, { variable: name, at: [indexExpression(one), indexExpression(other)] });
  }

  action<P extends Parameters>(
    name: string,
    parameters: P,
    write: (bound: Bound<P>) => {
      readonly guard: readonly FlagTerm[];
      readonly effect: readonly Effect[];
    },
  ): void {
    const bound = Object.entries(parameters).map(([key, over]) => ({ key, ...bind(key, over) }));
    const terms = Object.fromEntries(bound.map(({ key, term }) => [key, term]));
    // `bind` makes for each parameter the term that Bound names.
    const body = write(terms as Bound<P>);
    this.#actions.push({
      name,
      parameters: bound.map(({ binder }) => binder),
      guards: body.guard.map((condition) => condition.expression),
      effects: body.effect,
    });
  }

  always(name: string, holds: FlagTerm): void {
    this.#always.push({ name, holds: holds.expression });
  }

  sometimes(name: string, holds: FlagTerm): void {
    this.#sometimes.push({ name, holds: holds.expression });
  }

  eventually(
    name: string,
    property: { readonly from: FlagTerm; readonly to: FlagTerm; readonly fair: readonly string[] },
  ): void {
    this.#eventually.push({
      name,
      from: property.from.expression,
      to: property.to.expression,
      fair: property.fair,
    });
  }

  finish(name: string, settings: Model['settings']): Model {
    return {
      name,
      settings,
      indexSets: this.#indexSets,
      variables: this.#variables,
      actions: this.#actions,
      always: this.#always,
      sometimes: this.#sometimes,
      eventually: this.#eventually,
    };
  }
}

/**
 * Writes a model down. The function declares index sets, variables, actions and properties; what comes back has been
 * checked. Throws a `ModelError` that says what in the declaration is wrong.
 */
export const declareModel = (
  name: string,
  settings: Model['settings'],
  write: (declaration: Declaration) => void,
): Model => {
  const declaration = new Declaration();
  write(declaration);
  return checkModel(declaration.finish(name, settings));
};
