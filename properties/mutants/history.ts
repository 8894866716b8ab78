import { newWindow, windowAfterFeed, windowAfterResize } from '../../models/rules/backlog.ts';
import { cachedMasterOfOneself } from '../../models/rules/handshake.ts';
import {
  freshIds,
  idsAfterContinue,
  promotion,
  shiftReplicationId,
} from '../../models/rules/identity.ts';
import { databaseAfter, offsetAfterFeed, streamUnit } from '../../models/rules/stream.ts';
import {
  NO_DATABASE,
  nextByte,
  type ProcessedOffset,
  processedOffset,
  type ReplicationIds,
} from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

/** A promotion as it is, but for a last touch. */
const promoting =
  (
    touch: (after: ReturnType<typeof promotion>, before: ReplicationIds) => object,
  ): typeof promotion =>
  (node, fresh) => {
    const after = promotion(node, fresh);
    return { ...after, ...touch(after, node.ids) };
  };

const withBound = (ids: ReplicationIds, by: number): ReplicationIds => ({
  ...ids,
  secondReplOffset: ids.secondReplOffset === null ? null : nextByte(ids.secondReplOffset + by),
});

const shifted = (ids: ReplicationIds, offset: ProcessedOffset, named: string | null) =>
  named === null || named === ids.replid ? ids : shiftReplicationId(ids, offset, named);

