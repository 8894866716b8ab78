import type { Operation } from '../../properties/operations.ts';
import type { NodeView } from '../../properties/system.ts';

type Probe = Extract<Operation, { do: 'probe' }>;

/** A name that nobody ever draws. */
const UNKNOWN = 'f'.repeat(40);

/** What a probe asks a node for that shows itself like this. */
export const askedBy = (
  { claim, edge, by }: Probe,
  { replid, replid2, offset, window, secondReplOffset }: NodeView,
): readonly [replid: string, position: number] => {
  const next = offset + 1;
  const at = { first: window?.firstByte ?? next, next, second: secondReplOffset ?? next }[edge];
  const named = {
    replid,
    capitals: replid.toUpperCase(),
    replid2: replid2 ?? UNKNOWN,
    unknown: UNKNOWN,
    none: '?',
  }[claim];
  return [named, at + by];
};
