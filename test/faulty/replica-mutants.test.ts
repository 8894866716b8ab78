import { readdirSync } from 'node:fs';
import test from 'ava';
import { MUTANTS, REPLICA_MUTANTS } from '../../properties/mutants/index.ts';
import { checked, inTurn, textOf } from './checked.ts';
import { golden } from './golden.ts';

/** Faults of a master's rules that only a replica shows. */
const SHOWN_AS_REPLICA = MUTANTS.filter(({ rule }) => rule === 'REPLID-5');

const visible = [...REPLICA_MUTANTS, ...SHOWN_AS_REPLICA];

for (const mutant of visible) {
  test(`a replica that ${mutant.fault} is caught by a check of ${mutant.rule} (${mutant.name})`, async (t) => {
    const report = await inTurn(() => checked('replica', mutant));
    t.true(report.counts.violates > 0, JSON.stringify(report.counts));
    const text = textOf(report);
    const expected = golden('replica-reports', mutant.name, text);
    t.is(text, expected ?? 'a golden report: make it with REWRITE=1');
  });
}

test('no golden report is left of a mutant that is gone', (t) => {
  const names = new Set(visible.map(({ name }) => `${name}.txt`));
  const files = readdirSync(new URL('./replica-reports/', import.meta.url));
  t.deepEqual(
    files.filter((file) => !names.has(file)),
    [],
  );
});
