import { type Chart, type ChartState, type ChartTransition, type Mark, statesOf } from './chart.ts';
import { entryOf, lastWord, sentenceOf } from './wording.ts';

/** Arrows from one state to another, drawn as one. */
export interface Bundle {
  readonly from: string;
  readonly to: string;
  readonly transitions: readonly ChartTransition[];
}

/** A state to which more states than this lead from elsewhere is named where they lead to it. */
const ARROWS_MAX = 4;

const around = (path: string): string => path.split('.').slice(0, -1).join('.');

/**
 * How a chart is laid out. A machine where most states can fail in the same ways is a thicket if every arrow is drawn.
 * So what is heard in any of several states, and what leads far or back to a state where much else leads, is written in
 * the state where it begins, with the name of the state where it ends; and there it is written where one comes from.
 */
export interface Layout {
  readonly bundles: readonly Bundle[];
  /** What is written in a state, by its path. */
  readonly written: (path: string) => readonly ChartTransition[];
  /** The paths of states that lead to one without an arrow. */
  readonly comeFrom: (path: string) => readonly string[];
}

export const layoutOf = (chart: Chart): Layout => {
  const states = statesOf(chart);
  const order = states.map(({ path }) => path);
  const aroundOthers = new Set(
    states.filter(({ stay }) => stay === 'around').map(({ path }) => path),
  );
  const sources = (to: string | null) =>
    new Set(chart.transitions.filter((each) => each.to === to).map(({ from }) => from));
  const isWritten = ({ from, to }: ChartTransition): boolean => {
    if (to === null || from === '' || aroundOthers.has(from)) return true;
    const leadsFar = around(from) !== around(to) || order.indexOf(to) <= order.indexOf(from);
    return from === to || (leadsFar && sources(to).size > ARROWS_MAX);
  };
  const drawn = chart.transitions.filter((transition) => !isWritten(transition));
  const written = chart.transitions.filter(isWritten);
  return {
    bundles: bundlesOf(drawn),
    written: (path) => written.filter(({ from }) => from === path),
    comeFrom: (path) => [
      ...new Set(
        written.filter(({ from, to }) => to === path && from !== to).map(({ from }) => from),
      ),
    ],
  };
};

/** Arrows between the same two states together. */
export const bundlesOf = (transitions: readonly ChartTransition[]): readonly Bundle[] => {
  const bundles = new Map<string, Bundle>();
  for (const transition of transitions) {
    const { from, to } = transition;
    if (to === null) continue;
    const key = `${from} ${to}`;
    const before = bundles.get(key)?.transitions ?? [];
    bundles.set(key, { from, to, transitions: [...before, transition] });
  }
  return [...bundles.values()];
};

export interface Line {
  readonly text: string;
  readonly mark: Mark;
}

/** What is written for transitions that are heard in all the states inside of another, or `''` for the machine. */
export const heardIn = (layout: Layout, path: string): readonly Line[] =>
  layout.written(path).map((transition) => ({
    text: sentenceOf(transition),
    mark: transition.mark,
  }));

/** What is written in a state: where one comes from without an arrow, what it does on the way in, what it hears. */
export const linesIn = (layout: Layout, state: ChartState): readonly Line[] => {
  const from = layout
    .comeFrom(state.path)
    .map((path) => (path === '' ? 'anywhere' : lastWord(path)));
  return [
    ...(from.length === 0 ? [] : [{ text: `from ${from.join(', ')}`, mark: 'plain' } as const]),
    ...(state.entry.length === 0 ? [] : [{ text: entryOf(state), mark: state.mark }]),
    ...heardIn(layout, state.path),
  ];
};
