import test from 'ava';
import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate';
import { failoverEntry } from '../../../models/machines/catalogue/failover.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { reachOf } from '../../../models/machines/reach.ts';
import { stepperOf } from '../../../models/machines/step.ts';
import { transitionsOf } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';

const [given = {}] = failoverEntry.events.FAILOVER?.samples ?? [];

test('a step tells its transitions and its effects', (t) => {
  const { start, step } = stepperOf(failoverEntry);
  const taken = step(start(undefined), { ...given, type: 'FAILOVER' });
  t.is(taken.outcome, 'taken');
  t.is(taken.snapshot.value, 'waitingForSync');
  if (taken.outcome !== 'taken') return;
  t.deepEqual(taken.transitions, ['none/FAILOVER/otherwise']);
  t.deepEqual(
    taken.effects.map(({ type }) => type),
    ['holdWrites', 'reply'],
  );
});

test('an event that a state has no use for is ignored, and one that is none is refused with the reason', (t) => {
  const { start, step } = stepperOf(failoverEntry);
  const none = start(undefined);
  t.deepEqual(step(none, { type: 'ACCEPTED' }), { outcome: 'ignored', snapshot: none });
  const because = (event: unknown) => {
    const refused = step(none, event);
    t.is(refused.snapshot, none);
    return refused.outcome === 'refused' ? refused.because : refused.outcome;
  };
  t.is(because({ type: 'NONSENSE' }), 'NONSENSE: unknown event');
  t.is(because({ type: 'constructor' }), 'constructor: unknown event');
  t.is(because('ABORT'), 'an event is an object with a type');
  t.is(because({ ...given, type: 'FAILOVER', now: '0' }), 'FAILOVER.now: not a number');
});

for (const entry of MACHINES) {
  test(`transitions of ${entry.name} have names of their own`, (t) => {
    const ids = transitionsOf(entry.create(STANDARD)).map(({ id }) => id);
    t.true(ids.length > 0);
    t.is(new Set(ids).size, ids.length);
  });

  test(`${entry.name} goes the same way when it tells its transitions`, (t) => {
    const { start, step } = stepperOf(entry);
    const machine = entry.create(STANDARD);
    const samples = Object.entries(entry.events).flatMap(([type, { samples }]) =>
      samples.map((sample) => ({ ...sample, type })),
    );
    const [dialect = 'redis-7'] = entry.dialects;
    const [input] = entry.inputs(dialect);
    let [plain]: [AnyMachineSnapshot, ...unknown[]] = initialTransition(machine, input);
    let told = start(input);
    for (const sample of [...samples, ...samples]) {
      const taken = step(told, sample);
      const [next, effects] = transition(machine, plain, sample);
      told = taken.snapshot;
      plain = next;
      t.deepEqual(told.value, plain.value);
      t.deepEqual(told.context, plain.context);
      const names = taken.outcome === 'taken' ? taken.effects.map(({ type }) => type) : [];
      t.deepEqual(
        names,
        effects.map(({ type }) => type),
      );
    }
  });
}

/** Drawn for the sake of rules that break: the rules as they are never come by here, whatever is heard. */
const ONLY_BY_BROKEN_RULES = [
  'replica-session attached/PSYNC/otherwise',
  'replica-session attached/SYNC/otherwise',
  'replica-session attached.sendingSnapshot/SNAPSHOT_SENT/ackMustFollow',
  'replica-session attached.online/TICK/needsNewline',
  'replication-identity named.master/PROMOTED/isPromoted',
];

/** Those that differ most come first, so that hardly another one has to be searched. */
const SEARCHED = new Set<Dialect>(['redis-7', 'redis-6.0', 'valkey-8', ...DIALECTS]);

test('the samples lead through every transition in some dialect', (t) => {
  const missed = MACHINES.flatMap((entry) => {
    const all = transitionsOf(entry.create(STANDARD)).map(({ id }) => `${entry.name} ${id}`);
    const left = new Set(all);
    for (const dialect of SEARCHED) {
      if ([...left].every((id) => ONLY_BY_BROKEN_RULES.includes(id))) break;
      for (const id of reachOf(entry, dialect).transitions) left.delete(`${entry.name} ${id}`);
    }
    return [...left];
  });
  t.deepEqual(missed, ONLY_BY_BROKEN_RULES);
});

test('what exists in a dialect is found, and nothing where the machine does not', (t) => {
  const link = MACHINES.find(({ name }) => name === 'replica-link');
  t.truthy(link);
  if (link === undefined) return;
  t.true(reachOf(link, 'valkey-8').states.has('following.handshake.awaitingVersion'));
  t.false(reachOf(link, 'redis-8').states.has('following.handshake.awaitingVersion'));
  t.is(reachOf(failoverEntry, 'redis-6.0').transitions.size, 0);
});
