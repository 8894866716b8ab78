import { RULE_IDS, type RuleId, ruleOf } from '../../../models/rules/registry.ts';
import type { Source } from '../../../models/rules/rule.ts';
import { DIALECTS } from '../../../models/vocabulary/index.ts';
import { MUTANTS } from '../../../properties/mutants/index.ts';
import { CHECKS } from '../../../src/conformance/checks/index.ts';
import { PROPERTIES } from '../../properties/all.ts';
import { GENERATED, type Page, table } from './page.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  GATE: 'Who may speak',
  READY: 'Whether PSYNC is answered at all',
  PSYNC: 'When a replica may be continued',
  CONT: 'How a continuation is announced',
  FULL: 'Full resynchronization',
  REPLID: 'Replication IDs',
  PROMO: 'Promotion',
  ADOPT: 'Adopting an ID',
  BACKLOG: 'The backlog',
  STREAM: 'The stream',
  REPLCONF: 'Announcements of a replica',
  ACK: 'Acknowledgements and WAIT',
  LIVE: 'Signs of life and discipline of the link',
  STATS: 'Counters',
  INFO: 'What is shown',
  HAND: 'The handshake, from the replica’s side',
  ASK: 'What a replica asks for',
  ANS: 'How a replica takes the answer',
  XFER: 'How a replica takes a snapshot',
  LINK: 'How a replica’s link fails and comes back',
  APPLY: 'What a replica counts',
  FAILOVER: 'Coordinated failover',
  RESTART: 'What outlives a restart',
  SAFE: 'What keeps writes safe',
};

const familyOf = (id: RuleId): string => id.replace(/-\d+$/, '');

const showSource = (source: Source): string => {
  if ('section' in source)
    return `[protocol ${source.section}](protocol.md#section-${source.section})`;
  if ('code' in source) return `\`${source.code}\` in ${source.file}, ${source.version}`;
  return `observed: ${source.observed}`;
};

const listed = (names: readonly string[]): string =>
  names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', ');

const checksOf = (id: RuleId): readonly string[] =>
  CHECKS.filter(({ rule }) => rule === id).map((check) => check.id);

const propertiesOf = (id: RuleId): readonly string[] =>
  PROPERTIES.filter(({ rules }) => rules.includes(id)).map((property) => property.id);

const mutantsOf = (id: RuleId): readonly string[] =>
  MUTANTS.filter(({ rule }) => rule === id).map(({ name }) => name);

const ruleText = (id: RuleId): string => {
  const rule = ruleOf(id);
  const dialects = rule.dialects.length === DIALECTS.length ? 'all' : rule.dialects.join(', ');
  return [
    `<a id="${id.toLowerCase()}"></a>`,
    `### ${id} ${rule.title}`,
    '',
    `**${rule.level}.** ${rule.requirement}`,
    '',
    `- dialects: ${dialects}`,
    `- sources: ${rule.sources.map(showSource).join('; ')}`,
    `- checks: ${listed(checksOf(id))}`,
    `- properties: ${listed(propertiesOf(id))}`,
    `- mutants: ${listed(mutantsOf(id))}`,
  ].join('\n');
};

const overview = (families: readonly string[]): string =>
  table(
    ['family', 'about', 'rules', 'checks', 'mutants'],
    families.map((family) => {
      const ids = RULE_IDS.filter((id) => familyOf(id) === family);
      return [
        `[${family}](#${(ids[0] ?? family).toLowerCase()})`,
        FAMILIES[family] ?? '',
        String(ids.length),
        String(ids.flatMap(checksOf).length),
        String(ids.flatMap(mutantsOf).length),
      ];
    }),
  );

/** Every rule with its sources, and who holds anybody to it. */
export const rulesPage: Page = {
  path: 'docs/rules.md',
  text: () => {
    const families = [...new Set(RULE_IDS.map(familyOf))];
    return [
      GENERATED,
      '# The rules',
      '',
      `${RULE_IDS.length} rules. A rule's ID is never renumbered or reused. \`must\` and \`should\` are binding; \`observed\` is what known servers do without anybody depending on it. A check puts a rule to a live server, a property to random histories; a mutant is the rule with one deliberate fault, which both must find.`,
      '',
      overview(families),
      '',
      ...families.flatMap((family) => [
        `## ${FAMILIES[family] ?? family}`,
        '',
        ...RULE_IDS.filter((id) => familyOf(id) === family).flatMap((id) => [ruleText(id), '']),
      ]),
    ].join('\n');
  },
};
