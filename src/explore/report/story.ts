import type { FlatState } from '../interpret/evaluate.ts';
import { instanceName } from '../interpret/interpreter.ts';
import type { Trace } from '../search/trace.ts';

/** Says a state in lines that stay alike as long as what they tell of does: one for each node, for example. */
export type Teller = (state: FlatState) => readonly string[];

const numbered = (number: number, width: number): string => `${String(number).padStart(width)}. `;

/** One step: what happened, and each line that changed, as it was and as it is. */
const tellStep = (
  before: readonly string[],
  after: readonly string[],
  indent: string,
): string[] => {
  const changed = after.flatMap((line, place) =>
    line === before[place] ? [] : [`${indent}before  ${before[place]}`, `${indent}after   ${line}`],
  );
  return changed.length === 0 ? [`${indent}nothing changes`] : changed;
};

/** A run as a numbered story, the whole state at its beginning and end and the changes between. */
export const tellStory = (trace: Trace, tell: Teller): string[] => {
  const width = String(trace.steps.length).length;
  const indent = ' '.repeat(width + 2);
  const lines = ['start', ...tell(trace.initial).map((line) => `${indent}${line}`)];
  let before = tell(trace.initial);
  for (const [place, { instance, state }] of trace.steps.entries()) {
    const after = tell(state);
    lines.push(`${numbered(place + 1, width)}${instanceName(instance)}`);
    lines.push(...tellStep(before, after, indent));
    before = after;
  }
  if (trace.steps.length === 0) return lines;
  return [...lines, 'end', ...before.map((line) => `${indent}${line}`)];
};
