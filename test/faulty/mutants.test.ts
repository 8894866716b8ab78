import { readdirSync } from 'node:fs';
import test from 'ava';
import { ruleOf } from '../../models/rules/registry.ts';
import { MUTANTS, type Mutant, rulesWith } from '../../properties/mutants/index.ts';
import type { Need } from '../../src/conformance/check.ts';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { humanOf } from '../../src/conformance/report/human.ts';
import { type Report, reportOf } from '../../src/conformance/report/report.ts';
import { runChecks } from '../../src/conformance/runner.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { golden, normalised } from './golden.ts';

const PLAIN = {
  bold: (text: string) => text,
  dim: (text: string) => text,
  good: (text: string) => text,
  bad: (text: string) => text,
  doubtful: (text: string) => text,
};

/** Where a server with a mutant waits in vain for what the fault keeps back, the wait ends soon. */
const TIMEOUT = 700;

const SEED = 7;

/** Offsets of different lengths would break lines at different places. */
const UNWRAPPED = 10_000;

/** Checks the reference server, with a fault in it or without, by the checks of one rule. */
const checked = async (rule: string, mutant?: Mutant): Promise<Report> => {
  const server = await ReplicationServer.listen({
    dialect: mutant?.dialect ?? 'redis-7',
    settings: { requirepass: 'secret' },
    ...(mutant ? { rules: rulesWith(mutant) } : {}),
  });
  try {
    const result = await runChecks({
      address: { host: server.host, port: server.port, pass: 'secret' },
      checks: MASTER_CHECKS.filter((check) => check.rule === rule),
      seed: SEED,
      timeout: TIMEOUT,
      allowed: new Set<Need>(['keys', 'settings', 'role']),
    });
    return reportOf(result, {
      version: '0.0.0',
      address: 'a faulty server',
      strict: true,
      startedAt: new Date(0),
      again: (check) => `npx psyncspec check --rule ${check} --mutant ${mutant?.name}`,
    });
  } finally {
    await server.close();
  }
};

/** Faults of rules that no check of a master can see. */
const OF_OTHER_ROLES: Readonly<Record<string, string>> = {
  'REPLID-5': 'a full resynchronization of the target would replace its data',
};

/** How many servers are checked side by side: more would make each other wait for answers. */
const AT_ONCE = 4;

let running = 0;
const waiting: (() => void)[] = [];

const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
};

const visible = MUTANTS.filter(({ rule }) => !(rule in OF_OTHER_ROLES));

for (const mutant of visible) {
  test(`a server that ${mutant.fault} is caught by a check of ${mutant.rule} (${mutant.name})`, async (t) => {
    const report = await inTurn(() => checked(mutant.rule, mutant));
    t.true(report.counts.violates > 0, JSON.stringify(report.counts));
    const titleOf = (rule: Report['checks'][number]['rule']) => ruleOf(rule).title;
    const text = normalised(humanOf(report, titleOf, UNWRAPPED, PLAIN));
    const expected = golden(mutant.name, text);
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
  const ids = MASTER_CHECKS.map(({ id }) => id);
  t.is(new Set(ids).size, ids.length);
});
