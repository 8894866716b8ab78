import type { Chart, ChartState } from '../chart.ts';
import { heardIn, type Layout, layoutOf, linesIn } from '../layout.ts';
import { labelOf, lastWord } from '../wording.ts';
import { common, INK } from './ink.ts';

const idOf = (path: string): string => path.replaceAll('.', '_');

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A state without others inside, and what is written in it. */
const box = (id: string, name: string, lines: readonly string[]): string[] => [
  `state "${name}" as ${id}`,
  ...lines.map((line) => `${id} : ${line}`),
];

const anywhere = (layout: Layout, path: string): string[] => {
  const lines = heardIn(layout, path).map(({ text }) => text);
  const name = path === '' ? 'anywhere' : `anywhere in ${lastWord(path)}`;
  return lines.length === 0 ? [] : box(`anywhere_${idOf(path)}`, name, lines);
};

const bodyOf = (
  layout: Layout,
  states: readonly ChartState[],
  path: string,
  initial: string | null,
): string[] => [
  ...anywhere(layout, path),
  ...states.flatMap((state) =>
    state.stay === 'around'
      ? [
          `state "${state.name}" as ${idOf(state.path)} {`,
          ...indented(bodyOf(layout, state.states, state.path, state.initial)),
          '}',
        ]
      : box(
          idOf(state.path),
          state.name,
          linesIn(layout, state).map(({ text }) => text),
        ),
  ),
  ...(initial === null ? [] : [`[*] --> ${idOf(initial)}`]),
  ...states
    .filter(({ stay }) => stay === 'final')
    .map(({ path: final }) => `${idOf(final)} --> [*]`),
];

/** A chart in the language of PlantUML. */
export const plantumlOf = (chart: Chart): string => {
  const layout = layoutOf(chart);
  return [
    `@startuml ${chart.name}`,
    `title ${chart.title}${chart.shows === null ? '' : ` (${chart.shows})`}`,
    'hide empty description',
    ...bodyOf(layout, chart.states, '', chart.initial),
    ...layout.bundles.map(({ from, to, transitions }) => {
      const ink = INK[common(transitions.map(({ mark }) => mark))];
      const label = transitions.map(labelOf).join('\\n');
      const arrow = `${idOf(from)} -[${ink}]-> ${idOf(to)}`;
      return label === '' ? arrow : `${arrow} : ${label}`;
    }),
    '@enduml',
    '',
  ].join('\n');
};
