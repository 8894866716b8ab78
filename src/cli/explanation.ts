import { isRuleId, type RuleId, ruleOf } from '../../models/rules/registry.ts';
import type { Source } from '../../models/rules/rule.ts';
import { DIALECTS } from '../../models/vocabulary/index.ts';
import { MUTANTS } from '../../properties/mutants/index.ts';
import type { Check } from '../conformance/check.ts';
import { type Paint, wrap } from '../conformance/report/human.ts';

const LABEL = 12;

const showSource = (source: Source): string => {
  if ('section' in source) return `docs/protocol.md ${source.section}`;
  if ('code' in source) return `${source.code} in ${source.file}, ${source.version}`;
  return `observed: ${source.observed}`;
};

const lines = (label: string, texts: readonly string[], width: number): string[] =>
  texts.map(
    (text, index) => `  ${(index === 0 ? label : '').padEnd(LABEL)}${wrap(text, width, LABEL + 2)}`,
  );

/** The rule that an ID names, or the rule of the check that it names. */
export const ruleNamed = (id: string, checks: readonly Check[]): RuleId | null =>
  isRuleId(id) ? id : (checks.find((check) => check.id === id)?.rule ?? null);

/** All that is known of a rule: what it demands, of whom, why we think so, and who holds servers to it. */
export const explain = (
  id: RuleId,
  checks: readonly Check[],
  width: number,
  paint: Paint,
): string => {
  const rule = ruleOf(id);
  const dialects = rule.dialects.length === DIALECTS.length ? ['all'] : [rule.dialects.join(', ')];
  return [
    `${paint.bold(`${id}  ${rule.title}`)}  ${paint.dim(rule.level)}`,
    `  ${wrap(rule.requirement, width, 2)}`,
    '',
    ...lines('dialects', dialects, width),
    ...lines('sources', rule.sources.map(showSource), width),
    ...lines(
      'checks',
      checks.filter((check) => check.rule === id).map((check) => `${check.id}: ${check.title}`),
      width,
    ),
    ...lines(
      'mutants',
      MUTANTS.filter((mutant) => mutant.rule === id).map(
        (mutant) => `${mutant.name}: it ${mutant.fault}`,
      ),
      width,
    ),
    '',
  ].join('\n');
};
