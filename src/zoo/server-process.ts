import type { Command } from './real-server.ts';
import { Tail } from './tail.ts';
import { type Exit, spawnTied } from './tied-child.ts';
import { within } from './within.ts';

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

/** How long a server may take to end by itself, in milliseconds. */
const PATIENCE = 5000;

/** Servers get the same surroundings on every machine: their sort order, for one, depends on the locale. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** Starts a command in `cwd`. `remove` is a folder to remove once the process is gone. */
export const startProcess = async (
  command: Command,
  cwd: string,
  remove: string | undefined,
): Promise<ServerProcess> => {
  const tied = await spawnTied(command, {
    cwd,
    env: ENVIRONMENT,
    ...(remove === undefined ? {} : { remove }),
  });
  const { process: child, exited } = tied;
  const output = new Tail(LOG_LIMIT);
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const end = async (): Promise<void> => {
    // One that is halted would not hear the request to end.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await within(PATIENCE, exited);
    await tied.end();
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
