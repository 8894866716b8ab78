import type { AnyStateMachine } from 'xstate';
import type { MachineEntry } from '../../models/machines/catalogue/entry.ts';
import { reachOf } from '../../models/machines/reach.ts';
import {
  type MachineTransition,
  pathOf,
  transitionsOf,
} from '../../models/machines/transitions.ts';
import { STANDARD } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';

/** What may happen when a state hears an event, in the order in which it is tried. */
export interface GridCell {
  readonly event: string;
  /** Empty where the event is ignored. */
  readonly alternatives: readonly GridAlternative[];
  /** Whether the event is ignored when none of the alternatives applies. */
  readonly elseIgnored: boolean;
}

export interface GridAlternative {
  readonly transition: MachineTransition;
  /** Where it exists; empty where the rules as they are never come by. */
  readonly dialects: readonly Dialect[];
}

export interface GridRow {
  /** The path of a state in which a machine rests. */
  readonly state: string;
  readonly cells: readonly GridCell[];
}

/** All that a machine does, state by event, so that what it ignores is written down, too. */
export interface Grid {
  readonly rows: readonly GridRow[];
  /** What waits for no event, by the state that is passed. */
  readonly passing: readonly { readonly state: string; readonly cell: GridCell }[];
}

const isWithin = (path: string, around: string): boolean =>
  around === '' || path === around || path.startsWith(`${around}.`);

/** What is inherited from the states around comes after a state's own. */
const heardBy = (
  state: string,
  event: string,
  all: readonly GridAlternative[],
): readonly GridAlternative[] =>
  all
    .filter(({ transition: { from, event: heard } }) => heard === event && isWithin(state, from))
    .sort((one, other) => other.transition.from.length - one.transition.from.length);

/** Nothing is tried after what has no condition. */
const cellOf = (event: string, heard: readonly GridAlternative[]): GridCell => {
  const last = heard.findIndex(({ transition }) => transition.guard === null);
  return {
    event,
    alternatives: last < 0 ? heard : heard.slice(0, last + 1),
    elseIgnored: last < 0,
  };
};

export const gridOf = (entry: MachineEntry): Grid => {
  const reaches = entry.dialects.map((dialect) => ({ dialect, ...reachOf(entry, dialect) }));
  const machine: AnyStateMachine = entry.create(STANDARD);
  const all = transitionsOf(machine).map((transition) => ({
    transition,
    dialects: reaches
      .filter(({ transitions }) => transitions.has(transition.id))
      .map(({ dialect }) => dialect),
  }));
  const passed = [
    ...new Set(
      all.filter(({ transition }) => transition.event === null).map((each) => each.transition.from),
    ),
  ];
  const ended = Object.values(machine.root.states)
    .filter(({ type }) => type === 'final')
    .map(pathOf);
  const states = Object.keys(entry.states);
  const resting = states.filter(
    (path) => !passed.includes(path) && !states.some((each) => each.startsWith(`${path}.`)),
  );
  return {
    rows: resting.map((state) => ({
      state,
      cells: Object.keys(entry.events).map((event) =>
        // A machine that has ended hears nothing, whatever is heard anywhere.
        cellOf(event, ended.includes(state) ? [] : heardBy(state, event, all)),
      ),
    })),
    passing: passed.map((state) => ({
      state,
      cell: cellOf(
        'always',
        all.filter(({ transition: { from, event } }) => event === null && from === state),
      ),
    })),
  };
};
