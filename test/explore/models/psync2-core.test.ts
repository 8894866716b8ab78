import test from 'ava';
import { Interpreter } from '../../../src/explore/interpret/interpreter.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { CORE_MUTANTS } from '../../../src/explore/models/psync2-core-mutants.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { SIZES } from '../sizes.ts';

for (const [size, { bounds, states, transitions, levels }] of Object.entries(SIZES)) {
  test(`size ${size} has the agreed states, transitions and levels, and the rules hold`, async (t) => {
    const found = await explore(psync2Core(bounds));
    t.is(found.outcome, 'exhausted');
    t.deepEqual(
      { states: found.states, transitions: found.transitions, levels: found.levels },
      { states, transitions, levels },
    );
    t.is(found.waiting, 0);
    const counted = found.actions.reduce((sum, action) => sum + action.transitions, 0);
    t.is(counted, transitions);
    t.deepEqual(
      found.witnesses.filter((witness) => witness.states === 0),
      [],
    );
  });
}

test('the interpreter alone counts size S alike', (t) => {
  const interpreter = new Interpreter(psync2Core(SIZES.S.bounds));
  let level = [interpreter.initial()];
  const seen = new Set(level.map((state) => JSON.stringify(state)));
  let transitions = 0;
  let levels = -1;
  while (level.length > 0) {
    levels += 1;
    const next = [];
    for (const state of level) {
      for (const step of interpreter.successors(state)) {
        transitions += 1;
        const key = JSON.stringify(step.next);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(step.next);
      }
    }
    level = next;
  }
  const { states, transitions: agreed, levels: depth } = SIZES.S;
  t.deepEqual(
    { states: seen.size, transitions, levels },
    { states, transitions: agreed, levels: depth },
  );
});

for (const mutant of CORE_MUTANTS) {
  test(`the mutant ${mutant.name} has a shortest counterexample`, async (t) => {
    const model = psync2Core(SIZES.L.bounds, mutant);
    const { counterexample, levels } = await explore(model, { properties: [mutant.killedBy] });
    if (counterexample === null) return t.fail(`${mutant.killedBy} holds`);
    const { violated, trace } = counterexample;
    t.deepEqual(violated, [mutant.killedBy]);
    t.is(trace.steps.length, levels);
    const interpreter = new Interpreter(model);
    const holds = [trace.initial, ...trace.steps.map((step) => step.state)].map((state) =>
      model.always
        .filter(({ name }) => name === mutant.killedBy)
        .every((property) => interpreter.holds(property.holds, state)),
    );
    t.is(holds.indexOf(false), holds.length - 1);
  });
}
