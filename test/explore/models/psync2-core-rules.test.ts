import test from 'ava';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { MUTANTS, rulesWith } from '../../../properties/mutants/index.ts';
import type { Model } from '../../../src/explore/model/model.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { CORE_KILLS, CORE_SURVIVORS } from '../../../src/explore/models/psync2-core-kills.ts';
import { CORE_CONSULTS, ruledCore } from '../../../src/explore/models/psync2-core-ruled.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { SIZES } from '../sizes.ts';

const { bounds } = SIZES.L;

/** All that the model says, the answers of rules among it. */
const said = ({ actions, always }: Model): string => JSON.stringify([actions, always]);

const standard = psync2Core(bounds, ruledCore('standard', STANDARD));

for (const size of ['S', 'M'] as const) {
  test(`the rules of the registry make the agreed model (${size})`, async (t) => {
    const ruled = await explore(psync2Core(SIZES[size].bounds, ruledCore('standard', STANDARD)));
    const agreed = await explore(psync2Core(SIZES[size].bounds));
    t.deepEqual({ ...ruled, seconds: 0, bytes: 0 }, { ...agreed, seconds: 0, bytes: 0 });
  });
}

test('every known fault in a rule that the core consults is listed, or changes nothing in it', (t) => {
  const consulted: readonly string[] = CORE_CONSULTS;
  const expressible = MUTANTS.filter(
    (mutant) =>
      Object.keys(mutant.swapped).some((rule) => consulted.includes(rule)) &&
      said(psync2Core(bounds, ruledCore('mutant', rulesWith(mutant)))) !== said(standard),
  ).map(({ name }) => name);
  const listed = Object.keys({ ...CORE_KILLS, ...CORE_SURVIVORS });
  t.deepEqual(expressible.sort(), listed.sort());
});

for (const [name, property] of Object.entries(CORE_KILLS)) {
  test(`the faulty rule ${name} has a counterexample to ${property}`, async (t) => {
    const mutant = MUTANTS.find((known) => known.name === name);
    if (mutant === undefined) return t.fail('there is no such mutant');
    const model = psync2Core(bounds, ruledCore(name, rulesWith(mutant)));
    const { counterexample, levels } = await explore(model, { properties: [property] });
    t.deepEqual(counterexample?.violated, [property]);
    t.is(counterexample?.trace.steps.length, levels);
  });
}
