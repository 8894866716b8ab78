import XMLBuilder from 'fast-xml-builder';
import type { CheckReport, Report } from './report.ts';

/** Characters that XML 1.0 can't carry, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const plain = (text: string): string => text.replace(NOT_XML, '?');

const findingOf = (check: CheckReport): string =>
  plain(
    [
      check.requirement,
      `sent      ${check.sent ?? ''}`,
      `predicted ${check.predicted ?? ''}`,
      `heard     ${check.heard ?? ''}`,
      ...(check.explanation === undefined ? [] : [`because   ${check.explanation}`]),
      `again     ${check.again}`,
    ].join('\n'),
  );

/** What stands inside a test case: nothing where it conforms, a failure, or why it was skipped. */
const verdictOf = (check: CheckReport): object => {
  if (check.outcome === 'conforms') return {};
  if (check.outcome !== 'violates') {
    return { skipped: { '@message': plain(`${check.outcome}: ${check.why ?? ''}`) } };
  }
  const failure = { '@message': plain(`heard ${check.heard ?? ''}`), '@type': 'violates' };
  return check.fails
    ? { failure: { ...failure, '#text': findingOf(check) } }
    : { 'system-out': findingOf(check) };
};

const seconds = (checks: readonly CheckReport[]): string =>
  (checks.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(3);

/** A report as JUnit XML: a suite for each rule. What has no verdict is skipped, with the reason. */
export const junitOf = (report: Report): string => {
  const suites = [...new Set(report.checks.map(({ rule }) => rule))].map((rule) => {
    const checks = report.checks.filter((check) => check.rule === rule);
    return {
      '@name': rule,
      '@tests': checks.length,
      '@failures': checks.filter(({ fails }) => fails).length,
      '@skipped': checks.filter(({ why }) => why !== undefined).length,
      '@time': seconds(checks),
      '@timestamp': report.startedAt,
      testcase: checks.map((check) => ({
        '@classname': `psyncspec.${report.target.role}.${rule}`,
        '@name': `${check.check}: ${plain(check.title)}`,
        '@time': seconds([check]),
        ...verdictOf(check),
      })),
    };
  });
  const builder = new XMLBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    format: true,
    suppressEmptyNode: true,
  });
  const document = builder.build({
    testsuites: { '@name': 'psyncspec', '@time': seconds(report.checks), testsuite: suites },
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}`;
};
