import { RULE_IDS, type RuleId, ruleOf } from '../../models/rules/registry.ts';
import { sectionsOf } from './markdown.ts';

const linkTo = (rule: RuleId): string => `[${rule}](rules.md#${rule.toLowerCase()})`;

/** The sections of docs/protocol.md that a rule names as its sources. */
const sectionsCitedBy = (rule: RuleId): string[] =>
  ruleOf(rule).sources.flatMap((source) => ('section' in source ? [source.section] : []));

/** What is missing between the rules and a protocol page: sections that rules cite, and links from there to them. */
export const missingFrom = (protocol: string): string[] => {
  const sections = sectionsOf(protocol);
  return RULE_IDS.flatMap((rule) => {
    const cited = sectionsCitedBy(rule);
    if (cited.length === 0 && !protocol.includes(linkTo(rule))) {
      return [`no section links ${rule}: add ${linkTo(rule)} where it belongs`];
    }
    return cited.flatMap((number) => {
      const text = sections.get(number);
      if (text === undefined) return [`${rule} cites section ${number}, which is not there`];
      return text.includes(linkTo(rule))
        ? []
        : [`section ${number} does not link ${rule}, which cites it: add ${linkTo(rule)}`];
    });
  });
};

/** Links of a page whose words name another rule than they lead to. */
export const crossedLinks = (page: string): string[] =>
  [...page.matchAll(/\[([A-Z]+-\d+)\]\(([^)]*)\)/g)]
    .filter(([, rule = '', to = '']) => !to.endsWith(`rules.md#${rule.toLowerCase()}`))
    .map(([link]) => link);

/** Numbers of sections in the order in which they stand. */
export const sectionNumbers = (protocol: string): string[] =>
  protocol
    .split('\n')
    .map((line) => /^#{2,4} (\d+(?:\.\d+)?) \S/.exec(line)?.[1])
    .filter((number) => number !== undefined);

/** Sections that a text names behind the page's path, as comments of the code do. */
export const sectionsNamedIn = (text: string): string[] =>
  [...text.matchAll(/docs\/protocol\.md,? (\d+(?:\.\d+)?)/g)].map(([, number = '']) => number);
