import { type RuleId, ruleOf } from '../../models/rules/registry.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import type { Lab } from './lab.ts';

/**
 * What a check does to the target besides asking: it writes keys of ours, changes settings (and puts them back), makes the
 * target change its role (and back), replaces all its data, or asks for what known servers crash at.
 */
export type Need = 'keys' | 'settings' | 'role' | 'data' | 'life';

/** One question put to a target. It returns where the target conforms, and throws what is wrong or in the way. */
export interface Check {
  /** Stable: the rule's ID and a name, as in `PSYNC-3/one-before`. */
  readonly id: string;
  readonly rule: RuleId;
  /** A sentence about what the target does if it conforms. */
  readonly title: string;
  readonly needs: readonly Need[];
  /** Which clock of the target's own it has to wait for, if any. */
  readonly waitsFor: string | null;
  readonly run: (lab: Lab) => Promise<void>;
}

interface CheckOptions {
  readonly needs?: readonly Need[];
  readonly waitsFor?: string;
}

export const check = (
  rule: RuleId,
  name: string,
  title: string,
  run: (lab: Lab) => Promise<void>,
  options: CheckOptions = {},
): Check => ({
  id: `${rule}/${name}`,
  rule,
  title,
  needs: options.needs ?? [],
  waitsFor: options.waitsFor ?? null,
  run,
});

/** Whether the rule behind a check holds for a dialect. */
export const appliesTo = ({ rule }: Check, dialect: Dialect): boolean =>
  ruleOf(rule).dialects.includes(dialect);
