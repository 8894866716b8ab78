import { readFileSync, writeFileSync } from 'node:fs';

/** How one mutant was killed on the simulated system. */
export interface Kill {
  readonly mutant: string;
  /** The property that found the shortest run, and all that found any. */
  readonly property: string;
  readonly alsoBy: readonly string[];
  readonly token: string;
  readonly operations: number;
  readonly why: string;
}

const FILE = new URL('../../docs/kill-matrix.json', import.meta.url);

/** What the last run of `npm run kill-matrix` found. */
export const readKills = (): readonly Kill[] => {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return [];
  }
};

export const writeKills = (kills: readonly Kill[]): void =>
  writeFileSync(FILE, `${JSON.stringify(kills, null, 1)}\n`);
