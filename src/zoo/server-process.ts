import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from './real-server.ts';
import { Tail } from './tail.ts';
import { spawnTied } from './tied-child.ts';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server's process, from its start to the last trace of it. */
export interface ServerProcess {
  readonly pid: number;
  /** What it wrote last, to either output. */
  readonly log: () => string;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  readonly kill: (signal: NodeJS.Signals) => boolean;
  /** Ends it, and all that it forked. May be called at any time and repeatedly. */
  readonly end: () => Promise<void>;
}

/** How much output is kept, in bytes. */
const LOG_LIMIT = 256 * 1024;

/** How long a server may take to end by itself, and to be gone once it was killed. In milliseconds. */
const PATIENCE = { end: 5000, gone: 10_000 };

/** Servers get the same surroundings on every machine: their sort order, for one, depends on the locale. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** Starts a command in `cwd`. `remove` is a folder to remove once the process is gone. */
export const startProcess = async (
  command: Command,
  cwd: string,
  remove: string | undefined,
): Promise<ServerProcess> => {
  const { process: child, release } = spawnTied(command, {
    cwd,
    env: ENVIRONMENT,
    ...(remove === undefined ? {} : { remove }),
  });
  const output = new Tail(LOG_LIMIT);
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  await once(child, 'spawn');

  const end = async (): Promise<void> => {
    // One that is halted would not hear the request to end.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await within(PATIENCE.end, exited);
    release();
    if ((await within(PATIENCE.gone, gone)) === 'late') {
      throw new Error(`Process ${child.pid} is still there ${PATIENCE.gone} ms after SIGKILL.`);
    }
  };
  let ending: Promise<void> | undefined;
  return {
    // Since it was spawned, it has a number.
    pid: child.pid as number,
    log: () => output.text(),
    exited,
    kill: (signal) => child.kill(signal),
    end: () => {
      ending ??= end();
      return ending;
    },
  };
};

const within = async (limit: number, event: Promise<unknown>): Promise<'late' | 'in time'> => {
  const timer = new AbortController();
  const late = delay(limit, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
  try {
    return await Promise.race([event.then(() => 'in time' as const), late]);
  } finally {
    timer.abort();
  }
};
