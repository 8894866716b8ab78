import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

/** A script of this folder that runs as a process of its own. */
export interface SeparateProcess {
  readonly process: ChildProcess;
  /** Its next line of output, read as JSON; rejects where it ends before it writes one. */
  readonly line: () => Promise<unknown>;
}

/** Runs a script with one argument, given as JSON. It is killed when the test ends. */
export const separateProcess = (
  t: ExecutionContext,
  script: string,
  argument: unknown,
): SeparateProcess => {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import=tsx', file, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => {
    const next = await lines.next();
    if (next.done) throw new Error(`${script} ended before it wrote a line`);
    return JSON.parse(next.value);
  };
  return { process: child, line };
};

/** Kills a process as a crash would. */
export const crash = async ({ process: child }: SeparateProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};
