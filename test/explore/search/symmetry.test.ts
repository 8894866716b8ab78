import test from 'ava';
import type { FlatState } from '../../../src/explore/interpret/evaluate.ts';
import { Interpreter } from '../../../src/explore/interpret/interpreter.ts';
import { declareModel } from '../../../src/explore/model/declare.ts';
import { type IndexSet, memberOf, range } from '../../../src/explore/model/domain.ts';
import type { Model } from '../../../src/explore/model/model.ts';
import { not } from '../../../src/explore/model/term.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { CORE_MUTANTS } from '../../../src/explore/models/psync2-core-mutants.ts';
import { explore } from '../../../src/explore/search/explore.ts';

const permutations = (members: readonly number[]): number[][] =>
  members.length === 0
    ? [[]]
    : members.flatMap((first) =>
        permutations(members.filter((member) => member !== first)).map((rest) => [first, ...rest]),
      );

type Renumbering = ReadonlyMap<IndexSet, readonly number[]>;

/** Renumbers the members in a state, cell by cell, without any packing. */
const renumbered = (interpreter: Interpreter, state: FlatState, to: Renumbering): FlatState => {
  const result = [...state];
  const moved = (set: IndexSet | undefined, member: number) =>
    (set === undefined ? undefined : to.get(set)?.[member]) ?? member;
  for (const [cell, { variable, at }] of interpreter.cells.list.entries()) {
    const place = at.map((member, dimension) => moved(variable.over[dimension], member));
    const value = state[cell] ?? 0;
    const set = variable.domain.holds === 'index' ? variable.domain.of : undefined;
    result[interpreter.cells.find(variable.name, place)] =
      typeof value === 'number' ? moved(set, value) : value;
  }
  return result;
};

/** How many states can be told apart once the numbers of the members mean nothing. */
const orbits = (model: Model): number => {
  const interpreter = new Interpreter(model);
  const orders = model.indexSets.reduce<Renumbering[]>(
    (shorter, set) =>
      permutations(Array.from({ length: set.size }, (_, member) => member)).flatMap((order) =>
        shorter.map((renumbering) => new Map(renumbering).set(set, order)),
      ),
    [new Map()],
  );
  const seen = new Set<string>();
  const classes = new Set<string>();
  const waiting = [interpreter.initial()];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const forms = orders.map((to) => JSON.stringify(renumbered(interpreter, state ?? [], to)));
    classes.add(forms.sort()[0] ?? '');
    for (const { next } of interpreter.successors(state)) waiting.push(next);
  }
  return classes.size;
};

for (const bounds of [
  { nodes: 2, writes: 2, ids: 2, backlog: 1 },
  { nodes: 3, writes: 1, ids: 1, backlog: 1 },
]) {
  const size = Object.values(bounds).join(' ');
  test(`symmetry leaves one state of each orbit (${size})`, async (t) => {
    const model = psync2Core(bounds);
    const found = await explore(model, { symmetry: true });
    const full = await explore(model);
    t.is(found.states, orbits(model));
    t.true(found.states < full.states);
  });
}

/** Clients that lend one another tokens: two kinds of interchangeable members, and a number for each ordered pair. */
const lending = declareModel('lending', {}, (model) => {
  const client = model.indexSet('client', 3, { interchangeable: true });
  const kind = model.indexSet('kind', 2, { interchangeable: true });
  const owed = model.pairs([client, client], 'owed', range(0, 2), 0);
  const holds = model.pairs([client, kind], 'holds', range(0, 2), (_, of) => 1 - of);
  const last = model.one('last', memberOf(client), 0);
  model.action('LEND', { from: client, to: client, of: kind }, ({ from, to, of }) => ({
    guard: [
      from.isNot(to),
      not(holds(from, of).is(0)),
      owed(to, from).isBelow(2),
      holds(to, of).isBelow(2),
    ],
    effect: [
      holds(from, of).becomes(holds(from, of).minus(1)),
      holds(to, of).becomes(holds(to, of).plus(1)),
      owed(to, from).becomes(owed(to, from).plus(1)),
      last.becomes(to),
    ],
  }));
});

test('symmetry takes pairs and several sets at once', async (t) => {
  const found = await explore(lending, { symmetry: true });
  const full = await explore(lending);
  t.is(found.states, orbits(lending));
  t.true(found.states * 4 < full.states);
});

test('a counterexample found with symmetry is a run of the model, and as short', async (t) => {
  const bounds = { nodes: 3, writes: 2, ids: 3, backlog: 1 };
  const mutant = CORE_MUTANTS.find(({ alias }) => alias === 'BUG=2') ?? null;
  const model = psync2Core(bounds, mutant);
  const plain = await explore(model);
  const { counterexample, states } = await explore(model, { symmetry: true });
  t.true(states < plain.states);
  const trace = counterexample?.trace;
  t.is(trace?.steps.length, plain.counterexample?.trace.steps.length);
  const interpreter = new Interpreter(model);
  let state = interpreter.initial();
  for (const step of trace?.steps ?? []) {
    const next = interpreter.successors(state)[step.index]?.next;
    t.deepEqual(next, step.state);
    state = step.state;
  }
});
