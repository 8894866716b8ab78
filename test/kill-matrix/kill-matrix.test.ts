import test from 'ava';
import { BUGS } from '../../properties/mutants/bugs.ts';
import { ALL_MUTANTS, findMutant, rulesWith } from '../../properties/mutants/index.ts';
import { readToken } from '../../properties/notation.ts';
import { runCase } from '../../properties/run.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { SimulatedSystem } from '../../src/systems/simulated/system.ts';
import { killMatrix, writtenKillMatrix } from './page.ts';
import { readKills } from './record.ts';
import { UNSEEN } from './unseen.ts';

const kills = readKills();

test('the page says what was recorded (npm run kill-matrix writes both)', (t) => {
  t.is(writtenKillMatrix(), killMatrix());
});

test('every mutant is killed, or it is said why it can’t be seen', (t) => {
  const killed = new Set(kills.map(({ mutant }) => mutant));
  const neither = ALL_MUTANTS.filter(({ name }) => !killed.has(name) && !(name in UNSEEN));
  t.deepEqual(
    neither.map(({ name }) => name),
    [],
  );
  t.deepEqual(
    [...killed, ...Object.keys(UNSEEN)].filter((name) => findMutant(name) === undefined),
    [],
    'of mutants that are gone',
  );
  t.deepEqual(
    Object.keys(UNSEEN).filter((name) => killed.has(name)),
    [],
    'an excuse that is not needed',
  );
});

test('the shortest runs have six operations or fewer in the median', (t) => {
  const counts = kills.map(({ operations }) => operations).toSorted((one, other) => one - other);
  t.true((counts[Math.floor(counts.length / 2)] ?? Number.POSITIVE_INFINITY) <= 6);
});

test('every bug that a mutant names is told', (t) => {
  t.deepEqual(
    ALL_MUTANTS.filter(({ bug }) => bug !== undefined && BUGS[bug] === undefined).map(
      ({ name, bug }) => [name, bug],
    ),
    [],
  );
});

test('every recorded run kills its mutant, and the reference survives it', async (t) => {
  t.timeout(300_000);
  const reference = new SimulatedSystem();
  for (const { mutant: name, token, property: id } of kills) {
    const mutant = findMutant(name);
    if (mutant === undefined) continue;
    const property = RUN_PROPERTIES.filter((each) => each.id === id);
    const run = readToken(token);
    const dialect = mutant.dialect === undefined ? {} : { dialect: mutant.dialect };
    const system = new SimulatedSystem({ rules: rulesWith(mutant), ...dialect });
    t.is((await runCase(system, run, property)).findings.length, 1, `${name}: ${token}`);
    t.deepEqual((await runCase(reference, run, RUN_PROPERTIES)).findings, [], token);
  }
});
