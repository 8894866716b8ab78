import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { findMutant } from '../../properties/mutants/index.ts';
import { selectChecks } from '../../src/cli/selection.ts';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { reportSchema } from '../../src/conformance/report/report.ts';
import { freePort } from '../../src/zoo/free-port.ts';
import type { Command } from '../../src/zoo/index.ts';
import { psyncspec } from '../cli/run.ts';
import { normalised } from '../faulty/golden.ts';
import { realServer } from '../real-servers.ts';

const guide = (name: string): string =>
  readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8');

const CI = guide('ci');
const WRITING = guide('writing-a-server');

/** What differs from run to run, and how long lines are that hold it. */
const comparable = (text: string): string => normalised(text).replaceAll(/\s+/g, ' ').trim();

/** What a reader sees of a terminal: the command, and what it printed. */
const sessionsOf = (text: string) =>
  [...text.matchAll(/^```\n\$ npx psyncspec (.*)\n([\s\S]*?)```$/gm)].map(
    ([, args = '', output = '']) => ({ args, output }),
  );

for (const { args, output } of [CI, WRITING].flatMap(sessionsOf)) {
  test(`npx psyncspec ${args} prints what the guide shows`, async (t) => {
    const { stdout, stderr } = await psyncspec(args.split(' '));
    t.is(comparable(stdout + stderr), comparable(output));
  });
}

/** The steps of the guide for authors: what to run, and the fault that it would find. */
const STEPS = [...WRITING.matchAll(/^\| \d+ \|.*?`--rule ([^`]+)` \|.*`([a-z-]+)` \|$/gm)].map(
  ([, rules = '', mutant = '']) => ({ rules, mutant }),
);

test('each step for authors selects checks, and names a fault of a rule among them', (t) => {
  t.is(STEPS.length, 13);
  for (const { rules, mutant } of STEPS) {
    const selected = selectChecks(MASTER_CHECKS, rules.split(','));
    const broken = findMutant(mutant)?.rule;
    t.true(
      selected.some(({ rule }) => rule === broken),
      `${mutant} breaks ${broken}, which is not in ${rules}`,
    );
  }
});

const folder = (t: ExecutionContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'psyncspec-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
};

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A program of this name that runs a command. */
const stand = (path: string, name: string, { file, args }: Command): void => {
  const words = [file, ...args].map(quoted).join(' ');
  writeFileSync(join(path, name), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(path, name), 0o755);
};

/** Runs the guide's script with programs of ours before those of the machine. */
const runScript = (
  path: string,
  port: number,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${path}:${process.env.PATH}`, PORT: String(port) };
    const child = spawn('sh', ['check-replication.sh', ...args], {
      cwd: path,
      env,
      timeout: 60_000,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

test(
  'the script of the CI guide checks a real server, writes its reports, and ends the server',
  realServer('redis-7.0')(async (t, { server: { programs } }) => {
    const path = folder(t);
    const [, script = ''] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(CI) ?? [];
    writeFileSync(join(path, 'check-replication.sh'), script);
    stand(path, 'redis-server', programs.server);
    stand(path, 'redis-cli', programs.cli);
    writeFileSync(
      join(path, 'npx'),
      `#!/bin/sh\nshift\nexec ${quoted(process.execPath)} ${quoted(MAIN)} "$@"\n`,
    );
    chmodSync(join(path, 'npx'), 0o755);
    const port = await freePort();

    const { code, output } = await runScript(path, port, ['--rule', 'CONT,PSYNC-5']);
    t.is(code, 0, output);
    t.regex(output, /conforms: \d+ checks/);
    const report = reportSchema.parse(JSON.parse(readFileSync(join(path, 'psync.json'), 'utf8')));
    t.is(report.verdict, 'conforms');
    t.regex(readFileSync(join(path, 'psync.xml'), 'utf8'), /<testsuite name="CONT-1"/);
    const answer = await psyncspec(['check', `127.0.0.1:${port}`]);
    t.is(answer.code, 69, 'the server is gone');

    t.is((await runScript(path, port, ['--rule', 'HAND-1'])).code, 66);
  }),
);
