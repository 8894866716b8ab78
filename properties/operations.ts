import fc from 'fast-check';

/**
 * Which history a request names: the node's own, as it is or in capitals, its previous one, one that nobody ever had, or
 * none at all.
 */
export const CLAIMS = ['replid', 'capitals', 'replid2', 'unknown', 'none'] as const;

export type Claim = (typeof CLAIMS)[number];

/** Where in the stream a request points, before `by` is added: an edge of the window, or the bound of replid2. */
export type Edge = 'first' | 'next' | 'second';

/** What can be done to a cluster. Nodes by number, sizes in bytes. */
export type Operation =
  | {
      readonly do: 'write';
      readonly node: number;
      readonly size: number;
      readonly database: number;
    }
  /** Two writes in one MULTI and EXEC. */
  | { readonly do: 'transaction'; readonly node: number }
  | { readonly do: 'replicaof'; readonly node: number; readonly master: number }
  | { readonly do: 'promote'; readonly node: number }
  /** The link of a node to its master breaks after so many more bytes, and stays down. */
  | { readonly do: 'cut'; readonly node: number; readonly after: number }
  | { readonly do: 'heal'; readonly node: number }
  /** A node stops, saving its data first or not, and starts again. */
  | { readonly do: 'restart'; readonly node: number; readonly saves: boolean }
  | { readonly do: 'resize'; readonly node: number; readonly size: number }
  /** A node is left alone by its replicas for longer than its backlog lives. */
  | { readonly do: 'expire'; readonly node: number }
  | { readonly do: 'failover'; readonly node: number; readonly to: number }
  /** A write, and a WAIT for so many replicas. */
  | { readonly do: 'wait'; readonly node: number; readonly replicas: number }
  /** A replica that is none asks to go on. */
  | {
      readonly do: 'probe';
      readonly node: number;
      readonly claim: Claim;
      readonly edge: Edge;
      readonly by: number;
    }
  | { readonly do: 'pass'; readonly milliseconds: number }
  /** Links heal, and everybody gets the time to catch up. */
  | { readonly do: 'settle' };

export type OperationName = Operation['do'];

export const OPERATION_NAMES: readonly OperationName[] = [
  'write',
  'transaction',
  'replicaof',
  'promote',
  'cut',
  'heal',
  'restart',
  'resize',
  'expire',
  'failover',
  'wait',
  'probe',
  'pass',
  'settle',
];

/** One run: what a cluster is like, and what is done to it. */
export interface Case {
  /** Decides deliveries, chunks and snapshot times of a simulated network; other systems have their own. */
  readonly seed: number;
  readonly diskless: boolean;
  readonly operations: readonly Operation[];
}

/** Backlogs hold 16384 bytes at least: a few writes of this size push anything out of one. */
const LARGE = 9000;

export const NODES = 3;

const node = fc.nat({ max: NODES - 1 });
const database = fc.constantFrom(0, 0, 1);
const after = fc.constantFrom(0, 0, 1, 20, 40, 75, 200);

const SETTLE: Operation = { do: 'settle' };
const A_MOMENT: Operation = { do: 'pass', milliseconds: 10 };

const write = fc.record({
  do: fc.constant('write' as const),
  node,
  size: fc.constantFrom(1, 1, 1, LARGE),
  database,
});
const replicaof = fc.record({ do: fc.constant('replicaof' as const), node, master: node });
const cut = fc.record({ do: fc.constant('cut' as const), node, after });
const transaction = fc.record({ do: fc.constant('transaction' as const), node });
const promote = fc.record({ do: fc.constant('promote' as const), node });
const wait = fc.record({
  do: fc.constant('wait' as const),
  node,
  replicas: fc.integer({ min: 1, max: 2 }),
});

