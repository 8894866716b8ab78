import type { Chart, ChartState, ChartTransition } from '../chart.ts';

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const attributes = (values: Readonly<Record<string, string | null>>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${escaped(value)}"`))
    .join('');

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** An element, on one line where nothing is inside of it. */
const element = (
  name: string,
  values: Readonly<Record<string, string | null>>,
  inside: readonly string[],
): string[] =>
  inside.length === 0
    ? [`<${name}${attributes(values)}/>`]
    : [`<${name}${attributes(values)}>`, ...indented(inside), `</${name}>`];

const sends = (effects: readonly string[]): string[] =>
  effects.flatMap((effect) => element('send', { event: effect }, []));

const transitionOf = ({ event, guard, to, effects, mark }: ChartTransition): string[] =>
  element(
    'transition',
    { event, cond: guard, target: to, 'spec:mark': mark === 'plain' ? null : mark },
    sends(effects),
  );

const stateOf = (chart: Chart, state: ChartState): string[] => {
  const inside = [
    ...(state.entry.length === 0 ? [] : element('onentry', {}, sends(state.entry))),
    ...chart.transitions.filter(({ from }) => from === state.path).flatMap(transitionOf),
    ...state.states.flatMap((each) => stateOf(chart, each)),
  ];
  return state.stay === 'final'
    ? element('final', { id: state.path }, [])
    : element('state', { id: state.path, initial: state.initial }, inside);
};

/**
 * A chart as SCXML. A condition is the name of a guard, and an effect is an event that is sent to whoever drives the
 * machine; what they mean stands in the rules, so the data model is the null one.
 */
export const scxmlOf = (chart: Chart): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element(
      'scxml',
      {
        xmlns: 'http://www.w3.org/2005/07/scxml',
        'xmlns:spec': 'urn:psyncspec:chart',
        version: '1.0',
        datamodel: 'null',
        name: chart.name,
        initial: chart.name,
      },
      element('state', { id: chart.name, initial: chart.initial }, [
        ...chart.transitions.filter(({ from }) => from === '').flatMap(transitionOf),
        ...chart.states.flatMap((state) => stateOf(chart, state)),
      ]),
    ),
    '',
  ].join('\n');
