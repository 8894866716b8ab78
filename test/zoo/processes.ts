import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

interface Stat {
  readonly state: string;
  readonly group: number;
}

/** What the kernel says of a process, or null where there is none. */
const statOf = (pid: string): Stat | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // A program's name stands in brackets and may hold anything.
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === undefined ? null : { state, group: Number(group) };
  } catch {
    return null;
  }
};

/** The processes of a group that still run. One that has ended may wait to be buried by whoever is in charge of that. */
export const runningIn = (group: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const stat = statOf(pid);
      return stat !== null && stat.group === group && stat.state !== 'Z' && stat.state !== 'X';
    })
    .map(Number);

/** Whether a process runs that has a word on its command line. */
export const runsWith = (word: string): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
      } catch {
        return false;
      }
    });

/** Waits until something holds, for a minute at most: long enough for any machine, and never the measure of a test. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<boolean> => {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await delay(10);
  }
  return false;
};
