import type { CheckReport, Report } from './report.ts';

/** A hash would begin a directive, and a backslash an escape. */
const escapeText = (text: string): string => text.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ');

const lineOf = (check: CheckReport, number: number): string => {
  const name = `${number} - ${escapeText(check.check)} ${escapeText(check.title)}`;
  if (check.outcome === 'conforms') return `ok ${name}`;
  if (check.outcome === 'violates') {
    return check.fails ? `not ok ${name}` : `not ok ${name} # TODO ${check.level}`;
  }
  return `ok ${name} # SKIP ${check.outcome}: ${escapeText(check.why ?? '')}`;
};

const yamlOf = (check: CheckReport): string[] =>
  check.outcome === 'violates'
    ? [
        '  ---',
        ...(['requirement', 'sent', 'predicted', 'heard', 'explanation', 'again'] as const).map(
          (field) => `  ${field}: ${JSON.stringify(check[field] ?? '')}`,
        ),
        '  ...',
      ]
    : [];

/** A report as TAP 14. What has no verdict is skipped, with the reason. */
export const tapOf = (report: Report): string =>
  [
    'TAP version 14',
    `1..${report.checks.length}`,
    ...report.checks.flatMap((check, index) => [lineOf(check, index + 1), ...yamlOf(check)]),
    '',
  ].join('\n');
