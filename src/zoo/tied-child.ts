import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from './cache-folder.ts';
import type { Command } from './real-server.ts';

/**
 * Runs a command in a process group of its own that can't outlive us, however we end.
 *
 * Descriptor 3 is a pipe that only we can write to. A watchdog reads from it, hears its end when we close it or are
 * gone, and kills its whole group: the command, what that forked, and itself. As a member it keeps the number of
 * the group from being given to anyone else meanwhile. Its death ends the pipe to a second watchdog outside the group,
 * which removes the folder named by $0, if any. The subshell around both makes them no children of the command, which
 * may be surprised by some that it did not fork. There is no moment at which the command runs unwatched.
 */
const SCRIPT = `( { read -r _ <&3; kill -KILL 0; } |
  setsid sh -c 'read -r _; [ -z "$0" ] || rm -rf -- "$0"' "$0" 3<&- & )
exec "$@" 3<&-`;

export interface TiedChild {
  /** The command itself: same pid, exit code and signals. Its `close` event means that nothing of the group is left. */
  readonly process: ChildProcess;
  /** Kills what is left of the group, and removes the folder. */
  readonly release: () => void;
}

export interface TiedOptions {
  readonly cwd?: string;
  readonly env: Environment;
  /** A folder to remove in the end. */
  readonly remove?: string;
}

export const spawnTied = (command: Command, { cwd, env, remove = '' }: TiedOptions): TiedChild => {
  const child = spawn('/bin/sh', ['-c', SCRIPT, remove, command.file, ...command.args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  return { process: child, release: () => child.stdio[3]?.destroy() };
};
