import { MACHINES } from '../../models/machines/catalogue.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import { pairsIn } from './walks/search.ts';
import { routeOf, walksThrough } from './walks/walks.ts';

/** How much of a machine the walks take in a dialect that was searched. */
export interface Coverage {
  readonly machine: string;
  readonly dialect: Dialect;
  /** Dialects in which every walk goes as in this one. */
  readonly alike: readonly Dialect[];
  readonly walks: number;
  readonly transitions: { readonly taken: number; readonly found: number };
  readonly pairs: { readonly taken: number; readonly found: number };
}

const taken = (found: ReadonlySet<string>, met: ReadonlySet<string>) => ({
  taken: [...found].filter((each) => met.has(each)).length,
  found: found.size,
});

/** What the walks take, found by walking them again. */
export const coverage = (): readonly Coverage[] =>
  MACHINES.flatMap((entry) => {
    const { walks, targets } = walksThrough(entry);
    return targets.map(({ dialect, alike, transitions, pairs }) => {
      const metTransitions = new Set<string>();
      const metPairs = new Set<string>();
      for (const walk of walks) {
        const route = routeOf(entry, walk, dialect).flat();
        for (const id of route) metTransitions.add(id);
        for (const pair of pairsIn(null, route)) metPairs.add(pair);
      }
      return {
        machine: entry.name,
        dialect,
        alike,
        walks: walks.length,
        transitions: taken(transitions, metTransitions),
        pairs: taken(pairs, metPairs),
      };
    });
  });
