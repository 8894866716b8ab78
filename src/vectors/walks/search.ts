import { type AnyMachineSnapshot, getNextTransitions } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { stepperFor } from './steppers.ts';

/** Two transitions, the second taken right after the first. */
export type Pair = string;

export const pairOf = (one: TransitionId, next: TransitionId): Pair => `${one} > ${next}`;

/** The pairs that a step adds, behind the transition that was taken before it. */
export const pairsIn = (
  last: TransitionId | null,
  taken: readonly TransitionId[],
): readonly Pair[] => {
  const chain = last === null ? taken : [last, ...taken];
  return chain.slice(1).map((next, index) => pairOf(chain[index] ?? '', next));
};

/** An event that a machine takes somewhere, and where that leads. */
export interface Edge {
  readonly event: Readonly<Record<string, unknown>>;
  readonly transitions: readonly TransitionId[];
  readonly to: string;
}

/** All that a search met of a machine in a dialect: edges by what they start from. */
export interface Graph {
  /** One for each input of the machine. */
  readonly starts: readonly string[];
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  readonly pairs: ReadonlySet<Pair>;
  readonly transitions: ReadonlySet<TransitionId>;
}

const keyOf = ({ value, context }: AnyMachineSnapshot): string => JSON.stringify([value, context]);

/**
 * Tells whether it is worth going on from a snapshot after a transition: while that or one of the machine's notes was not
 * met in this state after it. A search of every snapshot finds a pair or two more in a machine of hundreds, in
 * ten times the time.
 */
const noveltyOf = () => {
  const met = new Set<string>();
  return ({ value, context }: AnyMachineSnapshot, last: TransitionId | null): boolean => {
    const before = met.size;
    const here = `${JSON.stringify(value)} ${last}`;
    met.add(here);
    for (const note of Object.entries(context)) met.add(`${here} ${JSON.stringify(note)}`);
    return met.size > before;
  };
};

interface Waiting {
  readonly snapshot: AnyMachineSnapshot;
  readonly last: TransitionId | null;
}

/** Everything that the samples of a machine's events lead to, breadth first. */
export const search = (entry: MachineEntry, dialect: Dialect): Graph => {
  const { start, step } = stepperFor(entry, STANDARD);
  const samples = Object.entries(entry.events).flatMap(([type, { samples }]) =>
    samples.map((sample) => ({ ...sample, type })),
  );
  const known = new Map<string, AnyMachineSnapshot>();
  const edges = new Map<string, readonly Edge[]>();
  const pairs = new Set<Pair>();
  const transitions = new Set<TransitionId>();
  const isNew = noveltyOf();
  const queue: Waiting[] = [];
  const meet = (snapshot: AnyMachineSnapshot, last: TransitionId | null): string => {
    const key = keyOf(snapshot);
    if (!known.has(key)) known.set(key, snapshot);
    if (isNew(snapshot, last)) queue.push({ snapshot, last });
    return key;
  };
  const edgesOf = (snapshot: AnyMachineSnapshot): readonly Edge[] => {
    const heard = new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType));
    return samples.flatMap((event) => {
      if (!heard.has(event.type) && !heard.has('*')) return [];
      const taken = step(snapshot, event);
      if (taken.outcome !== 'taken') return [];
      const to = keyOf(taken.snapshot);
      if (!known.has(to)) known.set(to, taken.snapshot);
      return [{ event, transitions: taken.transitions, to }];
    });
  };
  const starts = beginningsOf(entry, dialect).map((input) => meet(start(input), null));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const key = keyOf(next.snapshot);
    const from = edges.get(key) ?? edgesOf(next.snapshot);
    edges.set(key, from);
    for (const edge of from) {
      for (const id of edge.transitions) transitions.add(id);
      for (const pair of pairsIn(next.last, edge.transitions)) pairs.add(pair);
      const to = known.get(edge.to);
      if (to !== undefined) meet(to, edge.transitions.at(-1) ?? null);
    }
  }
  return { starts, edges, pairs, transitions };
};

/** What a machine can begin with; one that takes no input has one beginning all the same. */
export const beginningsOf = (entry: MachineEntry, dialect: Dialect): readonly unknown[] => {
  const inputs = entry.inputs(dialect);
  return inputs.length === 0 ? [undefined] : inputs;
};