/** Claims with the edges that are about them. */
const probe: fc.Arbitrary<Operation> = fc
  .tuple(
    node,
    fc.constantFrom<readonly [Claim, Edge]>(
      ['replid', 'first'],
      ['replid', 'next'],
      ['replid2', 'second'],
      ['replid2', 'second'],
      ['replid2', 'first'],
      ['capitals', 'next'],
      ['unknown', 'next'],
      ['none', 'next'],
    ),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([each, [claim, edge], by]) => ({ do: 'probe', node: each, claim, edge, by }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 7, arbitrary: write },
  { weight: 2, arbitrary: transaction },
  { weight: 7, arbitrary: replicaof },
  { weight: 4, arbitrary: promote },
  { weight: 4, arbitrary: cut },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heal' as const), node }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('restart' as const), node, saves: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resize' as const),
      node,
      size: fc.constantFrom(1, 16384, 20000, 40000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('failover' as const), node, to: node }) },
  { weight: 1, arbitrary: wait },
  { weight: 6, arbitrary: probe },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      milliseconds: fc.constantFrom(1, 10, 1100, 11_000),
    }),
  },
  { weight: 6, arbitrary: fc.constant(SETTLE) },
);

const shift = fc.integer({ min: -1, max: 1 });

const shortWrite = (each: number): Operation => ({
  do: 'write',
  node: each,
  size: 1,
  database: 0,
});

/** What seldom comes about by itself, and is what some property is about. */
const phrase: fc.Arbitrary<readonly Operation[]> = fc.oneof(
  { weight: 10, arbitrary: operation.map((each): Operation[] => [each]) },
  { weight: 1, arbitrary: wait.map((each): Operation[] => [SETTLE, each]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(cut, transaction)
      .map(([broken, whole]) => [SETTLE, broken, whole, A_MOMENT]),
  },
  { weight: 1, arbitrary: fc.tuple(cut, write).map((both): Operation[] => [...both, SETTLE]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(write, probe, fc.boolean())
      .map(([once, asked, asks]): Operation[] =>
        asks ? [SETTLE, once, asked, once] : [once, once],
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(replicaof, write, node)
      .map(([first, once, second]): Operation[] => [
        first,
        A_MOMENT,
        { ...once, node: first.master },
        { do: 'replicaof', node: second, master: first.master },
      ]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(node, shift)
      .map(([each, by]): Operation[] => [
        { do: 'promote', node: each },
        shortWrite(each),
        { do: 'probe', node: each, claim: 'replid2', edge: 'second', by },
      ]),
  },
  {
    weight: 1,
    arbitrary: replicaof.map((each): Operation[] => [
      shortWrite(each.node),
      each,
      SETTLE,
      { do: 'promote', node: each.node },
      shortWrite(each.node),
    ]),
  },
  {
    weight: 1,
    arbitrary: replicaof.map(({ node: to, master: each }): Operation[] => [
      { do: 'replicaof', node: to, master: each },
      SETTLE,
      { do: 'failover', node: each, to },
      { do: 'probe', node: each, claim: 'replid', edge: 'next', by: 0 },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constant('failover' as const), node, to: node })
      .map((each): Operation[] => [SETTLE, each, SETTLE]),
  },
);

/** Most runs begin with a cluster, because nothing happens between nodes that do not know each other. */
const beginning: fc.Arbitrary<readonly Operation[]> = fc.constantFrom<readonly Operation[]>(
  [],
  [{ do: 'replicaof', node: 1, master: 0 }, { do: 'settle' }],
  [
    { do: 'replicaof', node: 1, master: 0 },
    { do: 'replicaof', node: 2, master: 0 },
    { do: 'settle' },
  ],
  [
    { do: 'replicaof', node: 1, master: 0 },
    { do: 'replicaof', node: 2, master: 1 },
    { do: 'settle' },
  ],
  [
    { do: 'write', node: 1, size: 1, database: 0 },
    { do: 'replicaof', node: 1, master: 0 },
    { do: 'settle' },
    { do: 'promote', node: 1 },
  ],
);

const PHRASES_MAX = 10;

/** Runs of few operations each: with fast-check's default sizes the interesting lengths are rare. */
export const cases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.nat(),
    fc.boolean(),
    beginning,
    fc.array(phrase, { minLength: 1, maxLength: PHRASES_MAX, size: 'max' }),
  )
  .map(([seed, diskless, begun, more]) => ({
    seed,
    diskless,
    operations: [...begun, ...more.flat()],
  }));
