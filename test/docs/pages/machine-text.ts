import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { chartOf, rulesOf } from '../../../src/diagram/chart-of.ts';
import {
  type Grid,
  type GridAlternative,
  type GridCell,
  gridOf,
} from '../../../src/diagram/grid.ts';
import { mermaidOf } from '../../../src/diagram/printers/mermaid.ts';
import { inWords, lastWord } from '../../../src/diagram/wording.ts';
import { GENERATED, table } from './page.ts';

const IGNORED = '·';
const STAYS = 'stays';

/** `all`, `redis-6.2 on`, `up to redis-6.0`, or their names. */
const dialectsIn = (some: readonly Dialect[], entry: MachineEntry): string => {
  if (some.length === 0) return 'none: only a changed rule leads here';
  if (some.length === entry.dialects.length) return 'all';
  const [first, last] = [some[0], some.at(-1)];
  if (first === undefined || last === undefined) return '';
  const range = entry.dialects.slice(
    entry.dialects.indexOf(first),
    entry.dialects.indexOf(last) + 1,
  );
  if (range.length !== some.length || some.length === 1) return some.join(', ');
  if (last === entry.dialects.at(-1)) return `${first} on`;
  return first === entry.dialects[0] ? `up to ${last}` : `${first} to ${last}`;
};

const linksToRules = (entry: MachineEntry, { transition }: GridAlternative): string =>
  rulesOf(entry, transition)
    .map((id) => `[${id}](../rules.md#${id.toLowerCase()})`)
    .join(', ');

const doneBy = (entry: MachineEntry, { transition }: GridAlternative): string =>
  transition.actions
    .map((name) => (Object.hasOwn(entry.effects, name) ? inWords(name) : `*${inWords(name)}*`))
    .join(', ');

const conditionOf = (entry: MachineEntry, cell: GridCell, { transition }: GridAlternative) => {
  if (transition.guard !== null) return `if ${entry.guards[transition.guard]?.reads}`;
  return cell.alternatives.length > 1 ? 'else' : '';
};

const targetOf = ({ transition }: GridAlternative): string =>
  transition.target === null ? STAYS : `→ ${lastWord(transition.target)}`;

const rowsOf = (entry: MachineEntry, cell: GridCell): string[][] => [
  ...cell.alternatives.map((each, index) => [
    index === 0 ? `\`${cell.event}\`` : '',
    conditionOf(entry, cell, each),
    targetOf(each),
    doneBy(entry, each),
    dialectsIn(each.dialects, entry),
    linksToRules(entry, each),
  ]),
  ...(cell.elseIgnored && cell.alternatives.length > 0 && cell.event !== 'always'
    ? [['', 'else', STAYS, 'ignored', '', '']]
    : []),
];

const HEADS = ['event', 'condition', 'then', 'does, *notes*', 'dialects', 'rules'];

const stateText = (entry: MachineEntry, state: string, cells: readonly GridCell[]): string[] => {
  const ignored = cells.filter(({ alternatives }) => alternatives.length === 0);
  const heard = cells.filter(({ alternatives }) => alternatives.length > 0);
  return [
    `### ${state}`,
    '',
    `Here ${entry.states[state]?.means}.`,
    '',
    ...(heard.length === 0
      ? []
      : [
          table(
            HEADS,
            heard.flatMap((cell) => rowsOf(entry, cell)),
          ),
          '',
        ]),
    ...(ignored.length === 0
      ? []
      : [`Ignored: ${ignored.map(({ event }) => `\`${event}\``).join(', ')}.`, '']),
  ];
};

/** Where a cell leads, in a word for each way. */
const summary = ({ alternatives, elseIgnored }: GridCell): string => {
  if (alternatives.length === 0) return IGNORED;
  const ways = alternatives.map(targetOf);
  return [...new Set(elseIgnored ? [...ways, IGNORED] : ways)].join('<br>');
};

const gridText = (entry: MachineEntry, { rows }: Grid): string =>
  table(
    ['', ...Object.keys(entry.events).map((event) => `\`${event}\``)],
    rows.map(({ state, cells }) => [`**${lastWord(state)}**`, ...cells.map(summary)]),
  );

const statesText = ({ states }: MachineEntry): string =>
  table(
    ['state', 'here', 'in Redis', 'shown as'],
    Object.entries(states).map(([path, { means, redis, shown }]) => [
      path,
      means,
      redis.map((name) => `\`${name}\``).join(', ') || '–',
      shown.map((words) => `\`${words}\``).join(', ') || '–',
    ]),
  );

const eventsText = ({ events }: MachineEntry): string =>
  table(
    ['event', 'means'],
    Object.entries(events).map(([event, { means }]) => [`\`${event}\``, means]),
  );

const effectsText = ({ effects }: MachineEntry): string =>
  table(
    ['effect', 'whoever drives the machine is to'],
    Object.entries(effects).map(([name, { reads }]) => [inWords(name), reads]),
  );

/** The page of a machine: picture, names, and everything that it does and doesn't do. */
export const machineText = (entry: MachineEntry): string => {
  const grid = gridOf(entry);
  const everywhere = entry.dialects.length === DIALECTS.length;
  return [
    GENERATED,
    `# ${entry.title}`,
    '',
    `${entry.about} In the prose: [protocol ${entry.section}](../protocol.md#section-${entry.section}). Dialects: ${everywhere ? 'all' : entry.dialects.join(', ')}.`,
    '',
    `![${entry.title}, as a chart](${entry.name}.svg)`,
    '',
    `\`psyncspec diagram ${entry.name}\` draws it for one dialect, for the difference between two, and in other languages; [how to read it](../guides/diagrams.md).`,
    '',
    '<details><summary>The same in Mermaid</summary>',
    '',
    '```mermaid',
    mermaidOf(chartOf(entry)).trimEnd(),
    '```',
    '',
    '</details>',
    '',
    '## States',
    '',
    statesText(entry),
    '',
    '## Events',
    '',
    'Any other event, and one of these that is malformed, is refused: the machine stays where it is and says `refused` and why.',
    '',
    eventsText(entry),
    '',
    '## Effects',
    '',
    effectsText(entry),
    '',
    '## Every state by every event',
    '',
    `An arrow leads to another state (or once more into the same), ${STAYS} means that something is done or noted without leaving, ${IGNORED} that the event is ignored. The tables below say under which condition, and what is done.`,
    '',
    gridText(entry, grid),
    '',
    ...grid.rows.flatMap(({ state, cells }) => stateText(entry, state, cells)),
    ...(grid.passing.length === 0
      ? []
      : [
          '## States that are left at once',
          '',
          ...grid.passing.flatMap(({ state, cell }) => stateText(entry, state, [cell])),
        ]),
  ].join('\n');
};
