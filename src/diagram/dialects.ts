import type { MachineEntry } from '../../models/machines/catalogue/entry.ts';
import { type Reach, reachOf } from '../../models/machines/reach.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import type { Chart, ChartState, ChartTransition, Mark } from './chart.ts';
import { chartOf } from './chart-of.ts';

interface Marks {
  /** Null for a state or a transition that is left out. */
  readonly state: (path: string) => Mark | null;
  readonly transition: (id: string) => Mark | null;
}

const markedStates = (states: readonly ChartState[], marks: Marks): readonly ChartState[] =>
  states.flatMap((state) => {
    const mark = marks.state(state.path);
    return mark === null ? [] : [{ ...state, mark, states: markedStates(state.states, marks) }];
  });

/** An "else" whose alternatives are all left out is no alternative any more. */
const isStillElse = (transition: ChartTransition, all: readonly ChartTransition[]): boolean =>
  transition.isElse &&
  all.some(
    ({ id, from, event }) =>
      id !== transition.id && from === transition.from && event === transition.event,
  );

const markedChart = (chart: Chart, shows: string, marks: Marks): Chart => {
  const transitions = chart.transitions.flatMap((transition) => {
    const mark = marks.transition(transition.id);
    return mark === null ? [] : [{ ...transition, mark }];
  });
  return {
    ...chart,
    shows,
    states: markedStates(chart.states, marks),
    transitions: transitions.map((transition) => ({
      ...transition,
      isElse: isStillElse(transition, transitions),
    })),
  };
};

/** The chart of a machine with what exists in a dialect and nothing else. */
export const chartIn = (entry: MachineEntry, dialect: Dialect): Chart => {
  const { states, transitions } = reachOf(entry, dialect);
  return markedChart(chartOf(entry), dialect, {
    state: (path) => (states.has(path) ? 'plain' : null),
    transition: (id) => (transitions.has(id) ? 'plain' : null),
  });
};

const change = (name: string, before: ReadonlySet<string>, after: ReadonlySet<string>) => {
  if (before.has(name)) return after.has(name) ? 'plain' : 'removed';
  return after.has(name) ? 'added' : null;
};

/** The chart of a machine with what exists in either of two dialects, marked where one lacks it. */
export const chartOfDifference = (entry: MachineEntry, before: Dialect, after: Dialect): Chart => {
  const [from, to]: readonly [Reach, Reach] = [reachOf(entry, before), reachOf(entry, after)];
  const shows = `${before} to ${after}: + only in ${after}, − only in ${before}`;
  return markedChart(chartOf(entry), shows, {
    state: (path) => change(path, from.states, to.states),
    transition: (id) => change(id, from.transitions, to.transitions),
  });
};
