import type { RuleId } from '../../../models/rules/registry.ts';
import type { Outcome } from '../../../src/conformance/outcome.ts';
import type { Report } from '../../../src/conformance/report/report.ts';
import { reportOf } from '../../../src/conformance/report/report.ts';
import type { CheckResult } from '../../../src/conformance/runner.ts';

/** What became of one check, for a report that no run is needed for. */
export interface SampleResult {
  readonly rule: RuleId;
  readonly name: string;
  readonly outcome: Outcome;
  readonly title?: string;
  readonly transcripts?: CheckResult['transcripts'];
}

export const VIOLATES: Outcome = {
  outcome: 'violates',
  sent: 'PSYNC ab 95',
  predicted: '+FULLRESYNC',
  heard: '+CONTINUE',
};

export const sampleReport = (
  results: readonly SampleResult[],
  { strict = false, server = 'redis 7.0.15' } = {},
): Report =>
  reportOf(
    {
      server,
      role: 'master',
      dialect: 'redis-7',
      seed: 1,
      milliseconds: 12,
      leftBehind: [],
      results: results.map(({ rule, name, outcome, title = 'a claim', transcripts = [] }) => ({
        check: {
          id: `${rule}/${name}`,
          rule,
          title,
          needs: [],
          waitsFor: null,
          run: async () => {},
        },
        outcome,
        milliseconds: 3,
        transcripts,
      })),
    },
    {
      version: '0.0.0',
      address: '127.0.0.1:6379',
      strict,
      startedAt: new Date(0),
      again: (check) => `npx psyncspec check --rule ${check}`,
    },
  );
