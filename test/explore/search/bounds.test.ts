import test from 'ava';
import { declareModel } from '../../../src/explore/model/declare.ts';
import { range } from '../../../src/explore/model/domain.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { counters } from '../counter.ts';
import { SIZES } from '../sizes.ts';

test('every state of a small model is found, on the level where it belongs', async (t) => {
  const found = await explore(counters(9));
  t.is(found.states, 100);
  t.is(found.transitions, 180);
  t.is(found.levels, 18);
  t.deepEqual(found.witnesses, [{ witness: 'Apart', states: 1 }]);
});

test('a violation is found on the first level that has one', async (t) => {
  const found = await explore(counters(9, 3));
  t.is(found.outcome, 'violated');
  t.is(found.levels, 6);
  t.is(found.counterexample?.trace.steps.length, 6);
  t.deepEqual(found.counterexample?.violated, ['NotBoth']);
});

test('a limit on states ends the search with what it has found', async (t) => {
  const found = await explore(counters(99), { statesMax: 1000 });
  t.is(found.outcome, 'stopped');
  t.is(found.stopped, 'states');
  t.true(found.states >= 1000 && found.states < 10_000);
  t.true(found.waiting > 0);
});

for (const workers of [1, 2]) {
  test(`a limit on memory ends the search of ${workers} workers with what it has found`, async (t) => {
    const found = await explore(psync2Core(SIZES.L.bounds), { bytesMax: 6e6, workers });
    t.is(found.stopped, 'memory');
    t.true(found.states > 50_000 && found.states < SIZES.L.states);
    t.true(found.bytes <= 6e6);
    t.true(found.waiting > 0);
  });
}

test('no memory at all is no crash', async (t) => {
  const found = await explore(counters(9), { bytesMax: 1 });
  t.is(found.stopped, 'memory');
  t.is(found.states, 0);
});

test('no time at all leaves the initial state and what follows it at once', async (t) => {
  const found = await explore(psync2Core(SIZES.L.bounds), { seconds: 0 });
  t.is(found.stopped, 'time');
  t.true(found.states < SIZES.L.states);
});

test('an interrupt ends the search with what it has found', async (t) => {
  const controller = new AbortController();
  const found = await explore(psync2Core(SIZES.L.bounds), {
    signal: controller.signal,
    onProgress: ({ states }) => {
      if (states > 1000) controller.abort();
    },
  });
  t.is(found.stopped, 'interrupt');
  t.true(found.states > 1000 && found.states < SIZES.L.states);
});

test('a model that leaves a domain is told so, with the action and the value', async (t) => {
  const model = declareModel('overflow', {}, (declared) => {
    const count = declared.one('count', range(0, 5), 0);
    declared.action('UP', {}, () => ({ guard: [], effect: [count.becomes(count.plus(1))] }));
  });
  await t.throwsAsync(explore(model), { message: 'UP: count becomes 6, which is not 0..5' });
  await t.throwsAsync(explore(model, { workers: 2 }), {
    message: 'UP: count becomes 6, which is not 0..5',
  });
});

test('a property that the model does not have is refused', async (t) => {
  await t.throwsAsync(explore(counters(2), { properties: ['Nothing'] }), {
    message: "model counters has no property 'Nothing': there are NotBoth",
  });
});
