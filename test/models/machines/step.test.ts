import test from 'ava';
import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate';
import { failoverEntry } from '../../../models/machines/catalogue/failover.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { reachOf } from '../../../models/machines/reach.ts';
import { stepperOf } from '../../../models/machines/step.ts';
import { transitionsOf } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { DIALECTS } from '../../../models/vocabulary/index.ts';

const wish = { target: null, force: false, timeout: null };

const asked = {
  wish,
  role: 'master',
  candidates: [{ host: 'host', port: 1, state: 'online', acknowledged: 0 }],
  now: 0,
};

test('a step tells its transitions and its effects', (t) => {
  const { start, step } = stepperOf(failoverEntry);
  const taken = step(start(undefined), { type: 'FAILOVER', ...asked });
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
  t.is(
    because({ type: 'FAILOVER', ...asked, wish: { ...wish, force: 1 } }),
    'FAILOVER.wish.force: not true or false',
  );
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

test('the samples lead through every transition in some dialect', (t) => {
  const missed = MACHINES.flatMap((entry) => {
    const reached = DIALECTS.map((dialect) => reachOf(entry, dialect).transitions);
    return transitionsOf(entry.create(STANDARD))
      .filter(({ id }) => !reached.some((ids) => ids.has(id)))
      .map(({ id }) => `${entry.name} ${id}`);
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
