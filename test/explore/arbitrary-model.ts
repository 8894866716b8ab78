import fc from 'fast-check';
import { Cells } from '../../src/explore/model/cells.ts';
import {
  type Domain,
  edgesOf,
  flag,
  type IndexSet,
  memberOf,
  range,
  type SequenceDomain,
  sequenceOf,
} from '../../src/explore/model/domain.ts';
import type { Binder, Effect, Expression, Table } from '../../src/explore/model/expression.ts';
import type { Action, CellValue, Model, Variable } from '../../src/explore/model/model.ts';

const NODE: IndexSet = { name: 'node', size: 3, interchangeable: true };

const variable = (name: string, over: readonly IndexSet[], domain: Domain): Variable => ({
  name,
  over,
  domain,
  initially: () => (domain.holds === 'sequence' ? [] : edgesOf(domain).low),
});

/** One variable of each kind, alone and as a family, with ranges that begin below, at and above 0. */
const VARIABLES: readonly Variable[] = [
  variable('low', [], range(-2, 3)),
  variable('high', [], range(3, 5)),
  variable('flagged', [], flag),
  variable('chosen', [], memberOf(NODE)),
  variable('count', [NODE], range(0, 5)),
  variable('follows', [NODE], memberOf(NODE)),
  variable('linked', [NODE], flag),
  variable('log', [NODE], sequenceOf(range(1, 3), 3)),
  variable('bits', [NODE], sequenceOf(range(5, 5), 4)),
  variable('pair', [NODE, NODE], range(0, 2)),
];

/** A table that holds what no arithmetic gives, and faults where the number is not one of its own. */
const TABLE: Table = {
  name: 'table',
  axes: [range(0, 4), range(0, 1)],
  values: [3, 0, 1, 4, -1, 5, 2, 2, 0, 1],
};

type Sort = 'number' | 'flag' | 'index' | 'log' | 'bits';

const sortOf = ({ domain }: Variable): Sort => {
  if (domain.holds !== 'sequence') return domain.holds;
  return domain.low === 5 ? 'bits' : 'log';
};

/** Expressions of each sort; the ones that may fault (`item`) among them. */
const expressions = (binders: readonly Binder[]): Record<Sort, fc.Arbitrary<Expression>> => {
  const parameters = binders.map((binder): Expression => ({ op: 'parameter', binder }));
  const constant = (low: number, high: number) =>
    fc.integer({ min: low, max: high }).map((value): Expression => ({ op: 'constant', value }));
  const binary = (
    op: 'plus' | 'minus' | 'max' | 'min' | 'equal' | 'below' | 'atMost' | 'and' | 'or',
    left: fc.Arbitrary<Expression>,
    right: fc.Arbitrary<Expression>,
  ) => fc.tuple(left, right).map(([l, r]): Expression => ({ op, left: l, right: r }));
  const sorts = fc.letrec<Record<Sort, Expression>>((tie) => {
    const read = (sort: Sort) =>
      fc.oneof(
        ...VARIABLES.filter((known) => sortOf(known) === sort).map(({ name, over }) =>
          fc
            .tuple(...over.map(() => tie('index')))
            .map((at): Expression => ({ op: 'read', place: { variable: name, at } })),
        ),
      );
    const choose = (sort: Sort) =>
      fc.tuple(tie('flag'), tie(sort), tie(sort)).map(
        ([condition, chosen, otherwise]): Expression => ({
          op: 'choose',
          condition,
          chosen,
          otherwise,
        }),
      );
    const sequence = (sort: 'log' | 'bits', items: fc.Arbitrary<Expression>) =>
      fc.oneof(
        { maxDepth: 3, depthSize: 'xsmall', withCrossShrink: true },
        read(sort),
        fc
          .tuple(read(sort), items)
          .map(([left, right]): Expression => ({ op: 'append', left, right })),
        choose(sort),
      );
    const compared = (op: 'prefix' | 'same', sort: Sort) =>
      fc.tuple(tie(sort), tie(sort)).map(([left, right]): Expression => ({ op, left, right }));
    return {
      index: fc.oneof(
        { maxDepth: 3, depthSize: 'xsmall', withCrossShrink: true },
        constant(0, NODE.size - 1),
        ...(parameters.length === 0 ? [] : [fc.constantFrom(...parameters)]),
        read('index'),
      ),
      number: fc.oneof(
        { maxDepth: 3, depthSize: 'xsmall', withCrossShrink: true },
        constant(-1, 5),
        read('number'),
        binary('plus', tie('number'), constant(-1, 2)),
        binary('minus', tie('number'), tie('number')),
        binary('max', tie('number'), tie('number')),
        binary('min', tie('number'), tie('number')),
        choose('number'),
        tie('log').map((of): Expression => ({ op: 'length', of })),
        fc
          .tuple(tie('number'), tie('flag'))
          .map((of): Expression => ({ op: 'table', table: TABLE, of })),
        fc
          .tuple(tie('log'), constant(1, 2))
          .map(([left, right]): Expression => ({ op: 'item', left, right })),
      ),
      flag: fc.oneof(
        { maxDepth: 3, depthSize: 'xsmall', withCrossShrink: true },
        read('flag'),
        binary('equal', tie('number'), tie('number')),
        binary('equal', tie('index'), tie('index')),
        binary('below', tie('number'), tie('number')),
        binary('atMost', tie('number'), tie('number')),
        binary('and', tie('flag'), tie('flag')),
        binary('or', tie('flag'), tie('flag')),
        tie('flag').map((of): Expression => ({ op: 'not', of })),
        compared('prefix', 'log'),
        compared('same', 'bits'),
      ),
      log: sequence('log', constant(1, 3)),
      bits: sequence('bits', constant(5, 5)),
    };
  });
  return sorts;
};

