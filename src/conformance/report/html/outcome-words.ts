import type { CheckReport } from '../report.ts';

/** Outcomes as a person reads them, in the order in which they are counted. */
export const OUTCOME_WORDS: Readonly<Record<CheckReport['outcome'], string>> = {
  conforms: 'conforms',
  violates: 'violates',
  inconclusive: 'inconclusive',
  unsupported: 'unsupported',
  'not-applicable': 'not applicable',
};
