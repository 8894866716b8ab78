import type { Report } from './report.ts';

const COLOURS = { conforms: 'brightgreen', violates: 'red', inconclusive: 'yellow' } as const;

/** What shields.io's endpoint badges are made of. */
export const badgeOf = ({ target, verdict, counts }: Report): object => ({
  schemaVersion: 1,
  label: `psyncspec ${target.role}`,
  message:
    verdict === 'violates' ? `${counts.violates} violations` : `${verdict} (${counts.conforms})`,
  color: COLOURS[verdict],
});