/** True nine times in ten. */
const mostly = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0);

/** A number that a domain holds, whatever number the expression gives. */
const within = (domain: Domain, expression: Expression): Expression => {
  if (domain.holds !== 'number') return expression;
  const atLeast: Expression = {
    op: 'max',
    left: expression,
    right: { op: 'constant', value: domain.low },
  };
  return { op: 'min', left: atLeast, right: { op: 'constant', value: domain.high } };
};

const effects = (
  binders: readonly Binder[],
  variables: readonly Variable[],
): fc.Arbitrary<readonly Effect[]> => {
  const sorts = expressions(binders);
  const sets = (known: Variable): fc.Arbitrary<Effect> =>
    fc
      .tuple(fc.tuple(...known.over.map(() => sorts.index)), sorts[sortOf(known)], mostly)
      .map(([at, to, isWithin]) => ({
        sets: { variable: known.name, at },
        to: isWithin ? within(known.domain, to) : to,
      }));
  // Each variable is set by one effect at most, so that no place is set twice.
  return fc.shuffledSubarray([...variables], { maxLength: 3 }).chain((chosen) =>
    fc.tuple(
      ...chosen.map((known) =>
        fc.oneof(
          sets(known),
          fc
            .tuple(sorts.flag, sets(known), sets(known))
            .map(([when, one, other]): Effect => ({ when, effects: [one], otherwise: [other] })),
          fc
            .tuple(sorts.flag, sets(known))
            .map(([when, one]): Effect => ({ when, effects: [one], otherwise: [] })),
        ),
      ),
    ),
  );
};

/** A loop that sets an element of a family for every member, where a condition about that member holds. */
const loop = (outer: readonly Binder[], known: Variable): fc.Arbitrary<Effect> => {
  const binder: Binder = { name: 'c', over: memberOf(NODE) };
  const sorts = expressions([...outer, binder]);
  const own: Expression = { op: 'parameter', binder };
  return fc.tuple(sorts.flag, sorts[sortOf(known)]).map(([when, to]) => ({
    each: binder,
    effects: [
      {
        when,
        effects: [{ sets: { variable: known.name, at: [own] }, to: within(known.domain, to) }],
        otherwise: [],
      },
    ],
  }));
};

const action = (name: string): fc.Arbitrary<Action> => {
  const parameters: readonly Binder[] = [
    { name: 'i', over: memberOf(NODE) },
    { name: 'j', over: memberOf(NODE) },
  ];
  const looped = VARIABLES.filter(({ name: known }) => known === 'count' || known === 'linked');
  const rest = VARIABLES.filter((known) => !looped.includes(known));
  return fc
    .tuple(
      fc.constantFrom(parameters, parameters.slice(1), []),
      fc.constantFrom(...looped),
      fc.boolean(),
    )
    .chain(([bound, inLoop, hasLoop]) =>
      fc
        .tuple(
          fc.array(expressions(bound).flag, { maxLength: 3 }),
          effects(bound, rest),
          loop(bound, inLoop),
        )
        .map(([guards, changed, each]) => ({
          name,
          parameters: bound,
          guards,
          effects: hasLoop ? [...changed, each] : changed,
        })),
    );
};

/** Models with one variable of each kind and two random actions and properties over them. */
export const arbitraryModel: fc.Arbitrary<Model> = fc
  .tuple(action('ONE'), action('TWO'), expressions([]).flag, expressions([]).flag)
  .map(([one, two, holds, reached]) => ({
    name: 'random',
    settings: {},
    indexSets: [NODE],
    variables: VARIABLES,
    actions: [one, two],
    always: [{ name: 'Holds', holds }],
    sometimes: [{ name: 'Reached', holds: reached }],
    eventually: [],
  }));

const items = ({ low, high, longest }: SequenceDomain): fc.Arbitrary<CellValue> =>
  fc.array(fc.integer({ min: low, max: high }), { maxLength: longest });

/** Any state of these models, reachable or not. */
export const arbitraryState: fc.Arbitrary<CellValue[]> = fc.tuple(
  ...new Cells({
    name: '',
    settings: {},
    indexSets: [NODE],
    variables: VARIABLES,
    actions: [],
    always: [],
    sometimes: [],
    eventually: [],
  }).list.map(({ variable: { domain } }): fc.Arbitrary<CellValue> => {
    if (domain.holds === 'sequence') return items(domain);
    const { low, high } = edgesOf(domain);
    return fc.integer({ min: low, max: high });
  }),
);
