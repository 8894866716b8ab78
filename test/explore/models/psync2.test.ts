import test from 'ava';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { MUTANTS, rulesWith } from '../../../properties/mutants/index.ts';
import { Interpreter } from '../../../src/explore/interpret/interpreter.ts';
import type { Model } from '../../../src/explore/model/model.ts';
import { PSYNC2_KILLS, PSYNC2_SURVIVORS } from '../../../src/explore/models/psync2/kills.ts';
import { psync2 } from '../../../src/explore/models/psync2/model.ts';
import { PSYNC2_CONSULTS } from '../../../src/explore/models/psync2/rules.ts';
import { explore } from '../../../src/explore/search/explore.ts';

const SMALL = { nodes: 2, writes: 2, ids: 2, backlog: 1 };
const FAULTY = { nodes: 3, writes: 2, ids: 3, backlog: 2 };

test('the rules hold in every state of two nodes, and every witness is met', async (t) => {
  const found = await explore(psync2({ nodes: 2, writes: 3, ids: 3, backlog: 2 }));
  t.is(found.outcome, 'exhausted');
  t.is(found.states, 369_086);
  t.deepEqual(
    [
      ...found.witnesses,
      ...found.actions.map(({ transitions }) => ({ states: transitions })),
    ].filter(({ states }) => states === 0),
    [],
  );
});

test('the interpreter counts the states of a small size alike', async (t) => {
  const model = psync2(SMALL);
  const interpreter = new Interpreter(model);
  const seen = new Set([JSON.stringify(interpreter.initial())]);
  const waiting = [interpreter.initial()];
  let transitions = 0;
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    for (const { next } of interpreter.successors(state)) {
      transitions += 1;
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(next);
    }
  }
  const found = await explore(model);
  t.deepEqual(
    { states: found.states, transitions: found.transitions },
    { states: seen.size, transitions },
  );
});

/** All that the model says, the answers of rules among it. */
const said = ({ actions, always }: Model): string => JSON.stringify([actions, always]);

test('every known fault in a rule that it consults is listed, or changes nothing in it', (t) => {
  const standard = said(psync2(FAULTY, STANDARD));
  const consulted: readonly string[] = PSYNC2_CONSULTS;
  const expressible = MUTANTS.filter(
    (mutant) =>
      Object.keys(mutant.swapped).some((rule) => consulted.includes(rule)) &&
      said(psync2(FAULTY, rulesWith(mutant))) !== standard,
  ).map(({ name }) => name);
  const listed = Object.keys({ ...PSYNC2_KILLS, ...PSYNC2_SURVIVORS });
  t.deepEqual(expressible.sort(), listed.sort());
});

for (const [name, property] of Object.entries(PSYNC2_KILLS)) {
  test(`the faulty rule ${name} has a counterexample to ${property}`, async (t) => {
    const mutant = MUTANTS.find((known) => known.name === name);
    if (mutant === undefined) return t.fail('there is no such mutant');
    const model = psync2(FAULTY, rulesWith(mutant), name);
    const { counterexample, levels } = await explore(model, { properties: [property] });
    t.deepEqual(counterexample?.violated, [property]);
    t.is(counterexample?.trace.steps.length, levels);
  });
}
