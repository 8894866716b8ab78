import { writeOperation } from './notation.ts';
import { named, shortened } from './run-property.ts';
import type { NodeView, Resync, Step, Trace } from './system.ts';

const windowOf = ({ window }: NodeView): string =>
  window === null
    ? 'no backlog'
    : `backlog [${window.firstByte}, ${window.firstByte + window.histlen})`;

/** What changed at a node, or null where nothing did. */
const change = (node: number, past: NodeView | undefined, view: NodeView): string | null => {
  const master =
    view.master === null ? '' : ` of node ${view.master}${view.linkUp ? '' : ', link down'}`;
  const second =
    view.replid2 === null ? '' : `, until ${view.secondReplOffset} also ${shortened(view.replid2)}`;
  const data = view.data.filter((text) => text !== '').join(' | ');
  const shown = `node ${node}  ${view.role === 'master' ? 'master' : 'replica'}${master}  ${named(view)}${second}, ${windowOf(view)}${data === '' ? '' : `, has ${data}`}`;
  return past !== undefined && sameShown(past, view) ? null : shown;
};

const sameShown = (one: NodeView, other: NodeView): boolean =>
  one.role === other.role &&
  one.replid === other.replid &&
  one.replid2 === other.replid2 &&
  one.offset === other.offset &&
  one.master === other.master &&
  one.linkUp === other.linkUp &&
  one.window?.firstByte === other.window?.firstByte &&
  one.data.every((text, index) => text === other.data[index]);

const answerLine = ({ replica, master, asked, line }: Resync): string =>
  `${replica === null ? 'a probe' : `node ${replica}`} → node ${master}  PSYNC ${shortened(asked.replid)} ${asked.nextByte}  ⇒  ${line.replace(/[0-9a-f]{40}/gi, shortened)}`;

/** More would only repeat itself. */
const ANSWERS_SHOWN = 4;

const linesOf = (step: Step, past: readonly NodeView[], number: number): string[] => {
  const { outcome, operation, resyncs, nodes } = step;
  const reply =
    outcome.outcome === 'done' && outcome.reply !== null
      ? `  ${outcome.reply
          .replaceAll('\r\n', ' ')
          .trim()
          .replace(/[0-9a-f]{40}/gi, shortened)
          .slice(0, 60)}`
      : outcome.outcome === 'done'
        ? ''
        : `  (${outcome.outcome})`;
  const answers = resyncs.slice(0, ANSWERS_SHOWN).map((each) => `     ${answerLine(each)}`);
  const more = resyncs.length - answers.length;
  const changes = nodes.flatMap((view, node) => change(node, past[node], view) ?? []);
  return [
    `${String(number).padStart(3)}. ${writeOperation(operation)}${reply}`,
    ...answers,
    ...(more > 0 ? [`     and ${more} more requests like these`] : []),
    ...changes.map((each) => `     ${each}`),
  ];
};

/** A run as numbered lines: what was done, who asked whom for what, and how each node stands after it. */
export const storyOf = ({ begin, steps }: Trace, last = steps.length - 1): readonly string[] => {
  let past = begin;
  return steps.slice(0, last + 1).flatMap((step, index) => {
    const lines = linesOf(step, past, index + 1);
    past = step.nodes;
    return lines;
  });
};
