import { type AnyMachineSnapshot, getNextTransitions } from 'xstate';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { Dialect } from '../vocabulary/index.ts';
import type { MachineEntry } from './catalogue/entry.ts';
import { stepperOf } from './step.ts';
import { sourceOf, type TransitionId } from './transitions.ts';

/** What a machine comes by in a dialect. */
export interface Reach {
  /** Paths, with those of the states around them. */
  readonly states: ReadonlySet<string>;
  readonly transitions: ReadonlySet<TransitionId>;
  /** Every state in which it rests, with different notes: places from which to try what else it does. */
  readonly snapshots: readonly AnyMachineSnapshot[];
}

/**
 * Tells whether a snapshot has something new to it. A machine in a state it was in before, with other notes, may go
 * other ways; it is followed while any two of its notes were not met together there, because a guard seldom asks for more.
 */
const noveltyOf = (): ((snapshot: AnyMachineSnapshot) => boolean) => {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const metIn = new Map<string, Set<number>>();
  return ({ value, context }) => {
    const state = JSON.stringify(value);
    const known = metIn.get(state);
    const met = known ?? new Set();
    metIn.set(state, met);
    const notes = Object.entries(context).map((note) => numberOf(JSON.stringify(note)));
    const before = met.size;
    for (const [index, one] of notes.entries()) {
      for (const other of notes.slice(index)) met.add(one * NOTES_MAX + other);
    }
    return known === undefined || met.size > before;
  };
};

/** More than a search ever meets, so that two of them make one number. */
const NOTES_MAX = 2 ** 20;

const samplesOf = ({ events }: MachineEntry) =>
  Object.entries(events).flatMap(([type, { samples }]) =>
    samples.map((sample) => ({ ...sample, type })),
  );

const pathsOf = (value: unknown, around = ''): string[] => {
  if (typeof value === 'string') return [around + value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => [
    around + name,
    ...pathsOf(inside, `${around}${name}.`),
  ]);
};

/**
 * Which states and transitions exist in a dialect: everything that the samples of a machine's events lead to, from
 * each of its beginnings, breadth first. What was found exists; that nothing was missed rests on the samples.
 */
export const reachOf = (
  entry: MachineEntry,
  dialect: Dialect,
  rules: Ruleset = STANDARD,
): Reach => {
  const states = new Set<string>();
  const transitions = new Set<TransitionId>();
  const snapshots: AnyMachineSnapshot[] = [];
  if (!entry.dialects.includes(dialect)) return { states, transitions, snapshots };
  const { start, step } = stepperOf(entry, rules);
  const isNew = noveltyOf();
  const meet = (snapshot: AnyMachineSnapshot) => {
    if (!isNew(snapshot)) return;
    for (const path of pathsOf(snapshot.value)) states.add(path);
    snapshots.push(snapshot);
  };
  const inputs = entry.inputs(dialect);
  for (const input of inputs.length === 0 ? [undefined] : inputs) meet(start(input));
  const samples = samplesOf(entry);
  // Those that are met on the way are appended, and visited in their turn.
  for (const next of snapshots) {
    const heard = new Set(getNextTransitions(next).map(({ eventType }) => eventType));
    for (const sample of samples) {
      if (!heard.has(sample.type) && !heard.has('*')) continue;
      const taken = step(next, sample);
      if (taken.outcome !== 'taken') continue;
      for (const id of taken.transitions) {
        transitions.add(id);
        // A machine never rests in some states, but it left them.
        if (sourceOf(id) !== '') states.add(sourceOf(id));
      }
      meet(taken.snapshot);
    }
  }
  return { states, transitions, snapshots };
};
