import { readdirSync } from 'node:fs';
import test from 'ava';
import { MUTANTS, REPLICA_MUTANTS } from '../../properties/mutants/index.ts';
import { CHECKS, MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { checked, inTurn, textOf } from './checked.ts';
import { golden } from './golden.ts';

/** Faults of rules that no check of a master can see. */
const OF_OTHER_ROLES: Readonly<Record<string, string>> = {
  'REPLID-5': 'a full resynchronization of the target would replace its data',
};

const visible = MUTANTS.filter(
  (mutant) => !REPLICA_MUTANTS.includes(mutant) && !(mutant.rule in OF_OTHER_ROLES),
);

for (const mutant of visible) {
  test(`a server that ${mutant.fault} is caught by a check of ${mutant.rule} (${mutant.name})`, async (t) => {
    const report = await inTurn(() => checked('master', mutant));
    t.true(report.counts.violates > 0, JSON.stringify(report.counts));
    const text = textOf(report);
    const expected = golden('reports', mutant.name, text);
    t.is(text, expected ?? 'a golden report: make it with REWRITE=1');
  });
}

test('the rules that have a check have a mutant, and the other way round', (t) => {
  const withCheck = new Set(MASTER_CHECKS.map(({ rule }) => rule));
  const withMutant = new Set(visible.map(({ rule }) => rule));
  t.deepEqual(
    [...withCheck].filter((rule) => !withMutant.has(rule)),
    [],
  );
  t.deepEqual(
    [...withMutant].filter((rule) => !withCheck.has(rule)),
    [],
  );
});

test('no golden report is left of a mutant that is gone', (t) => {
  const names = new Set(visible.map(({ name }) => `${name}.txt`));
  const files = readdirSync(new URL('./reports/', import.meta.url));
  t.deepEqual(
    files.filter((file) => !names.has(file)),
    [],
  );
});

test('mutants and checks have names of their own', (t) => {
  const names = MUTANTS.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  const ids = CHECKS.map(({ id }) => id);
  t.is(new Set(ids).size, ids.length);
});
