import { readFileSync, writeFileSync } from 'node:fs';
import type { Subject } from './servers.ts';

const KIBIBYTE = 1024;

const statusOf = ({ pid }: Subject, field: string): number => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'latin1'),
  );
  return Number(found?.[1] ?? Number.NaN) * KIBIBYTE;
};

/** By how many bytes the memory of a process grows at most while something happens. Linux only. */
export const growthDuring = async (
  subject: Subject,
  happen: () => Promise<void>,
): Promise<number> => {
  // Lets the kernel forget the peak so far (proc(5)).
  writeFileSync(`/proc/${subject.pid}/clear_refs`, '5');
  const before = statusOf(subject, 'VmRSS');
  await happen();
  return statusOf(subject, 'VmHWM') - before;
};

/** What the kernel counts CPU time in, as every Linux shows it to programs: sysconf(_SC_CLK_TCK). */
const TICKS_A_SECOND = 100;

/** How much CPU time all threads of a process have taken so far, in seconds. Linux only. */
export const cpuSeconds = ({ pid }: Subject): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The 14th and 15th field; the second one, a program's name, stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
};
