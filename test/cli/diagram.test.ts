import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { MACHINES } from '../../models/machines/catalogue.ts';
import { psyncspec } from './run.ts';

const diagram = (...args: readonly string[]) => psyncspec(['diagram', ...args]);

const folder = mkdtempSync(join(tmpdir(), 'psyncspec-diagram-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

test('without a machine the machines are listed', async (t) => {
  const { code, stdout } = await diagram();
  t.is(code, 0);
  t.deepEqual(
    stdout.split('\n').map((line) => line.split(' ')[0]),
    [...MACHINES.map(({ name }) => name), ''],
  );
});

test('a drawing goes to the terminal, or all of them into files', async (t) => {
  const one = await diagram('failover', '--format', 'dot');
  t.is(one.code, 0);
  t.regex(one.stdout, /^digraph "failover"/);
  const out = join(folder, 'pictures');
  const all = await diagram('--format', 'mermaid', '--out', out);
  t.is(all.code, 0);
  t.deepEqual(readdirSync(out).sort(), MACHINES.map(({ name }) => `${name}.mmd`).sort());
});

test('a dialect leaves out what it lacks, and a difference marks it', async (t) => {
  const draw = (...args: readonly string[]) =>
    diagram('replica-session', '--format', 'mermaid', ...args);
  const before = await draw('--dialect', 'redis-6.2');
  t.false(before.stdout.includes('replies close link'));
  t.true(before.stdout.includes('let reply through'));
  const both = await draw('--diff', 'redis-6.2', 'redis-7');
  t.true(both.stdout.includes('+ REPLY_DUE [if replies close link] / close link → closed'));
  t.true(both.stdout.includes('− REPLY_DUE [else] / let reply through'));
});

test('a coverage file marks what was seen', async (t) => {
  const seen = (transition: string, outcome: string) => ({
    ...{ machine: 'failover', transition, outcome, where: 'here' },
  });
  const transitions = [
    seen('waitingForSync/ABORT', 'conforming'),
    seen('inProgress/ABORT', 'conforming'),
    seen('inProgress/ABORT', 'violated'),
  ];
  const coverage = { format: 'psyncspec-coverage-1', subject: 'a server', transitions };
  const file = written('coverage.json', JSON.stringify(coverage));
  const { code, stdout } = await diagram('failover', '--format', 'mermaid', '--coverage', file);
  t.is(code, 0);
  t.true(stdout.includes('✓ ABORT'));
  t.true(stdout.includes('✗ ABORT'));
  t.true(stdout.includes('○ ACCEPTED'));
});

const unknownTransition = JSON.stringify({
  format: 'psyncspec-coverage-1',
  subject: 'a server',
  transitions: [
    { machine: 'failover', transition: 'none/ABRT', outcome: 'violated', where: 'here' },
  ],
});

const mistakes = [
  ['replica-lnk', [], 64, /no machine is called replica-lnk. Did you mean replica-link\?/],
  ['failover', ['--dialect', 'redis-71'], 64, /Did you mean redis-7\?/],
  ['failover', ['--diff', 'redis-7'], 64, /--diff takes two dialects, and got 1/],
  ['failover', ['--diff', 'redis-7', 'redis-9'], 64, /no dialect is called redis-9/],
  ['failover', ['--diff', 'redis-6.0', 'redis-7', '--dialect', 'redis-7'], 64, /leave --dialect/],
  ['failover', ['--format', 'pdf'], 64, /svg, mermaid, dot/],
  ['failover', ['--dialect', 'redis-5'], 66, /nothing of it exists in redis-5/],
  ['failover', ['--coverage', join(folder, 'absent.json')], 65, /can't read/],
  ['failover', ['--coverage', written('no.json', '{}')], 65, /no coverage file: format/],
  ['failover', ['--coverage', written('not.json', '{')], 65, /can't read/],
  [
    'failover',
    ['--coverage', written('odd.json', unknownTransition)],
    65,
    /Did you mean none\/ABORT\?/,
  ],
  ['failover', ['--out', join(folder, 'no.json', 'under')], 65, /can't write/],
] as const;

for (const [machine, args, code, message] of mistakes) {
  const options = args.map((word) => word.replace(folder, '')).join(' ');
  test(`diagram ${machine} ${options} ends with ${code} and says why`, async (t) => {
    const ended = await diagram(machine, ...args);
    t.is(ended.code, code);
    t.regex(ended.stderr, message);
    t.is(ended.stdout, '');
  });
}
