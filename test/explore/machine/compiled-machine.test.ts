import { isDeepStrictEqual as isSame } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {
  type AnyMachineSnapshot,
  assign,
  createMachine,
  initialTransition,
  setup,
  transition,
} from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { nodesOf } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { CompiledMachine } from '../../../src/explore/machine/compiled-machine.ts';
import { SEED } from '../../seed.ts';

type Event = { readonly type: string };

/** From each state go all events with so many different contexts, in each dialect. */
const CONTEXTS_MAX = 5;

const pathOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(Object(value));
  return entry === undefined ? '' : `${entry[0]}.${pathOf(entry[1])}`;
};

const samplesOf = ({ events }: MachineEntry): Event[] =>
  Object.entries(events).flatMap(([type, { samples }]) =>
    samples.map((sample) => ({ ...sample, type })),
  );

const beginningsOf = (entry: MachineEntry, dialect: MachineEntry['dialects'][number]) => {
  const inputs = entry.inputs(dialect);
  const machine = entry.create(STANDARD);
  return (inputs.length === 0 ? [undefined] : inputs).map(
    (input) => initialTransition(machine, input)[0],
  );
};

/** A step of XState's as data that can be compared. */
const stepOf = (
  machine: ReturnType<MachineEntry['create']>,
  from: AnyMachineSnapshot,
  event: Event,
) => {
  const [snapshot, actions] = transition(machine, from, event);
  const effects = actions.map(({ type, params }) => ({ type, params }));
  return { snapshot, said: { path: pathOf(snapshot.value), context: snapshot.context, effects } };
};

const compiledStep = (compiled: CompiledMachine, from: AnyMachineSnapshot, event: Event) => {
  const { state, context, effects } = compiled.step(
    compiled.numberOf(pathOf(from.value)),
    from.context,
    event,
  );
  return { path: compiled.states[state], context, effects };
};

/** The innermost states in which a machine can stay: without a way on that waits for nothing and hangs on nothing. */
const restingPaths = (machine: ReturnType<MachineEntry['create']>): string[] =>
  nodesOf(machine)
    .filter(({ type }) => type === 'atomic' || type === 'final')
    .filter(({ always }) => (always ?? []).every(({ guard }) => guard !== undefined))
    .map((node) => node.path.join('.'));

for (const entry of MACHINES) {
  test(`the compiled ${entry.name} steps as XState does, in every state that its samples lead to`, (t) => {
    const machine = entry.create(STANDARD);
    const compiled = new CompiledMachine(machine);
    const samples = samplesOf(entry);
    const [states, differing] = [new Set<string>(), new Set<string>()];
    let compared = 0;
    for (const dialect of entry.dialects) {
      const known = new Map<string, Set<string>>();
      const queue: AnyMachineSnapshot[] = [];
      const meet = (snapshot: AnyMachineSnapshot) => {
        const path = pathOf(snapshot.value);
        const contexts = known.get(path) ?? new Set();
        known.set(path, contexts);
        const context = JSON.stringify(snapshot.context);
        if (contexts.has(context) || contexts.size >= CONTEXTS_MAX) return;
        contexts.add(context);
        queue.push(snapshot);
      };
      for (const snapshot of beginningsOf(entry, dialect)) meet(snapshot);
      for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
        states.add(pathOf(from.value));
        for (const event of samples) {
          const { snapshot, said } = stepOf(machine, from, event);
          compared += 1;
          const same = isSame(compiledStep(compiled, from, event), said);
          if (!same) differing.add(`${pathOf(from.value)} ${event.type}`);
          if (snapshot.status === 'active') meet(snapshot);
          else states.add(pathOf(snapshot.value));
        }
      }
    }
    t.log(`${compared} steps compared in ${states.size} of ${compiled.states.length} states`);
    t.deepEqual([...differing], []);
    const resting = restingPaths(machine);
    t.deepEqual(
      resting.filter((path) => !states.has(path)),
      [],
    );
  });

  test(`the compiled ${entry.name} follows XState through random events (SEED=${SEED})`, (t) => {
    const machine = entry.create(STANDARD);
    const compiled = new CompiledMachine(machine);
    const dialects = fc.constantFrom(...entry.dialects);
    const events = fc.array(fc.constantFrom(...samplesOf(entry)), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(dialects, events, (dialect, heard) => {
        let [from] = beginningsOf(entry, dialect);
        for (const event of heard) {
          if (from === undefined) return true;
          const { snapshot, said } = stepOf(machine, from, event);
          if (!isSame(compiledStep(compiled, from, event), said)) return false;
          from = snapshot;
        }
        return true;
      }),
      { seed: SEED, numRuns: 60 },
    );
    t.pass();
  });
}

