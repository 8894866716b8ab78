import { judgePsync, sameReplid } from '../../models/rules/partial-resync.ts';
import {
  type BacklogWindow,
  nextByte,
  type PsyncRequest,
  type ReplicationIds,
} from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

/** The decision as it is, but on a request, identity or window that is not quite the true one. */
const judging =
  (
    distort: (
      request: PsyncRequest,
      ids: ReplicationIds,
      window: BacklogWindow | null,
    ) => {
      readonly request?: PsyncRequest;
      readonly ids?: ReplicationIds;
      readonly window?: BacklogWindow | null;
    },
  ): typeof judgePsync =>
  (request, ids, window) => {
    const distorted = { request, ids, window, ...distort(request, ids, window) };
    const verdict = judgePsync(distorted.request, distorted.ids, distorted.window);
    return verdict.resync === 'partial' ? { ...verdict, from: request.nextByte } : verdict;
  };

const moved = (window: BacklogWindow | null, start: number, end: number): BacklogWindow | null =>
  window && {
    firstByte: nextByte(window.firstByte + start),
    histlen: Math.max(0, window.histlen - start + end),
  };

const bounded = (ids: ReplicationIds, by: number): ReplicationIds => ({
  ...ids,
  secondReplOffset: ids.secondReplOffset === null ? null : nextByte(ids.secondReplOffset + by),
});

/** The decision with every bound moved either way, and every part of it left out. */
export const ACCEPTANCE_MUTANTS: readonly Mutant[] = mutants(
  [
    'psync-ignores-replid',
    'PSYNC-1',
    'takes every replid for its own',
    { judgePsync: judging((request, ids) => ({ request: { ...request, replid: ids.replid } })) },
  ],
  [
    'psync-compares-prefix',
    'PSYNC-1',
    'compares the first 39 characters of a replid',
    {
      judgePsync: judging((request, ids) => ({
        request: sameReplid(request.replid.slice(0, 39), ids.replid.slice(0, 39))
          ? { ...request, replid: ids.replid }
          : request,
      })),
    },
  ],
  [
    'psync-second-one-past',
    'PSYNC-2',
    'honours replid2 one byte past second_repl_offset',
    { judgePsync: judging((_, ids) => ({ ids: bounded(ids, 1) })) },
  ],
  [
    'psync-second-unbounded',
    'PSYNC-2',
    'honours replid2 without a bound',
    {
      judgePsync: judging((_, ids) => ({
        ids: { ...ids, secondReplOffset: nextByte(Number.MAX_SAFE_INTEGER) },
      })),
    },
  ],
  [
    'psync-one-before',
    'PSYNC-3',
    'continues from one byte before the backlog',
    { judgePsync: judging((_, __, window) => ({ window: moved(window, -1, 0) })) },
  ],
  [
    'psync-no-lower-edge',
    'PSYNC-3',
    'continues from any byte before the backlog',
    {
      judgePsync: judging((request, _, window) => ({
        window: window && moved(window, Math.min(0, request.nextByte - window.firstByte), 0),
      })),
    },
  ],
  [
    'psync-one-beyond',
    'PSYNC-4',
    'continues from one byte beyond the next',
    { judgePsync: judging((_, __, window) => ({ window: moved(window, 0, 1) })) },
  ],
  [
    'psync-future-within-size',
    'PSYNC-4',
    'compares with the size of the backlog in place of the bytes it holds',
    { judgePsync: judging((_, __, window) => ({ window: moved(window, 0, 16384) })) },
    { bug: 'A01' },
  ],
  [
    'psync-always-partial',
    'PSYNC-4',
    'continues everybody',
    {
      judgePsync: (request) => ({
        resync: 'partial',
        from: request.nextByte,
        under: 'replid',
      }),
    },
  ],
  [
    'psync-first-byte-refused',
    'PSYNC-5',
    'does not continue from the first byte of the backlog',
    { judgePsync: judging((_, __, window) => ({ window: moved(window, 1, 0) })) },
  ],
  [
    'psync-next-byte-refused',
    'PSYNC-5',
    'does not continue a replica that lacks nothing',
    { judgePsync: judging((_, __, window) => ({ window: moved(window, 0, -1) })) },
  ],
  [
    'psync-always-full',
    'PSYNC-5',
    'continues nobody',
    { judgePsync: () => ({ resync: 'full', because: 'requested' }) },
  ],
  [
    'psync-second-ignored',
    'PSYNC-6',
    'forgets that it had another replid',
    { judgePsync: judging((_, ids) => ({ ids: { ...ids, replid2: null } })) },
  ],
  [
    'psync-second-one-short',
    'PSYNC-6',
    'honours replid2 up to the byte before second_repl_offset',
    { judgePsync: judging((_, ids) => ({ ids: bounded(ids, -1) })) },
  ],
  [
    'psync-case-matters',
    'PSYNC-7',
    'takes a replid in capitals for another',
    {
      judgePsync: (request, ids, window) =>
        request.replid === ids.replid || request.replid === ids.replid2
          ? judgePsync(request, ids, window)
          : judgePsync({ ...request, replid: '' }, ids, window),
    },
  ],
  [
    'psync-question-mark-continued',
    'PSYNC-8',
    'takes ? for its own replid',
    {
      judgePsync: judging((request, ids) => ({
        request: request.replid.startsWith('?') ? { ...request, replid: ids.replid } : request,
      })),
    },
  ],
  [
    'psync-without-backlog',
    'PSYNC-9',
    'continues without a backlog',
    {
      judgePsync: judging((request, _, window) => ({
        window: window ?? { firstByte: request.nextByte, histlen: 0 },
      })),
    },
  ],
);
