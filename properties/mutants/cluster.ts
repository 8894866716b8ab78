import { caughtUp, failoverOverdue, judgeFailover } from '../../models/rules/failover.ts';
import { freshIds, shiftReplicationId } from '../../models/rules/identity.ts';
import { beginning } from '../../models/rules/restart.ts';
import { nextByte, processedOffset } from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

/** A beginning as it is, but for a last touch on what was saved. */
const beginningWith =
  (touch: (after: ReturnType<typeof beginning>) => object): typeof beginning =>
  (saved, node, drawn) => {
    const after = beginning(saved, node, drawn);
    return saved === null ? after : { ...after, ...touch(after) };
  };

const boundMoved = (after: ReturnType<typeof beginning>, by: number) => ({
  ids:
    after.ids.secondReplOffset === null
      ? after.ids
      : { ...after.ids, secondReplOffset: nextByte(after.ids.secondReplOffset + by) },
});

/** Faults that take a restart or two nodes that hand over, which no check of a single server shows. */
export const CLUSTER_MUTANTS: readonly Mutant[] = mutants(
  [
    'restart-names-nothing',
    'RESTART-1',
    'saves no name for its history',
    { historyToSave: () => null },
    { bug: 'A23' },
  ],
  [
    'restart-forgets-history',
    'RESTART-2',
    'begins anew whatever it had saved',
    { beginning: (_, node, drawn) => beginning(null, node, drawn) },
    { bug: 'A30' },
  ],
  [
    'restart-takes-name-for-its-own',
    'RESTART-3',
    'produces as a master under the replid that it had saved',
    {
      beginning: (saved, node, drawn) => {
        const after = beginning(saved, node, drawn);
        return saved === null ? after : { ...after, ids: freshIds(saved.replid) };
      },
    },
    { bug: 'A20' },
  ],
  [
    'restart-bound-one-more',
    'RESTART-3',
    'honours its saved replid one byte too far after a restart',
    { beginning: beginningWith((after) => boundMoved(after, 1)) },
  ],
  [
    'restart-bound-one-less',
    'RESTART-3',
    'honours its saved replid one byte less than it could after a restart',
    { beginning: beginningWith((after) => boundMoved(after, -1)) },
  ],
  [
    'restart-without-backlog',
    'RESTART-3',
    'keeps no backlog when it is started again as a master',
    { beginning: beginningWith(() => ({ hasBacklog: false })) },
    { bug: 'A19' },
  ],
  [
    'restart-from-zero',
    'RESTART-3',
    'counts from 0 again after a restart',
    { beginning: beginningWith(() => ({ offset: processedOffset(0) })) },
  ],
  [
    'failover-to-who-lags',
    'FAILOVER-2',
    'hands over to a replica that lacks writes',
    { caughtUp: (target, candidates) => caughtUp(target, candidates, lowest(candidates)) },
    { bug: 'B55' },
  ],
  [
    'failover-never-ready',
    'FAILOVER-2',
    'waits for a replica that has acknowledged more than there is',
    {
      caughtUp: (target, candidates, offset) =>
        caughtUp(target, candidates, processedOffset(offset + 1)),
    },
    { bug: 'B46' },
  ],
  [
    'failover-without-end',
    'FAILOVER-3',
    'never gives a failover up',
    { failoverOverdue: (now) => failoverOverdue(now, null), caughtUp: () => null },
  ],
  [
    'failover-to-anybody',
    'FAILOVER-1',
    'hands over to a node that is not its replica',
    {
      judgeFailover: (wish, node) =>
        node.state === 'none' && node.role === 'master' ? null : judgeFailover(wish, node),
      caughtUp: (target, candidates, offset) =>
        caughtUp(target, candidates, offset) ??
        (target && { ...target, state: 'online', acknowledged: offset }),
    },
  ],
  [
    'identity-open-at-first',
    'REPLID-4',
    'begins with a second replid of zeros that is good for any offset',
    {
      freshIds: (fresh) => ({
        replid: fresh,
        replid2: '0'.repeat(40),
        secondReplOffset: nextByte(Number.MAX_SAFE_INTEGER),
      }),
    },
    { bug: 'A11' },
  ],
  [
    'adoption-bound-one-more',
    'ADOPT-1',
    'sets second_repl_offset to its offset plus two when it adopts a replid',
    {
      idsAfterContinue: (ids, offset, named) =>
        named === null || named === ids.replid
          ? ids
          : shiftReplicationId(ids, processedOffset(offset + 1), named),
    },
  ],
  [
    'expiry-keeps-second-name',
    'REPLID-3',
    'draws a new replid when its backlog expires and keeps the old one as replid2',
    {
      idsAfterBacklogExpiry: (ids, fresh) => ({
        replid: fresh,
        replid2: ids.replid,
        secondReplOffset: nextByte(Number.MAX_SAFE_INTEGER),
      }),
    },
  ],
);

/** What the replica that lags most has acknowledged. */
const lowest = (candidates: Parameters<typeof caughtUp>[1]) =>
  processedOffset(Math.min(...candidates.map(({ acknowledged }) => acknowledged)));
