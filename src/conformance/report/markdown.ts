import type { CheckReport, Report } from './report.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** What stands between backquotes, which text of the target's own could end. */
const literal = (text: string): string => `\`${cell(text).replaceAll('`', '’')}\``;

const findingOf = (check: CheckReport): string =>
  [
    `<details><summary><b>${check.check}</b>: ${cell(check.title)} (${check.level}${check.fails ? '' : ', does not fail the run'})</summary>`,
    '',
    check.requirement,
    '',
    `- sent ${literal(check.sent ?? '')}`,
    `- predicted ${literal(check.predicted ?? '')}`,
    `- heard ${literal(check.heard ?? '')}`,
    ...(check.explanation === undefined ? [] : [`- because ${cell(check.explanation)}`]),
    `- again ${literal(check.again)}`,
    '',
    '</details>',
    '',
  ].join('\n');

/** A report as GitHub shows it in the summary of a job. */
export const markdownOf = (report: Report): string => {
  const { target, counts, checks } = report;
  const violating = checks.filter(({ outcome }) => outcome === 'violates');
  const inconclusive = checks.filter(({ outcome }) => outcome === 'inconclusive');
  return [
    `### psyncspec: ${cell(target.server)} as ${target.role}: ${report.verdict}`,
    '',
    '| conform | violate | inconclusive | unsupported | not applicable |',
    '| --- | --- | --- | --- | --- |',
    `| ${counts.conforms} | ${counts.violates} | ${counts.inconclusive} | ${counts.unsupported} | ${counts['not-applicable']} |`,
    '',
    `Dialect ${target.dialect}, seed ${report.seed}, ${(report.milliseconds / 1000).toFixed(1)} s.`,
    '',
    ...violating.map(findingOf),
    ...inconclusive
      .slice(0, 20)
      .map(({ check, why }) => `- inconclusive: ${check}: ${cell(why ?? '')}`),
    '',
  ].join('\n');
};
