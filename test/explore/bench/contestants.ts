import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { AgreedSize } from '../sizes.ts';
import { measure } from './measure.ts';
import { buildVerifier, type Order, readCounts } from './spin.ts';

/** One run of one contestant on one size. */
export interface Result {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** Someone who searches all states of a size. */
export interface Contestant {
  readonly name: string;
  /** So slow that one run has to do. */
  readonly once?: true;
  readonly run: () => Promise<Result>;
}

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

const found = z.object({ states: z.number(), transitions: z.number() });

/** The command line as users run it, in a process of its own. */
export const ours = ({ bounds }: AgreedSize, workers: number): Contestant => ({
  name: `psyncspec, ${workers} worker${workers === 1 ? '' : 's'}`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'psyncspec-'));
    try {
      const json = join(folder, 'result.json');
      const size = Object.entries(bounds).flatMap(([name, value]) => [`--${name}`, `${value}`]);
      const args = ['explore', ...size, '--property', 'SAFE', '--workers', `${workers}`];
      const { stdout: _, ...used } = await measure('node', [MAIN, ...args, '--json', json], folder);
      return { ...found.parse(JSON.parse(await readFile(json, 'utf8'))), ...used };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
});

/** SPIN with our exported model and a hash table with a slot for each state. The compiler's time is not counted. */
export const spinContestant = async (
  spin: string,
  { bounds, states }: AgreedSize,
  order: Order,
  folder: string,
): Promise<Contestant> => {
  const verifier = await buildVerifier(spin, bounds, order, folder);
  const slots = Math.ceil(Math.log2(states));
  return {
    name: `SPIN, ${order}`,
    run: async () => {
      const { stdout, ...used } = await measure(verifier, ['-m1000000', `-w${slots}`], folder);
      return { ...readCounts(stdout), ...used };
    },
  };
};
