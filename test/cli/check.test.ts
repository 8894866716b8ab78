import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { reportSchema } from '../../src/conformance/report/report.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { psyncspec } from './run.ts';

const folder = (t: ExecutionContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'psyncspec-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
};

test('without a command it says what there is', async (t) => {
  const { code, stdout } = await psyncspec([]);
  t.is(code, 0);
  t.regex(stdout, /Usage: psyncspec/);
  t.regex(stdout, /check .*hold a server to the rules/s);
});

test('check --help says what each option does and what the exit codes mean', async (t) => {
  const { code, stdout } = await psyncspec(['check', '--help']);
  t.is(code, 0);
  for (const word of ['--rule', '--no-mutate', '--junit', 'Exit codes:', 'Examples:']) {
    t.true(stdout.includes(word), word);
  }
});

test('the embedded server conforms to a family of rules', async (t) => {
  const { code, stdout, stderr } = await psyncspec(['check', '--rule', 'PSYNC', '--seed', '1']);
  t.is(code, 0, stdout);
  t.is(stderr, '');
  t.regex(stdout, /✓ PSYNC\s+26 conform\n/);
  t.regex(stdout, /conforms: 26 checks in [\d.]+ s: 26 conform\n/);
});

test('a violation reads as a paragraph, and its last line repeats it', async (t) => {
  const first = await psyncspec(
    'check --rule PSYNC-4 --seed 1 --mutant psync-one-beyond'.split(' '),
  );
  t.is(first.code, 1);
  t.regex(first.stdout, /✗ PSYNC-4 {2}Upper edge of the window +must/);
  t.regex(first.stdout, /sent +PSYNC [0-9a-f]{40} \d+/);
  t.regex(first.stdout, /predicted \+FULLRESYNC, because it asks for a byte that this master/);
  t.regex(first.stdout, /heard +\+CONTINUE/);
  const again = /again +npx psyncspec (.*)$/m.exec(first.stdout)?.[1];
  t.is(again, 'check --rule PSYNC-4/one-beyond --seed 1 --mutant psync-one-beyond');
  const second = await psyncspec((again ?? '').split(' '));
  t.is(second.code, 1);
  t.regex(second.stdout, /violates: 1 checks/);
});

test('--list shows every check, and with --rule those that are meant', async (t) => {
  const all = await psyncspec(['check', '--list']);
  t.is(all.code, 0);
  t.is(all.stdout.trimEnd().split('\n').length, MASTER_CHECKS.length);
  const some = await psyncspec(['check', '--list', '--rule', 'PSYNC-2,FULL-7/silent']);
  t.deepEqual(
    some.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['PSYNC-2/one-past', 'PSYNC-2/far-past', 'FULL-7/silent'],
  );
});

test('--explain tells what a rule demands, where it comes from and who checks it', async (t) => {
  const { code, stdout } = await psyncspec(['check', '--explain', 'PSYNC-2/one-past']);
  t.is(code, 0);
  for (const word of [
    'Bounded secondary history',
    'docs/protocol.md 2.3',
    'masterTryPartialResynchronization',
    'PSYNC-2/far-past',
    'psync-second-unbounded',
  ]) {
    t.true(stdout.includes(word), word);
  }
});

test('an unknown rule is refused with the one that was probably meant', async (t) => {
  const { code, stderr } = await psyncspec(['check', '--rule', 'PSINC-2']);
  t.is(code, 64);
  t.regex(stderr, /no rule or check is called PSINC-2\. Did you mean PSYNC-2\?/);
});

test('a rule without a check for the role is an empty selection', async (t) => {
  const { code, stderr } = await psyncspec(['check', '--rule', 'HAND-1']);
  t.is(code, 66);
  t.regex(stderr, /rule HAND-1 has no check for this role/);
});

for (const [args, message] of [
  [['check', '--timeout', 'soon'], /--timeout.*whole number/s],
  [['check', '--seed', '-1'], /--seed/],
  [['check', '--role', 'nobody'], /--role.*Allowed choices are master/s],
  [['check', '--nonsense'], /unknown option/],
  [['chekc'], /unknown command 'chekc'.*Did you mean check/s],
  [['check', 'host:99999'], /"host:99999" is no address/],
  [['check', 'a:b:c'], /is no address/],
  [
    ['check', '--mutant', 'psync-one-beyon'],
    /no mutant is called .* Did you mean psync-one-beyond/,
  ],
  [['check', '127.0.0.1:1', '--mutant', 'psync-one-beyond'], /leave the address out/],
] as const) {
  test(`${args.join(' ')} is a usage error`, async (t) => {
    const { code, stdout, stderr } = await psyncspec(args);
    t.is(code, 64);
    t.is(stdout, '');
    t.regex(stderr, message);
  });
}

test('a port where nobody listens is one clear message and exit 69', async (t) => {
  const { code, stdout, stderr } = await psyncspec(['check', '127.0.0.1:1']);
  t.is(code, 69);
  t.is(stdout, '');
  t.regex(stderr, /^psyncspec: 127\.0\.0\.1:1: no connection .*is the server running there\?\n$/);
});

