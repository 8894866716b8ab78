import test from 'ava';
import { MACHINES } from '../../models/machines/catalogue.ts';
import { coverage } from '../../src/vectors/index.ts';

test('the walks take every transition and every pair that the search finds', (t) => {
  const covered = coverage();
  t.deepEqual(
    [...new Set(covered.map(({ machine }) => machine))],
    MACHINES.map(({ name }) => name),
  );
  for (const { machine, dialect, transitions, pairs } of covered) {
    t.log(`${machine} in ${dialect}: ${pairs.taken} of ${pairs.found} pairs`);
    t.true(transitions.found > 0 && pairs.found > 0);
    t.is(transitions.taken, transitions.found, `${machine} in ${dialect}`);
    t.is(pairs.taken, pairs.found, `${machine} in ${dialect}`);
  }
});
