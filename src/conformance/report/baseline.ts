import { z } from 'zod';
import { DIALECTS } from '../../../models/vocabulary/index.ts';
import { type CheckReport, OUTCOMES, type Report, ROLES } from './report.ts';

/** What a run is expected to find, as it is written to a file; its JSON Schema is published with the docs. */
export const baselineSchema = z.strictObject({
  format: z.literal('psyncspec-baseline-1'),
  target: z.strictObject({
    server: z.string().describe('what the target said it was when the baseline was written'),
    dialect: z.enum(DIALECTS),
    role: z.enum(ROLES),
  }),
  outcomes: z
    .record(z.string(), z.enum(OUTCOMES))
    .describe('by check: the rule’s ID and the name of the check, as in PSYNC-3/one-before'),
});

export type Baseline = z.infer<typeof baselineSchema>;

/** What a run found, to be expected of the next. */
export const baselineOf = ({ target, checks }: Report): Baseline => ({
  format: 'psyncspec-baseline-1',
  target: { server: target.server, dialect: target.dialect, role: target.role },
  outcomes: Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome])),
});

type Change = 'none' | 'worse' | 'doubtful' | 'improved' | 'changed' | 'fresh';

/**
 * A report that fails only where it is worse than a baseline. What the baseline does not expect anything of is new, and
 * fails nothing: nobody has seen it better.
 */
export const heldTo = (report: Report, { outcomes }: Baseline): Report => {
  const expected = new Map(Object.entries(outcomes));
  const changes: Record<Change, string[]> = {
    none: [],
    worse: [],
    doubtful: [],
    improved: [],
    changed: [],
    fresh: [],
  };
  const checks = report.checks.map((check): CheckReport => {
    const before = expected.get(check.check);
    const change = changeOf(check, before);
    changes[change].push(check.check);
    return {
      ...check,
      fails: change === 'worse',
      ...(before === undefined ? {} : { expected: before }),
    };
  });
  const asked = new Set(checks.map(({ check }) => check));
  const { none, ...lists } = changes;
  const notAsked = [...expected.keys()].filter((check) => !asked.has(check)).length;
  return { ...report, checks, baseline: { ...lists, unchanged: none.length, notAsked } };
};

const changeOf = (
  { outcome, fails }: CheckReport,
  before: CheckReport['outcome'] | undefined,
): Change => {
  if (before === undefined) return 'fresh';
  if (before === outcome) return 'none';
  switch (outcome) {
    case 'violates':
      return fails ? 'worse' : 'changed';
    case 'inconclusive':
      return 'doubtful';
    case 'conforms':
      // A check that was not asked before says nothing of what the target was like then.
      return before === 'not-applicable' ? 'changed' : 'improved';
    case 'unsupported':
      // A target that lacks what it had has lost it.
      return before === 'conforms' ? 'worse' : 'changed';
    case 'not-applicable':
      return 'changed';
  }
};
