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
