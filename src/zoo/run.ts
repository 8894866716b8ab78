import type { Environment } from './cache-folder.ts';
import type { Command } from './real-server.ts';
import { Tail } from './tail.ts';
import { spawnTied } from './tied-child.ts';

/** How a command ended that runs to its end by itself. */
export interface Finished {
  readonly outcome: 'success' | 'failure' | 'timeout';
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Environment;
  readonly cwd?: string;
  /** In milliseconds. */
  readonly timeout: number;
}

const OUTPUT_LIMIT = 4 * 1024 * 1024;

/**
 * Runs a command to its end. Messages are in English, so that they can be understood. Rejects where the system has no
 * room for more processes, or can't get rid of those that were killed.
 */
export const run = async (
  command: Command,
  { env, cwd, timeout }: RunOptions,
): Promise<Finished> => {
  const stdout = new Tail(OUTPUT_LIMIT);
  const stderr = new Tail(OUTPUT_LIMIT);
  const child = await spawnTied(command, {
    env: { ...env, LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.process.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.process.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.process.kill('SIGKILL');
  }, timeout);
  const { code } = await child.exited;
  clearTimeout(timer);
  await child.end();
  const outcome = timedOut ? 'timeout' : code === 0 ? 'success' : 'failure';
  return { outcome, stdout: stdout.text(), stderr: stderr.text() };
};
