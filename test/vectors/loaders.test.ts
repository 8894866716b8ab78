import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { acceptance } from '../../src/vectors/families/acceptance.ts';
import { filesOf, generate } from '../../src/vectors/index.ts';
import { cacheFolder } from '../../src/zoo/index.ts';
import { recordSkip, runOf } from '../skipped.ts';

const [file] = filesOf(generate([acceptance]).families);
const TEXT = file?.text ?? '';

const sourceOf = (name: string): string =>
  fileURLToPath(new URL(`../../docs/vectors/${name}`, import.meta.url));

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });

interface Loader {
  readonly language: string;
  /** What must answer to `--version`. */
  readonly tool: string;
  readonly build?: (program: string) => readonly string[];
  readonly start: (program: string) => readonly [string, ...string[]];
}

const LOADERS: readonly Loader[] = [
  {
    language: 'Python',
    tool: 'python3',
    start: () => ['python3', sourceOf('acceptance.py')],
  },
  {
    language: 'C',
    tool: 'gcc',
    build: (program) => ['-O1', '-Wall', '-o', program, sourceOf('acceptance.c')],
    start: (program) => [program],
  },
];

const skip = async (t: ExecutionContext, tool: string): Promise<void> => {
  const reason = `${tool} is not there: install it to run this loader`;
  if (process.env.CI) return t.fail(reason);
  t.log(`SKIPPED. ${reason}`);
  const cache = cacheFolder(process.env, process.cwd());
  await recordSkip(cache, runOf(process.ppid), { test: t.title, server: tool, reason });
  t.pass();
};

for (const { language, tool, build, start } of LOADERS) {
  test(`the loader in ${language} passes the vectors, and fails a wrong one`, async (t) => {
    if (run(tool, ['--version']).status !== 0) return skip(t, tool);
    const folder = mkdtempSync(join(tmpdir(), 'psyncspec-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const program = join(folder, 'acceptance');
    if (build !== undefined) {
      const built = run(tool, build(program));
      t.is(built.status, 0, built.stderr);
    }
    const [command, ...args] = start(program);
    const vectors = join(folder, 'acceptance.json');
    writeFileSync(vectors, TEXT);
    const passed = run(command, [...args, vectors]);
    t.regex(passed.stdout, /^\d{4} vectors, 0 failed$/m, passed.stderr);
    t.is(passed.status, 0);
    writeFileSync(vectors, TEXT.replace('"resync":"partial"', '"resync":"full"'));
    const failed = run(command, [...args, vectors]);
    t.regex(failed.stdout, /^\d{4} vectors, 1 failed$/m);
    t.is(failed.status, 1);
  });
}
