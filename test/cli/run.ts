import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What users get, so `npm test` builds it first. */
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Is given a way to signal the process. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Hears all that has been written to stderr so far. */
  readonly onError?: (text: string) => void;
}

/** Runs the command line as a user would. It is killed after a minute. */
export const psyncspec = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      timeout: 60_000,
    });
    let stdout = '';
    let stderr = '';
    options.onStart?.((signal) => child.kill(signal));
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      options.onError?.(stderr);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
