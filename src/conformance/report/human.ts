import type { CheckReport, Report } from './report.ts';

/** How to emphasise; each gives its text back where colours are off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
}

const LABEL = 10;

/** Where a rule's level ends, so that it stays near its title on a wide terminal. */
const HEAD_WIDTH = 100;

/** Breaks text at blanks so that no line is longer than `width`, and indents every line but the first. */
export const wrap = (text: string, width: number, indent: number): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
};

const field = (label: string, text: string, width: number): string =>
  `  ${label.padEnd(LABEL)}${wrap(text, width, LABEL + 2)}`;

/** A broken rule as a paragraph. */
const findingOf = (check: CheckReport, title: string, width: number, paint: Paint): string => {
  const mark = check.fails ? paint.bad('✗') : paint.doubtful('~');
  const head = `${check.rule}  ${title}`;
  const level = check.fails ? check.level : `${check.level}, does not fail the run`;
  return [
    `${mark} ${paint.bold(head)}${paint.dim(level.padStart(Math.max(Math.min(width, HEAD_WIDTH) - head.length - 2, level.length + 2)))}`,
    `  ${wrap(check.requirement, width, 2)}`,
    field('check', `${check.check}: ${check.title}`, width),
    field('sent', check.sent ?? '', width),
    field('predicted', check.predicted ?? '', width),
    field('heard', check.heard ?? '', width),
    ...(check.explanation === undefined ? [] : [field('because', check.explanation, width)]),
    field('again', check.again, Number.POSITIVE_INFINITY),
  ].join('\n');
};

const PLURAL: Readonly<Record<CheckReport['outcome'], readonly [one: string, more: string]>> = {
  conforms: ['conforms', 'conform'],
  violates: ['violates', 'violate'],
  inconclusive: ['inconclusive', 'inconclusive'],
  unsupported: ['unsupported', 'unsupported'],
  'not-applicable': ['not applicable', 'not applicable'],
};

const counted = (outcome: CheckReport['outcome'], count: number): string =>
  `${count} ${PLURAL[outcome][count === 1 ? 0 : 1]}`;

const familyOf = ({ rule }: CheckReport): string => rule.replace(/-\d+$/, '');

/** One line for each family of rules: how many of its checks came out how. */
const familyLines = (report: Report, paint: Paint): string[] => {
  const families = new Map<string, CheckReport[]>();
  for (const check of report.checks) {
    const family = familyOf(check);
    families.set(family, [...(families.get(family) ?? []), check]);
  }
  return [...families].map(([family, checks]) => {
    const parts = (Object.keys(PLURAL) as CheckReport['outcome'][]).flatMap((outcome) => {
      const count = checks.filter((check) => check.outcome === outcome).length;
      if (count === 0) return [];
      const text = counted(outcome, count);
      if (outcome === 'violates') return [paint.bad(text)];
      return [outcome === 'conforms' ? text : paint.doubtful(text)];
    });
    const clean = checks.every(({ outcome }) => outcome === 'conforms');
    return `  ${clean ? paint.good('✓') : ' '} ${family.padEnd(LABEL)}${parts.join(', ')}`;
  });
};

/** Those without a verdict, grouped by their reason. */
const reasonLines = (report: Report, width: number, paint: Paint): string[] => {
  const groups = new Map<string, string[]>();
  for (const { check, outcome, why } of report.checks) {
    if (outcome === 'conforms' || outcome === 'violates') continue;
    const reason = `${PLURAL[outcome][0]}: ${why ?? ''}`;
    groups.set(reason, [...(groups.get(reason) ?? []), check]);
  }
  return [...groups].map(([reason, checks]) => {
    const shown = checks.slice(0, 4).join(', ');
    const more = checks.length > 4 ? ` and ${checks.length - 4} more` : '';
    return `  ${paint.doubtful('?')} ${wrap(`${reason} (${shown}${more})`, width, 4)}`;
  });
};

/** How long was spent waiting for clocks of the target's own, and which. */
const waitsOf = ({ checks }: Report, width: number): string => {
  const waiting = checks.filter(({ waitsFor }) => waitsFor !== undefined);
  const seconds = waiting.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  if (seconds < 0.1) return '';
  const clocks = [...new Set(waiting.map(({ waitsFor }) => waitsFor))].join('; ');
  return `  ${wrap(`${seconds.toFixed(1)} s of this went by waiting for the target’s own clocks: ${clocks}`, width, 2)}`;
};

const summaryOf = (report: Report, paint: Paint): string => {
  const parts = (Object.keys(PLURAL) as CheckReport['outcome'][])
    .filter((outcome) => outcome === 'conforms' || report.counts[outcome] > 0)
    .map((outcome) => counted(outcome, report.counts[outcome]));
  const seconds = (report.milliseconds / 1000).toFixed(1);
  const verdict = {
    conforms: paint.good('conforms'),
    violates: paint.bad('violates'),
    inconclusive: paint.doubtful('inconclusive'),
  }[report.verdict];
  return `${paint.bold(verdict)}: ${report.checks.length} checks in ${seconds} s: ${parts.join(', ')}`;
};

/** A report for people. `titleOf` gives a rule's title; `width` is that of their terminal. */
export const humanOf = (
  report: Report,
  titleOf: (rule: CheckReport['rule']) => string,
  width: number,
  paint: Paint,
): string => {
  const { address, server, dialect } = report.target;
  const findings = report.checks
    .filter(({ outcome }) => outcome === 'violates')
    .map((check) => findingOf(check, titleOf(check.rule), width, paint));
  const left = report.leftBehind.map((what) => paint.bad(`  not put back: ${what}`));
  const blocks = [
    `${paint.bold(address)}  ${server}, held to dialect ${dialect}, seed ${report.seed}`,
    familyLines(report, paint).join('\n'),
    reasonLines(report, width, paint).join('\n'),
    ...findings,
    left.join('\n'),
    [summaryOf(report, paint), waitsOf(report, width)].filter((line) => line !== '').join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
