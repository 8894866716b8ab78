import { readFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A test that did not run, as a server could not be had. */
export interface Skip {
  readonly test: string;
  readonly server: string;
  readonly reason: string;
}

/** How long the records of a run are kept, in milliseconds. */
const KEPT = 24 * 60 * 60_000;

/**
 * Names a run of the tests by the process that all test files of a run have for a parent, and by when that was started,
 * as numbers of processes are used again.
 */
export const runOf = (pid: number): string => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The 22nd field; the second one, a program's name, stands in brackets and may hold anything.
    const started = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid}-${started}`;
  } catch {
    return String(pid);
  }
};

const folderOf = (cacheFolder: string): string => join(cacheFolder, 'skipped');

/** Counts a skip where a summary finds it. Test files that run at the same time append to the same file. */
export const recordSkip = async (cacheFolder: string, run: string, skip: Skip): Promise<void> => {
  const folder = folderOf(cacheFolder);
  await mkdir(folder, { recursive: true });
  for (const { file, time } of await recordsIn(folder)) {
    if (Date.now() - time > KEPT) await rm(file, { force: true });
  }
  await appendFile(join(folder, `${run}.jsonl`), `${JSON.stringify(skip)}\n`);
};

/** The skips of the last run that had any, and when it had its last one; null where no run had. */
export const lastSkips = async (
  cacheFolder: string,
): Promise<{ readonly at: Date; readonly skips: readonly Skip[] } | null> => {
  const records = await recordsIn(folderOf(cacheFolder));
  const last = records.sort((one, other) => other.time - one.time)[0];
  if (last === undefined) return null;
  const lines = (await readFile(last.file, 'utf8')).split('\n').filter(Boolean);
  const skips = lines.map((line) => JSON.parse(line) as Skip); // Written by `recordSkip` alone.
  return { at: new Date(last.time), skips };
};

const recordsIn = async (
  folder: string,
): Promise<{ readonly file: string; readonly time: number }[]> => {
  const names = await readdir(folder).catch(() => []);
  const records = names.map(async (name) => {
    const file = join(folder, name);
    const found = await stat(file).catch(() => null);
    return found === null ? [] : [{ file, time: found.mtimeMs }];
  });
  return (await Promise.all(records)).flat();
};
