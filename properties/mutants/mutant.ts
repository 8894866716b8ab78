import type { RuleId } from '../../models/rules/registry.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';

/** One deliberate fault: a rule swapped for a wrong one. What is meant to find faults is tested by them. */
export interface Mutant {
  /** In the words of the fault: `psync-accepts-one-beyond`. */
  readonly name: string;
  /** The rule that it breaks. */
  readonly rule: RuleId;
  /** What a node with it does, as the rest of a sentence that begins with "it". */
  readonly fault: string;
  /** The historic bug that it stands for, by its number in docs/bugs.md. */
  readonly bug?: string;
  /** The dialect in which it shows, where that is not the newest Redis. */
  readonly dialect?: Dialect;
  readonly swapped: Partial<Ruleset>;
}

/** Mutants of one rule after another. */
export const mutants = (
  ...list: readonly (readonly [
    name: string,
    rule: RuleId,
    fault: string,
    swapped: Partial<Ruleset>,
    more?: Pick<Mutant, 'bug' | 'dialect'>,
  ])[]
): readonly Mutant[] =>
  list.map(([name, rule, fault, swapped, more]) => ({ name, rule, fault, swapped, ...more }));

/** All rules as they are, but for the mutant's. */
export const rulesWith = ({ swapped }: Mutant): Ruleset => ({ ...STANDARD, ...swapped });
