import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { findMutant, rulesWith } from '../../properties/mutants/index.ts';
import { runCase } from '../../properties/run.ts';
import { readScenario } from '../../properties/scenario.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { SimulatedSystem } from '../../src/systems/simulated/system.ts';

const FOLDER = new URL('./', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

test('there are scenarios', (t) => {
  t.true(files.length > 0);
});

for (const file of files) {
  const { run, mutant: name, violates } = readScenario(readFileSync(new URL(file, FOLDER), 'utf8'));
  test(`${file}: the reference survives`, async (t) => {
    const { findings } = await runCase(new SimulatedSystem(), run, RUN_PROPERTIES);
    t.deepEqual(
      findings.map(({ property, why }) => [property.id, why]),
      [],
    );
  });
  if (name === null) continue;
  test(`${file}: ${name} does not`, async (t) => {
    const mutant = findMutant(name);
    t.not(mutant, undefined);
    if (mutant === undefined) return;
    const system = new SimulatedSystem({ rules: rulesWith(mutant) });
    const { findings } = await runCase(system, run, RUN_PROPERTIES);
    t.true(findings.some(({ property }) => property.id === violates));
  });
}
