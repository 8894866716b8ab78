import { appendFileSync, writeFileSync } from 'node:fs';
import { ruleOf } from '../../models/rules/registry.ts';
import { badgeOf } from '../conformance/report/badge.ts';
import { baselineOf } from '../conformance/report/baseline.ts';
import { htmlOf } from '../conformance/report/html/page.ts';
import { humanOf } from '../conformance/report/human.ts';
import { junitOf } from '../conformance/report/junit.ts';
import { markdownOf } from '../conformance/report/markdown.ts';
import type { Report } from '../conformance/report/report.ts';
import { tapOf } from '../conformance/report/tap.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import { paintFor, widthOf } from './terminal.ts';

/** Where reports go, besides the screen. */
export interface ReportOptions {
  readonly json?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly badge?: string;
  readonly tap?: true;
}

export const writeReports = (report: Report, options: ReportOptions): void => {
  const { json, junit, markdown, html, badge, tap } = options;
  if (json !== undefined) writeText(json, `${JSON.stringify(report, null, 2)}\n`);
  if (junit !== undefined) writeText(junit, junitOf(report));
  if (html !== undefined) writeText(html, htmlOf(report));
  if (badge !== undefined) writeText(badge, `${JSON.stringify(badgeOf(report))}\n`);
  const summary = markdown ?? (process.env.GITHUB_STEP_SUMMARY || undefined);
  if (summary !== undefined) writeText(summary, markdownOf(report), appendFileSync);
  if (tap) process.stdout.write(tapOf(report));
  else {
    const paint = paintFor(process.stdout, process.env);
    const titleOf = (rule: Report['checks'][number]['rule']) => ruleOf(rule).title;
    process.stdout.write(humanOf(report, titleOf, widthOf(process.stdout), paint));
  }
};

/** Writes what the next run is to expect. A run that was cut short found nothing that one could expect. */
export const writeBaseline = (report: Report, file: string, interrupted: boolean): void => {
  if (interrupted) {
    process.stderr.write(`${file} is left as it was: the run was interrupted\n`);
    return;
  }
  writeText(file, `${JSON.stringify(baselineOf(report), null, 2)}\n`);
};

const writeText = (
  file: string,
  text: string,
  how: typeof appendFileSync = writeFileSync,
): void => {
  try {
    how(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(EXIT.badInput, `can't write ${file}: ${reason}`);
  }
};

/** What a run ends with: what the target is, or with a baseline, whether it became worse than that. */
export const exitCodeOf = ({ verdict, baseline }: Report): ExitCode => {
  if (baseline === undefined) {
    return {
      conforms: EXIT.conforms,
      violates: EXIT.violation,
      inconclusive: EXIT.inconclusive,
    }[verdict];
  }
  if (baseline.worse.length > 0) return EXIT.violation;
  return baseline.doubtful.length > 0 ? EXIT.inconclusive : EXIT.conforms;
};
