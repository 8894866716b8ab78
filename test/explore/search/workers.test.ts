import test from 'ava';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { CORE_MUTANTS } from '../../../src/explore/models/psync2-core-mutants.ts';
import type { Exploration } from '../../../src/explore/search/exploration.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { SIZES } from '../sizes.ts';

/** What must not depend on how many workers there are. */
const verdict = ({ seconds, bytes, ...rest }: Exploration) => rest;

for (const workers of [2, 3]) {
  test(`${workers} workers find what one finds`, async (t) => {
    const model = psync2Core(SIZES.M.bounds);
    t.deepEqual(verdict(await explore(model, { workers })), verdict(await explore(model)));
  });

  test(`${workers} workers find the same counterexample as one`, async (t) => {
    const mutant = CORE_MUTANTS.find(({ alias }) => alias === 'BUG=2') ?? null;
    const model = psync2Core(SIZES.L.bounds, mutant);
    const alone = await explore(model);
    t.is(alone.outcome, 'violated');
    t.deepEqual(verdict(await explore(model, { workers })), verdict(alone));
  });
}

test('workers and symmetry go together', async (t) => {
  const model = psync2Core(SIZES.M.bounds);
  t.deepEqual(
    verdict(await explore(model, { workers: 2, symmetry: true })),
    verdict(await explore(model, { symmetry: true })),
  );
});
