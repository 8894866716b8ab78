import test from 'ava';
import type { RuleId } from '../../../models/rules/registry.ts';
import { exitCodeOf } from '../../../src/cli/report-files.ts';
import type { Outcome } from '../../../src/conformance/outcome.ts';
import { baselineOf, baselineSchema, heldTo } from '../../../src/conformance/report/baseline.ts';
import { baselineLines, baselineSummary } from '../../../src/conformance/report/baseline-text.ts';
import { junitOf } from '../../../src/conformance/report/junit.ts';
import { markdownOf } from '../../../src/conformance/report/markdown.ts';
import { type Report, reportSchema } from '../../../src/conformance/report/report.ts';
import { tapOf } from '../../../src/conformance/report/tap.ts';
import { sampleReport, VIOLATES } from './sample.ts';

const OUTCOMES: Readonly<Record<Outcome['outcome'], Outcome>> = {
  conforms: { outcome: 'conforms' },
  violates: VIOLATES,
  inconclusive: { outcome: 'inconclusive', why: 'a clock' },
  unsupported: { outcome: 'unsupported', why: 'it has no backlog' },
  'not-applicable': { outcome: 'not-applicable', why: 'it would change keys' },
};

const MUST: RuleId = 'PSYNC-4';

const reportWith = (outcome: Outcome['outcome'], rule: RuleId = MUST): Report =>
  sampleReport([{ rule, name: 'a', outcome: OUTCOMES[outcome] }]);

/** A run with one outcome, held to what a run with another left. */
const held = (before: Outcome['outcome'], now: Outcome['outcome'], rule: RuleId = MUST): Report =>
  heldTo(reportWith(now, rule), baselineOf(reportWith(before, rule)));

test('a run as its baseline expects fails nothing, whatever the outcomes are', (t) => {
  for (const outcome of Object.keys(OUTCOMES) as Outcome['outcome'][]) {
    const report = held(outcome, outcome);
    t.is(exitCodeOf(report), 0, outcome);
    t.is(report.baseline?.unchanged, 1);
    t.false(report.checks[0]?.fails);
  }
});

for (const [before, now, change, code] of [
  ['conforms', 'violates', 'worse', 1],
  ['inconclusive', 'violates', 'worse', 1],
  ['unsupported', 'violates', 'worse', 1],
  ['not-applicable', 'violates', 'worse', 1],
  ['conforms', 'unsupported', 'worse', 1],
  ['conforms', 'inconclusive', 'doubtful', 2],
  ['violates', 'inconclusive', 'doubtful', 2],
  ['violates', 'conforms', 'improved', 0],
  ['inconclusive', 'conforms', 'improved', 0],
  ['unsupported', 'conforms', 'improved', 0],
  ['not-applicable', 'conforms', 'changed', 0],
  ['conforms', 'not-applicable', 'changed', 0],
  ['violates', 'unsupported', 'changed', 0],
] as const) {
  test(`${now} where ${before} was expected is ${change} and exits ${code}`, (t) => {
    const report = held(before, now);
    t.deepEqual(report.baseline?.[change], ['PSYNC-4/a']);
    t.is(report.checks[0]?.expected, before);
    t.is(report.checks[0]?.fails, change === 'worse');
    t.is(exitCodeOf(report), code);
    t.deepEqual(reportSchema.parse(report), report);
    const [line] = baselineLines(report);
    t.true(line?.text.endsWith(`PSYNC-4/a: ${now}, expected ${before}`), line?.text);
  });
}

test('a check that the baseline does not name is new: it is said, and fails nothing', (t) => {
  const baseline = { ...baselineOf(reportWith('conforms')), outcomes: {} };
  const broken = heldTo(reportWith('violates'), baseline);
  t.deepEqual(broken.baseline?.fresh, ['PSYNC-4/a']);
  t.is(exitCodeOf(broken), 0);
  t.is(broken.verdict, 'violates');
  t.deepEqual(
    baselineLines(broken).map(({ text }) => text),
    ['new: PSYNC-4/a: violates, the baseline expects nothing'],
  );
  t.deepEqual(
    baselineLines(heldTo(reportWith('conforms'), baseline)).map(({ text }) => text),
    ['new: 1 without a violation'],
  );
});

test('a should that is broken fails a run with a baseline only where it would without one', (t) => {
  const lax = sampleReport([{ rule: 'REPLCONF-3', name: 'a', outcome: VIOLATES }]);
  t.not(lax.checks[0]?.level, 'must');
  const baseline = { ...baselineOf(lax), outcomes: { 'REPLCONF-3/a': 'conforms' as const } };
  t.deepEqual(heldTo(lax, baseline).baseline?.changed, ['REPLCONF-3/a']);
  t.is(exitCodeOf(heldTo(lax, baseline)), 0);
});

test('what a baseline names and a run did not ask is counted', (t) => {
  const baseline = baselineOf(reportWith('conforms'));
  const report = heldTo(reportWith('conforms'), {
    ...baseline,
    outcomes: { ...baseline.outcomes, 'PSYNC-4/gone': 'conforms' },
  });
  t.is(report.baseline?.notAsked, 1);
  t.is(report.baseline && baselineSummary(report.baseline), '1 unchanged, 1 not asked');
});

test('long lists are cut, and what is left out is counted', (t) => {
  const many = Array.from({ length: 45 }, (_, index) => ({
    rule: MUST,
    name: `n${index}`,
    outcome: VIOLATES,
  }));
  const before = many.map((result) => ({ ...result, outcome: OUTCOMES.conforms }));
  const lines = baselineLines(heldTo(sampleReport(many), baselineOf(sampleReport(before))));
  t.is(lines.length, 31);
  t.is(lines.at(-1)?.text, 'worse: 15 more');
});

test('a file as it is written is a baseline again, and anything else is none', (t) => {
  const baseline = baselineOf(reportWith('violates'));
  t.deepEqual(baselineSchema.parse(JSON.parse(JSON.stringify(baseline))), baseline);
  for (const wrong of [
    {},
    [],
    null,
    { ...baseline, format: 'psyncspec-report-1' },
    { ...baseline, outcomes: { 'PSYNC-4/a': 'fine' } },
    { ...baseline, outcomes: [] },
    { ...baseline, extra: 1 },
  ]) {
    t.false(baselineSchema.safeParse(wrong).success, JSON.stringify(wrong));
  }
});

test('a check of which an object knows something by itself is new all the same', (t) => {
  const report = reportWith('violates');
  const [check] = report.checks;
  const odd = { ...report, checks: check === undefined ? [] : [{ ...check, check: 'toString' }] };
  t.deepEqual(heldTo(odd, baselineOf(reportWith('conforms'))).baseline?.fresh, ['toString']);
});

test('what a target has lost is a failure in JUnit and TAP, what was expected is none', (t) => {
  const lost = held('conforms', 'unsupported');
  t.regex(junitOf(lost), /failures="1" skipped="0"/);
  t.regex(junitOf(lost), /<failure message="unsupported: it has no backlog" type="unsupported">/);
  t.regex(tapOf(lost), /^not ok 1 - PSYNC-4\/a a claim \(unsupported: it has no backlog\)$/m);
  const expected = held('violates', 'violates');
  t.regex(junitOf(expected), /failures="0"/);
  t.regex(tapOf(expected), /^not ok 1 .* # TODO /m);
});

test('a job’s summary says how the run compares', (t) => {
  const text = markdownOf(held('conforms', 'violates'));
  t.regex(text, /^Against the baseline: 1 worse\.$/m);
  t.regex(text, /^- worse: PSYNC-4\/a: violates, expected conforms$/m);
});
