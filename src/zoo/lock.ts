import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from './cache-folder.ts';

export interface LockOptions {
  readonly env: Environment;
  /** How long to wait for the lock, in seconds. */
  readonly patience: number;
  /** Called where another process holds it. */
  readonly onWait: () => void;
}

/** Takes the lock on file $0, waiting $1 seconds, and keeps it until the end of standard input. */
const SCRIPT = `exec 9> "$0" || exit
flock --nonblock 9 || { echo busy; flock --wait "$1" 9 || exit; }
echo held
exec cat`;

/**
 * Runs `action` while holding the lock on a file, among all processes of the machine. The kernel holds it for a child
 * that lives as long as its standard input is open, so that a lock never outlives its holder and none has to be broken.
 *
 * @throws Error where the lock can't be had; whatever `action` throws.
 */
export const withLock = async <Result>(
  file: string,
  options: LockOptions,
  action: () => Promise<Result>,
): Promise<Result> => {
  const { env, patience } = options;
  const holder = spawn('/bin/sh', ['-c', SCRIPT, file, String(patience)], {
    env: { ...env, LC_ALL: 'C' },
  });
  const closed = new Promise<void>((resolve) => {
    holder.once('close', () => resolve());
  });
  try {
    await held(holder, closed, options);
    return await action();
  } finally {
    holder.stdin.end();
    await closed;
  }
};

const held = async (
  holder: ChildProcessWithoutNullStreams,
  closed: Promise<void>,
  { patience, onWait }: LockOptions,
): Promise<void> => {
  let complaint = '';
  holder.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  // It may be gone when we close its input.
  holder.stdin.on('error', () => undefined);
  await once(holder, 'spawn');
  for await (const line of createInterface({ input: holder.stdout })) {
    if (line === 'held') return;
    onWait();
  }
  await closed;
  throw new Error(complaint.trim() || `another process holds the lock for over ${patience} s`);
};
