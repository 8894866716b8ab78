import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { canonical } from '../vector.ts';
import { coveringWalks, type Walk } from './cover.ts';
import { beginningsOf, type Pair, search } from './search.ts';
import { stepperFor } from './steppers.ts';

/** What there is to cover of a machine in a dialect that was searched. */
export interface Target {
  readonly dialect: Dialect;
  /** Dialects in which every walk goes as in this one; they are not searched. */
  readonly alike: readonly Dialect[];
  readonly transitions: ReadonlySet<TransitionId>;
  readonly pairs: ReadonlySet<Pair>;
}

export interface Walks {
  readonly walks: readonly Walk[];
  readonly targets: readonly Target[];
}

/** The transitions of each step of a walk. */
export const routeOf = (
  entry: MachineEntry,
  { beginning, events }: Walk,
  dialect: Dialect,
): readonly (readonly TransitionId[])[] => {
  const { start, step } = stepperFor(entry, STANDARD);
  let snapshot = start(beginningsOf(entry, dialect)[beginning]);
  return events.map((event) => {
    const taken = step(snapshot, event);
    snapshot = taken.snapshot;
    return taken.outcome === 'taken' ? taken.transitions : [];
  });
};

const routesOf = (entry: MachineEntry, walks: readonly Walk[], dialect: Dialect): string =>
  canonical(walks.map((walk) => routeOf(entry, walk, dialect)));

/** The dialects in which machines are walked: between them lies every way of going about a handshake and a transfer. */
const WALKED: readonly Dialect[] = ['redis-6.0', 'redis-7', 'valkey-9'];

/** Those of them in which a machine exists. */
export const walkedDialects = (entry: MachineEntry): readonly Dialect[] =>
  WALKED.filter((dialect) => entry.dialects.includes(dialect));

interface Searched extends Target {
  readonly walks: readonly Walk[];
  readonly routes: string;
}

const made = new Map<string, Walks>();

/** Walks that cover a machine in the dialects in which it is walked. The search takes seconds, so it is made once. */
export const walksThrough = (entry: MachineEntry): Walks => {
  const known = made.get(entry.name);
  if (known !== undefined) return known;
  const searched: Searched[] = [];
  for (const dialect of walkedDialects(entry)) {
    const twin = searched.findIndex(
      ({ walks, routes }) => routesOf(entry, walks, dialect) === routes,
    );
    const found = searched[twin];
    if (found !== undefined) {
      searched[twin] = { ...found, alike: [...found.alike, dialect] };
      continue;
    }
    const graph = search(entry, dialect);
    const walks = coveringWalks(graph);
    const { transitions, pairs } = graph;
    const routes = routesOf(entry, walks, dialect);
    searched.push({ dialect, alike: [], transitions, pairs, walks, routes });
  }
  const walks = [
    ...new Map(
      searched.flatMap((each) => each.walks).map((walk) => [canonical(walk), walk]),
    ).values(),
  ];
  const result = { walks, targets: searched };
  made.set(entry.name, result);
  return result;
};
