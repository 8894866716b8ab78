import test from 'ava';
import { Interpreter } from '../../../src/explore/interpret/interpreter.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { CORE_MUTANTS } from '../../../src/explore/models/psync2-core-mutants.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { pathOf, replay } from '../../../src/explore/search/trace.ts';
import { counters } from '../counter.ts';
import { SIZES } from '../sizes.ts';

test('the path of a counterexample replays it', async (t) => {
  const mutant = CORE_MUTANTS.find(({ alias }) => alias === 'BUG=1') ?? null;
  const model = psync2Core(SIZES.M.bounds, mutant);
  const { counterexample } = await explore(model);
  if (counterexample === null) return t.fail('the mutant survived');
  const { trace } = counterexample;
  const path = pathOf(trace).split('.').map(Number);
  t.deepEqual(replay(new Interpreter(model), path), trace);
});

test('an empty path is the initial state', (t) => {
  const trace = replay(new Interpreter(counters(3)), []);
  t.deepEqual(trace, { initial: [0, 0], steps: [] });
});

test('a step that cannot be taken is said, with those that can', (t) => {
  t.throws(() => replay(new Interpreter(counters(1)), [0, 7]), {
    name: 'PathError',
    message: 'step 2 asks for successor 7, and there are: 0 TWO',
  });
});
