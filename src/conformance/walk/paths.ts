import { createTestModel } from '@xstate/test';
import type { AnyMachineSnapshot } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { stepperOf } from '../../../models/machines/step.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';

/** An event of a machine, by the name under which a walk provokes it. */
export interface NamedEvent {
  readonly type: string;
  readonly stimulus: string;
}

/** What a walk does, one after another, and the transitions that this takes. */
export interface WalkPath {
  readonly stimuli: readonly string[];
  readonly transitions: readonly TransitionId[];
}

export interface PathOptions {
  readonly entry: MachineEntry;
  readonly input: unknown;
  /** What can be provoked in a state, as events with made-up values. */
  readonly offered: (snapshot: AnyMachineSnapshot) => readonly NamedEvent[];
  /** The notes by which states of the same name differ. */
  readonly notes: (snapshot: AnyMachineSnapshot) => string;
}

/** Whether a value is an event that a walk has named. */
const stimulusOf = (event: object): string | null =>
  'stimulus' in event && typeof event.stimulus === 'string' ? event.stimulus : null;

/**
 * Paths that together take every transition that what is offered leads to. They are shortest paths to each pair of a
 * state and what led there, so that two ways into a state are two paths.
 */
export const pathsThrough = ({ entry, input, offered, notes }: PathOptions): WalkPath[] => {
  const machine = entry.create(STANDARD);
  const model = createTestModel(machine, {
    input,
    serializeState: (snapshot, event, before) =>
      [
        JSON.stringify(snapshot.value),
        notes(snapshot),
        event === undefined ? '' : stimulusOf(event),
        before === undefined ? '' : JSON.stringify(before.value),
      ].join(' '),
    serializeEvent: (event) => stimulusOf(event) ?? event.type,
  });
  const { start, step } = stepperOf(entry);
  // Given here, because a model adds an empty event of each type that it was not given one of.
  const events = (snapshot: AnyMachineSnapshot) => offered(snapshot);
  const taken = model
    .getShortestPaths({ allowDuplicatePaths: true, events })
    .map(({ steps }): WalkPath => {
      let snapshot = start(input);
      const stimuli: string[] = [];
      const transitions: TransitionId[] = [];
      for (const { event } of steps) {
        const stimulus = stimulusOf(event);
        if (stimulus === null) continue; // What begins every path.
        const next = step(snapshot, event);
        if (next.outcome === 'taken') transitions.push(...next.transitions);
        stimuli.push(stimulus);
        snapshot = next.snapshot;
      }
      return { stimuli, transitions };
    });
  return fewest(taken);
};

/** Some of the paths that take what all of them take: the long ones, which take much by the way, come first. */
export const fewest = (paths: readonly WalkPath[]): WalkPath[] => {
  const shortestTo = new Map<TransitionId, WalkPath>();
  const byLength = [...paths].sort((one, other) => one.stimuli.length - other.stimuli.length);
  for (const path of byLength) {
    for (const id of path.transitions) if (!shortestTo.has(id)) shortestTo.set(id, path);
  }
  const covered = new Set<TransitionId>();
  const chosen: WalkPath[] = [];
  for (const path of [...new Set(shortestTo.values())].reverse()) {
    if (path.transitions.every((id) => covered.has(id))) continue;
    for (const id of path.transitions) covered.add(id);
    chosen.push(path);
  }
  return chosen;
};
