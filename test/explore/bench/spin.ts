import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exportPromela, withProperties } from '../../../src/explore/index.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import type { CoreBounds } from '../../../src/explore/models/psync2-core-rules.ts';
import { cacheFolder } from '../../../src/zoo/index.ts';
import { measure } from './measure.ts';

/** How SPIN searches. */
export type Order = 'breadth-first' | 'depth-first';

const isThere = (file: string): Promise<boolean> =>
  measure(file, ['-V'], '.', [0, 1]).then(
    () => true,
    () => false,
  );

/** SPIN as it is installed, or from Debian's package, unpacked into the cache without installing it. */
export const provideSpin = async (): Promise<string> => {
  if (await isThere('spin')) return 'spin';
  const folder = resolve(cacheFolder(process.env, process.cwd()), 'tools', 'spin');
  const program = join(folder, 'usr/bin/spin');
  if (!existsSync(program)) {
    await mkdir(folder, { recursive: true });
    await measure('apt-get', ['download', 'spin'], folder);
    const file = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    await measure('dpkg', ['-x', file ?? 'spin.deb', folder], folder);
  }
  if (await isThere(program)) return program;
  throw new Error(`${program} does not run`);
};

/** The verifier that SPIN and the C compiler make of our exported model. */
export const buildVerifier = async (
  spin: string,
  bounds: CoreBounds,
  order: Order,
  folder: string,
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const model = withProperties(psync2Core(bounds), ['SAFE']);
  await writeFile(join(folder, 'core.pml'), exportPromela(model));
  await measure(spin, ['-a', 'core.pml'], folder);
  const bfs = order === 'breadth-first' ? ['-DBFS'] : [];
  const flags = ['-O3', '-DSAFETY', '-DNOREDUCE', ...bfs];
  await measure('gcc', [...flags, '-o', 'pan', 'pan.c'], folder);
  return join(folder, 'pan');
};

/** SPIN counts the step that sets the start values: one state and two transitions more. */
export const readCounts = (stdout: string): { states: number; transitions: number } => {
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  if (!/errors: 0/.test(stdout)) throw new Error(`SPIN found an error:\n${stdout}`);
  return {
    states: number(/(\d+) states, stored/) - 1,
    transitions: number(/(\d+) transitions/) - 2,
  };
};
