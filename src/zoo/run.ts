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

/** Runs a command to its end. Never rejects; messages are in English, so that they can be understood. */
export const run = (command: Command, { env, cwd, timeout }: RunOptions): Promise<Finished> =>
  new Promise((resolve) => {
    const stdout = new Tail(OUTPUT_LIMIT);
    const stderr = new Tail(OUTPUT_LIMIT);
    const { process: child, release } = spawnTied(command, {
      env: { ...env, LC_ALL: 'C' },
      ...(cwd === undefined ? {} : { cwd }),
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      release();
    }, timeout);
    const finish = (outcome: Finished['outcome'], problem = ''): void => {
      clearTimeout(timer);
      resolve({ outcome, stdout: stdout.text(), stderr: stderr.text() + problem });
    };
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => finish('failure', error.message));
    child.on('exit', release);
    child.on('close', (code) => {
      if (timedOut) finish('timeout');
      else finish(code === 0 ? 'success' : 'failure');
    });
  });
