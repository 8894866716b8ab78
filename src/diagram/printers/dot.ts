import { type Chart, type ChartState, type Mark, statesOf } from '../chart.ts';
import { type Bundle, heardIn, type Layout, layoutOf, linesIn } from '../layout.ts';
import { labelOf, wrapped } from '../wording.ts';
import { common, INK } from './ink.ts';

/** In characters. Longer labels make a chart wider than a page, and those of arrows need room between states. */
const WIDTH_IN_STATE = 36;
const WIDTH_ON_ARROW = 28;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;

const NEXT_LINE = '<br align="left"/>';

/** Text from the left, later lines of the same sentence set in. */
const small = (text: string, mark: Mark, width: number = WIDTH_IN_STATE): string =>
  wrapped(text, width)
    .map((line, index) => (index === 0 ? line : `   ${line}`))
    .map((line) => `<font point-size="10" color="${INK[mark]}">${escaped(line)}</font>${NEXT_LINE}`)
    .join('');

/** A state's name, and under it what is written in it. */
const insideOf = (layout: Layout, state: ChartState): string => {
  const lines = linesIn(layout, state).map(({ text, mark }) => small(text, mark));
  const name = `<font color="${INK[state.mark]}"><b>${escaped(state.name)}</b></font>`;
  if (lines.length === 0) return `<${name}>`;
  const end = state.stay === 'around' ? NEXT_LINE : '<br/>';
  return `<${name}${end}${lines.join('')}>`;
};

const LOOKS = {
  resting: 'style="rounded,filled", class="resting"',
  passing: 'style="rounded,dashed", class="passing"',
  final: 'style="rounded,filled", peripheries=2, class="resting"',
  around: 'style="rounded", class="around"',
} as const;

const nodeOf = (layout: Layout, state: ChartState): string =>
  `${quoted(state.path)} [label=${insideOf(layout, state)}, ${LOOKS[state.stay]}, color="${INK[state.mark]}", tooltip=${quoted(state.means)}]`;

const beginning = (path: string, initial: string): string[] => {
  const dot = quoted(`begin ${path}`);
  return [
    `${dot} [shape=circle, width=0.12, height=0.12, fixedsize=true, label="", style=filled, fillcolor="${INK.plain}", class="begin", tooltip="begins here"]`,
    `${dot} -> ${quoted(initial)} [tooltip="begins here"]`,
  ];
};

const clusterOf = (layout: Layout, state: ChartState): string[] => [
  `subgraph ${quoted(`cluster ${state.path}`)} {`,
  ...[
    `label=${insideOf(layout, state)}`,
    'labeljust=l',
    'style=rounded',
    'class="around"',
    `color="${INK[state.mark]}"`,
    `tooltip=${quoted(state.means)}`,
    ...bodyOf(layout, state.states, state.path, state.initial),
  ].map((line) => `  ${line}`),
  '}',
];

const bodyOf = (
  layout: Layout,
  states: readonly ChartState[],
  path: string,
  initial: string | null,
): string[] => [
  ...(initial === null ? [] : beginning(path, initial)),
  ...states.flatMap((state) =>
    state.stay === 'around' ? clusterOf(layout, state) : [nodeOf(layout, state)],
  ),
];

/** Where an arrow ends: Graphviz draws none to a state with others inside, so it goes to where those begin. */
const endOf = (chart: Chart, path: string): string => {
  const state = statesOf(chart).find((each) => each.path === path);
  return state?.stay === 'around' && state.initial !== null ? endOf(chart, state.initial) : path;
};

/** States stand one below the other in the order of the chart, so an arrow back is laid out as if it led on. */
const edgeOf = (chart: Chart, { from, to, transitions }: Bundle): string => {
  const order = statesOf(chart).map(({ path }) => path);
  const end = endOf(chart, to);
  const leadsBack = order.indexOf(end) < order.indexOf(from);
  const ends = leadsBack ? [end, from] : [from, end];
  const label = transitions.map((each) => small(labelOf(each), each.mark, WIDTH_ON_ARROW)).join('');
  const attributes = [
    `label=<${label}>`,
    `color="${INK[common(transitions.map(({ mark }) => mark))]}"`,
    `tooltip=${quoted(transitions.map(({ id }) => id).join(', '))}`,
    ...(leadsBack ? ['dir=back'] : []),
  ];
  return `${ends.map(quoted).join(' -> ')} [${attributes.join(', ')}]`;
};

/** What the machine itself hears, wherever it is. */
const anywhere = (layout: Layout): string[] => {
  const lines = heardIn(layout, '').map(({ text, mark }) => small(text, mark));
  if (lines.length === 0) return [];
  const name = `<font color="${INK.plain}"><b>anywhere</b></font>`;
  return [`"anywhere" [label=<${name}<br/>${lines.join('')}>, shape=note, class="anywhere"]`];
};

/** What a chart says of itself where it does not show everything. */
const titleOf = ({ title, shows }: Chart): string[] => {
  if (shows === null) return [];
  const text = `<font color="${INK.plain}"><b>${escaped(title)}</b><br/>${escaped(shows)}</font>`;
  return [`label=<${text}>`, 'labelloc=t'];
};

/** A chart in the language of Graphviz. Colours are those of a light page; classes stand where a style sheet takes hold. */
export const dotOf = (chart: Chart): string => {
  const layout = layoutOf(chart);
  return [
    `digraph ${quoted(chart.name)} {`,
    ...[
      'rankdir=TB',
      'bgcolor=transparent',
      ...titleOf(chart),
      'fontname="Arial"',
      'fontsize=12',
      'nodesep=0.25',
      'ranksep=0.3',
      `node [shape=box, fontname="Arial", fontsize=12, margin="0.12,0.06", height=0.3, color="${INK.plain}", fillcolor="#f2f4f7"]`,
      `edge [fontname="Arial", fontsize=10, arrowsize=0.7, color="${INK.plain}"]`,
      ...anywhere(layout),
      ...bodyOf(layout, chart.states, '', chart.initial),
      ...layout.bundles.map((bundle) => edgeOf(chart, bundle)),
    ].map((line) => `  ${line}`),
    '}',
    '',
  ].join('\n');
};
