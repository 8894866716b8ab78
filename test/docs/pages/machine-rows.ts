import { PROTOCOL_ROWS } from '../../models/rows/index.ts';
import { GENERATED, type Page, table } from './page.ts';

const linkOf = (rule: string): string => `[${rule}](../rules.md#${rule.toLowerCase()})`;

/** docs/machines/rows.md: where the machines have what the protocol's tables say. */
export const machineRowsPage: Page = {
  path: 'docs/machines/rows.md',
  text: () =>
    `${[
      GENERATED,
      '# Rows of the protocol, as transitions',
      `${PROTOCOL_ROWS.length} rows of the tables in [protocol.md](../protocol.md), each with the transition that it is and the rules that decide. A test fails on a hole.`,
      table(
        ['section', 'row', 'machine', 'transition', 'rules'],
        PROTOCOL_ROWS.map(({ section, says, machine, transitions, rules }) => [
          `[${section}](../protocol.md#section-${section})`,
          says,
          machine,
          transitions.map((id) => `\`${id}\``).join(', '),
          rules.map(linkOf).join(', ') || '–',
        ]),
      ),
    ].join('\n\n')}\n`,
};
