import type { Chart, ChartState } from '../chart.ts';
import { heardIn, type Layout, layoutOf, linesIn } from '../layout.ts';
import { labelOf, lastWord } from '../wording.ts';

/** Mermaid takes no dots in names, a colon ends them, and a semicolon or number sign ends a label. */
const idOf = (path: string): string => path.replaceAll('.', '_');
const plain = (text: string): string => text.replaceAll(/[;#:]/g, ' ');

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A state with lines in it: the first one is its name. */
const box = (id: string, lines: readonly string[]): string[] =>
  lines.map((line) => `${id} : ${plain(line)}`);

/** Mermaid writes nothing into a state with others inside, so a box among those says what is heard in all of them. */
const anywhere = (layout: Layout, path: string): string[] => {
  const lines = heardIn(layout, path).map(({ text }) => text);
  const name = path === '' ? 'anywhere' : `anywhere in ${lastWord(path)}`;
  return lines.length === 0 ? [] : box(`anywhere_${idOf(path)}`, [name, ...lines]);
};

const bodyOf = (
  layout: Layout,
  states: readonly ChartState[],
  path: string,
  initial: string | null,
): string[] => [
  ...(initial === null ? [] : [`[*] --> ${idOf(initial)}`]),
  ...anywhere(layout, path),
  ...states.flatMap((state) =>
    state.stay === 'around'
      ? [
          `state "${state.name}" as ${idOf(state.path)} {`,
          ...indented(bodyOf(layout, state.states, state.path, state.initial)),
          '}',
        ]
      : box(idOf(state.path), [state.name, ...linesIn(layout, state).map(({ text }) => text)]),
  ),
  ...states
    .filter(({ stay }) => stay === 'final')
    .map(({ path: final }) => `${idOf(final)} --> [*]`),
];

/** A chart in the language of Mermaid, which repository hosts draw inside of a page. */
export const mermaidOf = (chart: Chart): string => {
  const layout = layoutOf(chart);
  return [
    'stateDiagram-v2',
    ...indented([
      ...bodyOf(layout, chart.states, '', chart.initial),
      ...layout.bundles.map(({ from, to, transitions }) => {
        const label = transitions.map(labelOf).map(plain).join('<br/>');
        const arrow = `${idOf(from)} --> ${idOf(to)}`;
        return label === '' ? arrow : `${arrow} : ${label}`;
      }),
    ]),
    '',
  ].join('\n');
};
