import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { chartOf } from '../../../src/diagram/chart-of.ts';
import { svgOf } from '../../../src/diagram/printers/svg.ts';
import { machineText } from './machine-text.ts';
import { GENERATED, type Page, table } from './page.ts';

const FOLDER = 'docs/machines';

const pageOf = (entry: MachineEntry): Page => ({
  path: `${FOLDER}/${entry.name}.md`,
  text: () => machineText(entry),
});

const pictureOf = (entry: MachineEntry): Page => ({
  path: `${FOLDER}/${entry.name}.svg`,
  text: () => svgOf(chartOf(entry)),
});

const overview: Page = {
  path: `${FOLDER}/README.md`,
  text: () =>
    [
      GENERATED,
      '# The machines',
      '',
      'Each machine is a chart of names: states, events that are heard, guards that are asked, effects that are told to whoever drives the machine. What the names mean is a call of a [rule](../rules.md). Time and links are events like any other, so a machine is a pure function from where it stands and what it hears to where it stands next and what is to be done.',
      '',
      table(
        ['machine', 'is', 'protocol', 'dialects'],
        MACHINES.map(({ name, title, section, dialects }) => [
          `[${name}](${name}.md)`,
          title,
          `[${section}](../protocol.md#section-${section})`,
          `${dialects[0]} to ${dialects.at(-1)}`,
        ]),
      ),
      '',
      'Which row of the prose is which transition: [rows](rows.md).',
      '',
      'How to read the pictures, and how to draw others: [diagrams](../guides/diagrams.md).',
      '',
    ].join('\n'),
};

/** Of every machine its page and its picture. */
export const MACHINE_PAGES: readonly Page[] = [
  overview,
  ...MACHINES.flatMap((entry) => [pageOf(entry), pictureOf(entry)]),
];
