import { z } from 'zod';
import { RULE_IDS, ruleOf } from '../../../models/rules/registry.ts';
import { DIALECTS } from '../../../models/vocabulary/index.ts';
import type { CheckResult, RunResult } from '../runner.ts';

const OUTCOMES = ['conforms', 'violates', 'inconclusive', 'unsupported', 'not-applicable'] as const;

const counts = z.object({
  conforms: z.int(),
  violates: z.int(),
  inconclusive: z.int(),
  unsupported: z.int(),
  'not-applicable': z.int(),
});

const checkReport = z.object({
  check: z.string().describe('the rule’s ID and the name of the check, as in PSYNC-3/one-before'),
  rule: z.enum(RULE_IDS),
  level: z.enum(['must', 'should', 'observed']),
  title: z.string().describe('what a conforming target does'),
  requirement: z.string().describe('the sentence of the rule'),
  outcome: z.enum(OUTCOMES),
  fails: z.boolean().describe('whether this outcome makes the run fail'),
  why: z.string().optional().describe('why there is no verdict'),
  sent: z.string().optional(),
  predicted: z.string().optional(),
  heard: z.string().optional(),
  explanation: z
    .string()
    .optional()
    .describe('what most likely went wrong, where that can be told'),
  again: z.string().describe('the command that repeats just this check'),
  waitsFor: z.string().optional().describe('the clock of the target that the check waits for'),
  milliseconds: z.number(),
  transcripts: z.array(z.array(z.string())).describe('what was said, by connection'),
});

/** A report as it is written to a file; its JSON Schema is published with the docs. */
export const reportSchema = z.object({
  format: z.literal('psyncspec-report-1'),
  tool: z.object({ name: z.literal('psyncspec'), version: z.string() }),
  target: z.object({
    address: z.string(),
    server: z.string(),
    dialect: z.enum(DIALECTS),
    role: z.enum(['master', 'replica', 'chain']),
  }),
  seed: z.int(),
  strict: z.boolean().describe('whether a broken should fails the run too'),
  startedAt: z.iso.datetime(),
  milliseconds: z.number(),
  verdict: z.enum(['conforms', 'violates', 'inconclusive']),
  counts,
  leftBehind: z.array(z.string()).describe('what could not be put back on the target'),
  checks: z.array(checkReport),
});

export type Report = z.infer<typeof reportSchema>;
export type CheckReport = Report['checks'][number];

/** What a report needs to know besides the results. */
export interface ReportContext {
  readonly version: string;
  /** As the user wrote it; the embedded server has no address. */
  readonly address: string;
  readonly strict: boolean;
  readonly startedAt: Date;
  /** The command line that repeats one check. */
  readonly again: (check: string) => string;
}

export const reportOf = (run: RunResult, context: ReportContext): Report => {
  const checks = run.results.map((result) => checkReportOf(result, context));
  return {
    format: 'psyncspec-report-1',
    tool: { name: 'psyncspec', version: context.version },
    target: {
      address: context.address,
      server: run.server,
      dialect: run.dialect,
      role: run.role,
    },
    seed: run.seed,
    strict: context.strict,
    startedAt: context.startedAt.toISOString(),
    milliseconds: Math.round(run.milliseconds),
    verdict: verdictOf(checks),
    counts: countsOf(checks),
    leftBehind: [...run.leftBehind],
    checks,
  };
};

const checkReportOf = (
  { check, outcome, milliseconds, transcripts }: CheckResult,
  { strict, again }: ReportContext,
): CheckReport => {
  const { level, requirement } = ruleOf(check.rule);
  return {
    check: check.id,
    rule: check.rule,
    level,
    title: check.title,
    requirement,
    ...outcome,
    fails: outcome.outcome === 'violates' && (level === 'must' || (strict && level === 'should')),
    again: again(check.id),
    ...(check.waitsFor === null ? {} : { waitsFor: check.waitsFor }),
    milliseconds: Math.round(milliseconds),
    transcripts: transcripts.map((lines) => [...lines]),
  };
};

const verdictOf = (checks: readonly CheckReport[]): Report['verdict'] => {
  if (checks.some(({ fails }) => fails)) return 'violates';
  return checks.some(({ outcome }) => outcome === 'inconclusive') ? 'inconclusive' : 'conforms';
};

const countsOf = (checks: readonly CheckReport[]): Report['counts'] => {
  const count = (name: CheckReport['outcome']) =>
    checks.filter(({ outcome }) => outcome === name).length;
  return {
    conforms: count('conforms'),
    violates: count('violates'),
    inconclusive: count('inconclusive'),
    unsupported: count('unsupported'),
    'not-applicable': count('not-applicable'),
  };
};