test('a compiled machine with another rule steps as that rule says', (t) => {
  const entry = MACHINES.find(({ name }) => name === 'failover');
  if (entry === undefined) return t.fail('there is no failover machine');
  const never = new CompiledMachine(entry.create({ ...STANDARD, failoverOverdue: () => false }));
  const standard = new CompiledMachine(entry.create(STANDARD));
  const [start] = beginningsOf(entry, 'redis-7');
  const late = { type: 'PROGRESS', candidates: [], offset: 5, now: 10 };
  const context = { ...start?.context, target: null, force: false, deadline: 3 };
  const from = standard.numberOf('waitingForSync');
  t.is(standard.states[standard.step(from, context, late).state], 'none');
  t.is(never.states[never.step(from, context, late).state], 'waitingForSync');
});

test('a chart with more than tables can say is refused', (t) => {
  const waiting = createMachine({ initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } });
  t.throws(() => new CompiledMachine(waiting), { message: /a: after has no compiled form/ });
  const twofold = createMachine({ type: 'parallel', states: { a: {}, b: {} } });
  t.throws(() => new CompiledMachine(twofold), {
    message: /a parallel state has no compiled form/,
  });
  const deaf = createMachine({ on: { '*': {} } });
  t.throws(() => new CompiledMachine(deaf), { message: /a wildcard has no compiled form/ });
});

/** Every way to leave and enter: outwards, inwards, to oneself with and without re-entering, by `always`. */
const nested = setup({
  types: { context: {} as { readonly count: number } },
  guards: { isOdd: ({ context }) => context.count % 2 === 1 },
  actions: {
    count: assign(({ context }) => ({ count: context.count + 1 })),
    say: (_, _params: { readonly word: string; readonly count: number }) => {},
  },
}).createMachine({
  id: 'nested',
  context: { count: 0 },
  initial: 'outer',
  states: {
    outer: {
      initial: 'one',
      entry: ['count', { type: 'say', params: ({ context }) => ({ word: 'outer', ...context }) }],
      exit: { type: 'say', params: ({ context }) => ({ word: 'leaves outer', ...context }) },
      on: {
        AGAIN: { target: '.one' },
        ANEW: { target: 'outer', reenter: true },
        STAY: { target: 'outer', actions: 'count' },
        AWAY: { target: 'other', actions: 'count' },
        NOTE: { actions: 'count' },
      },
      states: {
        one: {
          entry: { type: 'say', params: ({ context }) => ({ word: 'one', ...context }) },
          on: { NEXT: { target: 'two', actions: 'count' }, SELF: { target: 'one' } },
        },
        two: {
          entry: 'count',
          exit: [{ type: 'say', params: ({ context }) => ({ word: 'leaves two', ...context }) }],
          on: {
            NEXT: [{ guard: 'isOdd', target: '#nested.other' }, { target: 'one' }],
            SELF: { target: 'two', reenter: true },
            NOTE: { guard: 'isOdd', actions: ['count', 'count'] },
          },
        },
      },
    },
    other: {
      entry: 'count',
      always: { guard: 'isOdd', target: 'end', actions: 'count' },
      on: { NEXT: 'outer.two' },
    },
    end: { on: { NEXT: 'outer', DONE: 'done' } },
    done: { type: 'final' },
  },
});

test(`entering and leaving happens as in XState (SEED=${SEED})`, (t) => {
  const compiled = new CompiledMachine(nested);
  const types = ['AGAIN', 'ANEW', 'STAY', 'AWAY', 'NOTE', 'NEXT', 'SELF', 'DONE', 'UNKNOWN'];
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...types), { maxLength: 40, size: 'max' }), (heard) => {
      let from: AnyMachineSnapshot = initialTransition(nested)[0];
      for (const type of heard) {
        if (from.status === 'done') return true;
        const { snapshot, said } = stepOf(nested, from, { type });
        t.deepEqual(compiledStep(compiled, from, { type }), said);
        reached.add(`${said.path} ${type}`);
        from = snapshot;
      }
      return true;
    }),
    { seed: SEED, numRuns: 150 },
  );
  t.true(reached.size > 20, `${reached.size}`);
});
