import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Environment } from './cache-folder.ts';
import type { Command } from './real-server.ts';
import { within } from './within.ts';

/** Waits for leave to begin, so that nothing runs before it is watched, and becomes the command. */
const GATE = 'read -r go <&3 || exit; exec "$0" "$@" 3<&-';

/**
 * The watchdog: kills process group $0 when it is told that its leader has ended, or when the pipe to us ends, as it does
 * when we are gone. When the pipe has ended, it removes folder $1, if any; what was killed just now may
 * be writing into that still.
 */
const WATCHDOG = `read -r ended
kill -s KILL -- "-$0"
while read -r more; do :; done
[ -z "$1" ] || rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that, with whatever it forks, can't outlive us, however we end. */
export interface TiedChild {
  /** The command itself. */
  readonly process: ChildProcess;
  /** Resolves when the command has ended; what is left of its process group is killed at that moment. */
  readonly exited: Promise<Exit>;
  /** Kills the command if it still runs, waits until all of it is gone, and removes the folder. */
  readonly end: () => Promise<void>;
}

export interface TiedOptions {
  readonly cwd?: string;
  readonly env: Environment;
  /** A folder to remove in the end, also where that is our own end. */
  readonly remove?: string;
}

/** How long what was killed may take to be gone, in milliseconds. */
const GONE_LIMIT = 20_000;

/**
 * Runs a command as the leader of a process group of its own. Rejects where the system has no room for more processes, or
 * `cwd` does not exist; a command that does not exist ends as it would in a shell, with code 127.
 */
export const spawnTied = async (
  command: Command,
  { cwd, env, remove = '' }: TiedOptions,
): Promise<TiedChild> => {
  const child = spawn('/bin/sh', ['-c', GATE, command.file, ...command.args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    // Out of reach of the keys that interrupt us.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const gone = closeOf(child);
  await once(child, 'spawn');
  const gate = child.stdio[3] as Writable; // As `stdio` asks for, and spawned.
  gate.on('error', ignoreAbsentReader);
  const watchdog = await watch(child, remove, env).catch((error) => {
    gate.destroy();
    throw error;
  });
  exited.then(watchdog.tellEnd);
  gate.end('go\n');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    const inTime = (await within(GONE_LIMIT, gone)) && (await within(GONE_LIMIT, watchdog.end()));
    if (!inTime) throw new Error(`Process ${child.pid} or what it left outlived SIGKILL.`);
  };
  return { process: child, exited, end };
};

interface Watchdog {
  readonly tellEnd: () => void;
  readonly end: () => Promise<void>;
}

const watch = async (leader: ChildProcess, remove: string, env: Environment): Promise<Watchdog> => {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, String(leader.pid), remove], {
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = closeOf(watchdog);
  watchdog.stdin.on('error', ignoreAbsentReader);
  await once(watchdog, 'spawn');
  return {
    tellEnd: () => watchdog.stdin.write('ended\n'),
    end: () => {
      watchdog.stdin.end();
      return gone;
    },
  };
};

/** A process that was killed reads no more, which its `exit` event tells as well. */
const ignoreAbsentReader = (): void => undefined;

const closeOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('close', () => resolve());
  });
