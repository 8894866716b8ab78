import { readFileSync } from 'node:fs';
import test from 'ava';
import { STANDARD } from '../../models/rules/ruleset.ts';
import { MUTANTS, rulesWith } from '../../properties/mutants/index.ts';
import { workedTables } from './markdown.ts';
import { problemsOf } from './worked/kind.ts';
import { KINDS } from './worked/kinds.ts';

const PROTOCOL = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** Every cell of a page that says something else than the rules do. */
const problemsIn = (text: string, rules = STANDARD): string[] =>
  workedTables(text).flatMap((table) => {
    const kind = KINDS[table.kind];
    return kind === undefined
      ? [`line ${table.line}: no worked table is of the kind ${table.kind}`]
      : problemsOf(table, kind, rules);
  });

test('every worked table of docs/protocol.md is what the rules compute', (t) => {
  t.deepEqual(problemsIn(PROTOCOL), []);
});

test('every kind of worked table is there, and none is empty', (t) => {
  const tables = workedTables(PROTOCOL);
  t.deepEqual([...new Set(tables.map(({ kind }) => kind))].sort(), Object.keys(KINDS).sort());
  for (const { rows, line } of tables) t.true(rows.length > 0, `line ${line}`);
  t.log(
    `${tables.reduce((sum, { rows }) => sum + rows.length, 0)} rows in ${tables.length} tables`,
  );
});

test('each worked table fails when any of its computed cells says something else', (t) => {
  for (const table of workedTables(PROTOCOL)) {
    const kind = KINDS[table.kind];
    if (kind === undefined) continue;
    const compute = kind.begin(Object.fromEntries(table.given), STANDARD);
    for (const [index, row] of table.rows.entries()) {
      const computed = compute(Object.fromEntries(row.cells));
      t.true(Object.keys(computed).length > 0, `line ${row.line} computes nothing`);
      for (const head of Object.keys(computed)) {
        const wrong = new Map(row.cells).set(head, `not ${row.cells.get(head)}`);
        const rows = table.rows.with(index, { ...row, cells: wrong });
        t.notDeepEqual(tryProblems({ ...table, rows }), [], `line ${row.line}, ${head}`);
      }
    }
  }
});

/** A row that is damaged beyond reading is noticed too. */
const tryProblems = (table: ReturnType<typeof workedTables>[number]): string[] => {
  const kind = KINDS[table.kind];
  return kind === undefined ? [] : problemsOf(table, kind, STANDARD);
};

for (const name of [
  'psync-ignores-replid',
  'psync-second-one-past',
  'psync-second-one-short',
  'psync-second-ignored',
  'psync-second-unbounded',
  'psync-one-before',
  'psync-first-byte-refused',
  'psync-one-beyond',
  'psync-next-byte-refused',
  'psync-case-matters',
  'psync-always-full',
  'psync-always-partial',
  'promotion-bound-one-less',
  'promotion-bound-one-more',
  'adoption-bound-one-less',
  'adoption-of-any-length',
  'backlog-begins-early',
  'backlog-ends-early',
  'full-no-select',
  'full-offset-one-more',
]) {
  test(`the worked tables don't hold with the fault ${name}`, (t) => {
    const mutant = MUTANTS.find((each) => each.name === name);
    if (mutant === undefined) return t.fail(`there is no mutant ${name}`);
    const problems = problemsIn(PROTOCOL, rulesWith(mutant));
    t.not(problems.length, 0);
    t.log(problems[0]);
  });
}

test('a table of an unknown kind is a problem', (t) => {
  t.deepEqual(problemsIn('<!-- worked: guess -->\n| a |\n| --- |\n| 1 |\n'), [
    'line 2: no worked table is of the kind guess',
  ]);
});
