import type { Failure } from '../../properties/campaign.ts';
import { writeToken } from '../../properties/notation.ts';
import type { Finding } from '../../properties/run.ts';
import { storyOf } from '../../properties/story.ts';
import type { Trace } from '../../properties/system.ts';
import type { Paint } from '../conformance/report/human.ts';

const sentenceOf = ({ property, why }: Pick<Finding, 'property' | 'why'>, paint: Paint): string =>
  `${paint.bad('✗')} ${paint.bold(property.id)}  ${paint.dim(property.rules.join(', '))}\n  ${property.sentence}\n  ${paint.bad(why)}\n`;

/** A failure as a paragraph: the sentence, why it does not hold, the smallest run that shows it, and how to see it again. */
export const tellFailure = (
  failure: Failure,
  trace: Trace,
  {
    again,
    saved,
    paint,
  }: { readonly again: string; readonly saved: string; readonly paint: Paint },
): string => {
  const count = failure.smallest.operations.length;
  const flake = failure.repeats
    ? ''
    : `  ${paint.doubtful('It did not show again with the same case: a flake, or chance of the system’s own.')}\n`;
  const lines = storyOf(trace, Math.max(failure.step, count - 1)).map((line) => `  ${line}\n`);
  return (
    `${sentenceOf(failure, paint)}${flake}\n${lines.join('')}\n` +
    `  again  ${again} --replay ${writeToken(failure.smallest)}\n  saved  ${saved}\n\n`
  );
};

/** One replayed run, and what was found in it. */
export const tellFindings = (trace: Trace, findings: readonly Finding[], paint: Paint): string => {
  const story = storyOf(trace).join('\n');
  const found = findings.map(
    (finding) => `after ${finding.step + 1}: ${sentenceOf(finding, paint)}`,
  );
  return `${story}\n\n${found.length === 0 ? 'everything holds\n' : found.join('')}`;
};

/** How often a run came across what it must. */
export const reachTable = (
  reached: ReadonlyMap<string, number>,
  labels: readonly string[],
): string =>
  [
    'reached, in how many runs',
    ...labels.map((label) => `${String(reached.get(label) ?? 0).padStart(8)}  ${label}`),
  ].join('\n');
