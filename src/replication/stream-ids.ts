import type { StreamId } from '../../models/vocabulary/index.ts';

/** A stream ID as two numbers of 64 bits. */
type Parts = readonly [milliseconds: bigint, sequence: bigint];

const MOST = 2n ** 64n - 1n;

/** Reads `ms-seq` or `ms`, which stands for `ms-<sequence>`; null where it is neither. */
export const parseStreamId = (word: string, sequence: bigint): Parts | null => {
  const parts = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(word);
  if (parts?.[1] === undefined) return null;
  const id: Parts = [BigInt(parts[1]), parts[2] === undefined ? sequence : BigInt(parts[2])];
  return id[0] > MOST || id[1] > MOST ? null : id;
};

export const FIRST_SEQUENCE = 0n;
export const LAST_SEQUENCE = MOST;

export const showStreamId = ([milliseconds, sequence]: Parts): StreamId =>
  `${milliseconds}-${sequence}`;

/** Below 0 where `one` comes before `other`, 0 where they are the same. */
export const compareStreamIds = (one: StreamId, other: StreamId): number => {
  const [a, b] = [partsOf(one), partsOf(other)];
  const [left, right] = a[0] === b[0] ? [a[1], b[1]] : [a[0], b[0]];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** The ID that XADD gives for `*` at a time, behind the last one. */
export const nextStreamId = (last: StreamId, now: number): StreamId => {
  const [milliseconds, sequence] = partsOf(last);
  const time = BigInt(now);
  return time > milliseconds
    ? showStreamId([time, 0n])
    : showStreamId([milliseconds, sequence + 1n]);
};

/** The ID that XADD gives for `ms-*`; null where all of that millisecond are behind the last one. */
export const nextWithin = (last: StreamId, milliseconds: bigint): StreamId | null => {
  const [lastMilliseconds, sequence] = partsOf(last);
  if (milliseconds < lastMilliseconds) return null;
  return showStreamId([milliseconds, milliseconds === lastMilliseconds ? sequence + 1n : 0n]);
};

const partsOf = (id: StreamId): Parts => parseStreamId(id, 0n) ?? [0n, 0n];