test('a certificate that can’t be read is bad input', async (t) => {
  const { code, stderr } = await psyncspec(['check', '127.0.0.1:1', '--cacert', '/nowhere.pem']);
  t.is(code, 65);
  t.regex(stderr, /can't read \/nowhere\.pem/);
});

test('a report that can’t be written is said, and the verdict is lost for nobody', async (t) => {
  const { code, stderr } = await psyncspec([
    'check',
    '--rule',
    'CONT',
    '--json',
    '/nowhere/x.json',
  ]);
  t.is(code, 65);
  t.regex(stderr, /can't write \/nowhere\/x\.json/);
});

test('reports go to files as JSON and JUnit, and to the screen as TAP', async (t) => {
  const path = folder(t);
  const { code, stdout } = await psyncspec([
    ...'check --rule PSYNC-4,FULL-14 --seed 1 --mutant psync-one-beyond --tap'.split(' '),
    '--json',
    join(path, 'report.json'),
    '--junit',
    join(path, 'report.xml'),
  ]);
  t.is(code, 1);
  t.regex(stdout, /^TAP version 14\n1\.\.4\n/);
  t.regex(stdout, /^not ok 1 - PSYNC-4\/one-beyond /m);
  t.regex(stdout, /^ok 4 - FULL-14\/no-version .* # SKIP not-applicable/m);
  const report = reportSchema.parse(JSON.parse(readFileSync(join(path, 'report.json'), 'utf8')));
  t.is(report.verdict, 'violates');
  t.like(report.counts, { violates: 1, conforms: 2, 'not-applicable': 1 });
  const xml = readFileSync(join(path, 'report.xml'), 'utf8');
  t.regex(xml, /<testsuite name="PSYNC-4" tests="3" failures="1" skipped="0"/);
  t.regex(xml, /<skipped message="not-applicable: /);
});

test('a job’s summary gets the report as Markdown, and a badge its file', async (t) => {
  const path = folder(t);
  const summary = join(path, 'summary.md');
  const { code } = await psyncspec(
    [
      ...'check --rule PSYNC-4 --seed 1 --mutant psync-one-beyond --badge'.split(' '),
      join(path, 'badge.json'),
    ],
    { env: { GITHUB_STEP_SUMMARY: summary } },
  );
  t.is(code, 1);
  const text = readFileSync(summary, 'utf8');
  t.regex(text, /^### psyncspec: psyncspec reference \(redis-7\) as master: violates\n/);
  t.regex(text, /<b>PSYNC-4\/one-beyond<\/b>/);
  t.regex(text, /- heard `\+CONTINUE/);
  t.like(JSON.parse(readFileSync(join(path, 'badge.json'), 'utf8')), {
    schemaVersion: 1,
    message: '1 violations',
    color: 'red',
  });
});

test('a report goes to a file as a page with the bytes of what failed', async (t) => {
  const file = join(folder(t), 'report.html');
  const { code } = await psyncspec([
    ...'check --rule PSYNC-4 --seed 1 --mutant psync-one-beyond --html'.split(' '),
    file,
  ]);
  t.is(code, 1);
  const page = readFileSync(file, 'utf8');
  t.regex(page, /^<!doctype html>/);
  t.regex(page, /<span class="outcome violates">violates<\/span> <code>PSYNC-4\/one-beyond</);
  t.regex(page, /<b>sent →<\/b>.*PSYNC/);
  t.regex(page, /<b>heard ←<\/b>.*\+CONTINUE/);
});

test('a password is taken from the environment and stands in no report', async (t) => {
  const server = await ReplicationServer.listen({ settings: { requirepass: 'xyzzy' } });
  t.teardown(() => server.close());
  const file = join(folder(t), 'report.json');
  const address = `${server.host}:${server.port}`;
  const { code, stdout } = await psyncspec(
    ['check', address, '--rule', 'READY-5', '--timeout', '2000', '--json', file],
    { env: { PSYNCSPEC_PASS: 'xyzzy' } },
  );
  t.is(code, 0, stdout);
  t.false(`${stdout}${readFileSync(file, 'utf8')}`.includes('xyzzy'));
});

test('Ctrl-C ends a run early, puts the settings back and keeps the partial report', async (t) => {
  let interrupt: () => void = () => {};
  const server = await ReplicationServer.listen({
    settings: { 'repl-timeout': '17' },
    // Somewhere in the middle, when settings are changed and replicas attached.
    onEvent: ({ event }) => {
      if (event === 'promoted') interrupt();
    },
  });
  t.teardown(() => server.close());
  const file = join(folder(t), 'report.json');
  const { code, stdout } = await psyncspec(
    ['check', `${server.host}:${server.port}`, '--json', file],
    {
      onStart: (kill) => {
        interrupt = () => kill('SIGINT');
      },
    },
  );
  t.is(code, 2, stdout);
  t.regex(stdout, /inconclusive: the run was interrupted/);
  const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  t.is(report.checks.length, MASTER_CHECKS.length);
  t.true(report.counts.conforms > 0);
  t.true(report.counts.inconclusive > 10);
  t.deepEqual(report.leftBehind, []);
  const { stdout: shown } = await psyncspec([
    'check',
    `${server.host}:${server.port}`,
    '--rule',
    'INFO',
  ]);
  t.regex(shown, /conforms: /);
});