/** What a node calls its history, how it counts it, and how much of it it keeps. */
export const HISTORY_MUTANTS: readonly Mutant[] = mutants(
  [
    'replid-in-capitals',
    'REPLID-1',
    'draws replids in capitals',
    { freshIds: (fresh) => freshIds(`F${fresh.slice(1)}`) },
  ],
  [
    'replid-kept-at-first-replica',
    'REPLID-2',
    'gives out the replid under which it wrote uncounted',
    { idsForFullResync: (ids) => ids },
  ],
  [
    'replid-kept-at-expiry',
    'REPLID-3',
    'keeps its replid when it frees its backlog',
    { idsAfterBacklogExpiry: (ids) => ids },
    { bug: 'A25' },
  ],
  [
    'replid-drawn-for-every-replica',
    'REPLID-4',
    'draws a new replid for every full resynchronization',
    { idsForFullResync: (_, __, fresh) => freshIds(fresh) },
  ],
  [
    'replid2-kept-after-full',
    'REPLID-5',
    'keeps replid2 after a full resynchronization',
    { idsAfterFullResync: (ids, replid) => ({ ...ids, replid }) },
  ],
  [
    'promotion-forgets-old-replid',
    'PROMO-1',
    'forgets its old replid when it is promoted',
    { promotion: promoting(({ ids }) => ({ ids: freshIds(ids.replid) })) },
  ],
  [
    'promotion-bound-one-less',
    'PROMO-2',
    'sets second_repl_offset to its offset when it is promoted',
    { promotion: promoting(({ ids }) => ({ ids: withBound(ids, -1) })) },
  ],
  [
    'promotion-bound-one-more',
    'PROMO-2',
    'sets second_repl_offset to its offset plus two when it is promoted',
    { promotion: promoting(({ ids }) => ({ ids: withBound(ids, 1) })) },
  ],
  [
    'promotion-keeps-replid',
    'PROMO-3',
    'keeps its replid when it is promoted',
    { promotion: promoting(({ ids }, before) => ({ ids: { ...ids, replid: before.replid } })) },
  ],
  [
    'promotion-zeroes-offset',
    'PROMO-4',
    'begins to count anew when it is promoted',
    { promotion: promoting(() => ({ offset: processedOffset(0) })) },
    { bug: 'A10' },
  ],
  [
    'promotion-frees-backlog',
    'PROMO-4',
    'frees its backlog when it is promoted',
    { promotion: promoting(() => ({ keepsBacklog: false })) },
  ],
  [
    'promotion-keeps-links',
    'PROMO-5',
    'keeps the links of its replicas when it is promoted',
    { dropsReplicas: () => false },
  ],
  [
    'promotion-of-a-master',
    'PROMO-6',
    'draws a new replid when a master is told REPLICAOF NO ONE',
    { isPromoted: () => true },
  ],
  [
    'adoption-ignored',
    'ADOPT-1',
    'keeps its replid whatever +CONTINUE names',
    { idsAfterContinue: (ids) => ids },
  ],
  [
    'adoption-bound-one-less',
    'ADOPT-1',
    'sets second_repl_offset to its offset when it adopts a replid',
    {
      idsAfterContinue: (ids, offset, named) => {
        const after = idsAfterContinue(ids, offset, named);
        return after === ids ? ids : withBound(after, -1);
      },
    },
  ],
  [
    'adoption-of-any-length',
    'ADOPT-2',
    'adopts a replid of any length',
    { idsAfterContinue: shifted },
  ],
  [
    'adoption-keeps-links',
    'ADOPT-3',
    'keeps the links of its replicas when it adopts a replid',
    { dropsReplicas: () => false },
  ],
  [
    'demotion-asks-one-late',
    'ADOPT-4',
    'asks for the byte behind its next one when it is demoted',
    {
      cachedMasterOfOneself: (replid, offset) =>
        cachedMasterOfOneself(replid, processedOffset(offset + 1)),
    },
  ],
  [
    'backlog-begins-early',
    'BACKLOG-1',
    'begins a backlog at its offset in place of the next byte',
    {
      newWindow: (offset) => ({ ...newWindow(offset), firstByte: nextByte(offset) }),
    },
  ],
  [
    'backlog-ends-early',
    'BACKLOG-2',
    'counts one byte less in its backlog',
    {
      windowAfterFeed: (window, bytes, capacity) =>
        windowAfterFeed(window, Math.max(0, bytes - 1), capacity),
    },
  ],
  [
    'backlog-of-half-size',
    'BACKLOG-3',
    'keeps half as many bytes as it is told',
    {
      windowAfterFeed: (window, bytes, capacity) =>
        windowAfterFeed(window, bytes, Math.floor(capacity / 2)),
    },
  ],
  [
    'backlog-emptied-by-growing',
    'BACKLOG-4',
    'drops its backlog when it grows',
    {
      windowAfterResize: (window, capacity) => windowAfterResize(window, capacity, 'redis-6.2'),
    },
  ],
  [
    'backlog-of-any-size',
    'BACKLOG-5',
    'takes a backlog of one byte',
    { backlogCapacity: (configured) => configured },
  ],
  [
    'backlog-never-expires',
    'BACKLOG-6',
    'never frees its backlog',
    { backlogExpired: () => false },
  ],
  [
    'backlog-expires-at-once',
    'BACKLOG-6',
    'frees its backlog as soon as the last replica has left',
    {
      backlogExpired: (idle) =>
        idle.role === 'master' && idle.replicas === 0 && idle.ttlSeconds > 0,
    },
  ],
  [
    'stream-counts-one-more',
    'STREAM-1',
    'counts a byte more than it adds to the stream',
    {
      offsetAfterFeed: (offset, bytes, backlog) =>
        offsetAfterFeed(offset, backlog === null ? bytes : bytes + 1, backlog),
    },
  ],
  ['stream-never-selects', 'STREAM-2', 'never writes a SELECT', { needsSelect: () => false }],
  [
    'stream-always-selects',
    'STREAM-3',
    'writes a SELECT before every command',
    { needsSelect: () => true },
  ],
  [
    'stream-selects-after-continue',
    'STREAM-5',
    'says its database again after it continued a replica',
    {
      databaseAfter: (event, selected) =>
        event === 'continue' ? NO_DATABASE : databaseAfter(event, selected),
    },
  ],
  [
    'stream-loses-exec',
    'STREAM-6',
    'leaves out the EXEC of a transaction',
    {
      streamUnit: (effects) => {
        const unit = streamUnit(effects);
        return unit.length > effects.length ? unit.slice(0, -1) : unit;
      },
    },
    { bug: 'A18' },
  ],
  [
    'stream-loses-multi',
    'STREAM-6',
    'writes the commands of a transaction one by one',
    { streamUnit: (effects) => effects },
  ],
  [
    'stream-silent-database-after-promotion',
    'STREAM-7',
    'does not say its database again after its promotion',
    {
      promotion: (node, fresh) => ({ ...promotion(node, fresh), database: node.database }),
    },
  ],
  ['stream-never-pings', 'STREAM-8', 'never writes a PING', { pingDue: () => false }],
  [
    'stream-counts-without-backlog',
    'STREAM-9',
    'counts what it writes without a backlog',
    { offsetAfterFeed: (offset, bytes) => processedOffset(offset + bytes) },
  ],
);
