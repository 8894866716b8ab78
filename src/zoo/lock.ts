import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from './cache-folder.ts';

export interface LockOptions {
  readonly env: Environment;
  /** How long to wait for the lock, in seconds. */
  readonly patience: number;
  /** Called where another process holds it. */
  readonly onWait: () => void;
}

/** How long a lock that is free may take, in milliseconds, before `onWait` is called. */
const QUICK = 500;

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
  const holder = spawn(
    'flock',
    ['--wait', String(options.patience), file, 'sh', '-c', 'echo held; exec cat'],
    { env: { ...options.env, LC_ALL: 'C' } },
  );
  const closed = new Promise<void>((resolve) => {
    holder.once('close', () => resolve());
  });
  try {
    await held(holder, options);
    return await action();
  } finally {
    holder.stdin.end();
    await closed;
  }
};

const held = async (
  holder: ChildProcessWithoutNullStreams,
  { patience, onWait }: LockOptions,
): Promise<void> => {
  let complaint = '';
  holder.stderr.on('data', (chunk: Buffer) => {
    complaint = `: ${chunk.toString('utf8').trim()}`;
  });
  // Nobody may be left to read from us when we close its input.
  holder.stdin.on('error', () => undefined);
  const ended = once(holder, 'close').then(() => {
    throw new Error(`no lock within ${patience} s${complaint}`);
  });
  const timer = setTimeout(onWait, QUICK);
  try {
    await Promise.race([once(holder.stdout, 'data'), ended]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => undefined);
  }
};
