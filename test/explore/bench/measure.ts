import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A program that ran to its end. */
export interface Measured {
  readonly stdout: string;
  /** From start to end, the start of the program included. */
  readonly seconds: number;
  /** What all of its threads had of the processors, which says more than the clock where others use the machine too. */
  readonly cpuSeconds: number;
  /** The most memory that it had at any moment, in bytes. */
  readonly bytes: number;
}

const ASK_MILLISECONDS = 20;
const PATIENCE_MILLISECONDS = 600_000;

/** The high-water mark of a process that lives; 0 where it cannot be read. */
const residentBytes = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

/** Ticks of the clock in which Linux counts, by the second. */
const TICKS = 100;

/** What a process that lives has used of the processors so far; 0 where it cannot be read. */
const usedSeconds = (pid: number | undefined): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) / TICKS;
  } catch {
    return 0;
  }
};

/** Runs a program, and fails where it fails. */
export const measure = (
  file: string,
  args: readonly string[],
  cwd: string,
  expected: readonly number[] = [0],
): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, { cwd, timeout: PATIENCE_MILLISECONDS });
    let [stdout, stderr, bytes, cpuSeconds] = ['', '', 0, 0];
    const timer = setInterval(() => {
      bytes = Math.max(bytes, residentBytes(child.pid));
      cpuSeconds = Math.max(cpuSeconds, usedSeconds(child.pid));
    }, ASK_MILLISECONDS);
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      if (expected.includes(code ?? -1)) {
        resolve({ stdout, seconds, cpuSeconds, bytes });
      } else reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr || stdout}`));
    });
  });
