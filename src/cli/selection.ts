import { isRuleId, RULE_IDS } from '../../models/rules/registry.ts';
import type { Check } from '../conformance/check.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { closest } from './suggestion.ts';

const FAMILY = /^[A-Z]+$/;

/** Whether a check is meant by a word: its own ID, its rule, or the family of its rule. */
const isMeant = ({ id, rule }: Check, word: string): boolean =>
  id === word || rule === word || (FAMILY.test(word) && rule.startsWith(`${word}-`));

/** The checks that are meant by some words; all of them where there are none. An empty selection is an error. */
export const selectChecks = (checks: readonly Check[], words: readonly string[]): Check[] => {
  if (words.length === 0) return [...checks];
  for (const word of words) {
    if (checks.some((check) => isMeant(check, word))) continue;
    if (isRuleId(word)) {
      throw new CommandFailure(
        EXIT.nothingSelected,
        `rule ${word} has no check for this role; --explain ${word} says what it demands`,
      );
    }
    const similar = closest(word, [...RULE_IDS, ...checks.map(({ id }) => id)]);
    const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
    throw new CommandFailure(
      EXIT.usage,
      `no rule or check is called ${word}.${hint} --list shows them all`,
    );
  }
  return checks.filter((check) => words.some((word) => isMeant(check, word)));
};
