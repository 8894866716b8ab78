import type { CheckReport } from './report.ts';

/** Checks by the family of their rule, as in PSYNC, in the order of the report. */
export const familiesOf = (
  checks: readonly CheckReport[],
): ReadonlyMap<string, readonly CheckReport[]> => {
  const families = new Map<string, CheckReport[]>();
  for (const check of checks) {
    const family = check.rule.replace(/-\d+$/, '');
    const others = families.get(family);
    if (others === undefined) families.set(family, [check]);
    else others.push(check);
  }
  return families;
};
