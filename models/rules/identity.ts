import {
  type BacklogWindow,
  nextAfter,
  type ProcessedOffset,
  REPLID_LENGTH,
  type ReplicationId,
  type ReplicationIds,
  type Role,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';
import { databaseAfter } from './stream.ts';

const live = observed('redis-server 7.0.15');

export const IDENTITY = family({
  'REPLID-1': {
    title: 'Form of a replication ID',
    level: 'must',
    requirement:
      'A replid MUST be 40 characters; servers draw 40 lowercase hexadecimal digits at random.',
    dialects: always,
    sources: [section('0.2'), code('changeReplicationId'), live],
  },
  'REPLID-2': {
    title: 'A first backlog begins a new history',
    level: 'must',
    requirement:
      'A master that creates its backlog for a first replica MUST draw a new replid and forget replid2, because what it wrote before was not counted.',
    dialects: since('redis-4'),
    sources: [section('2.2'), section('2.5'), code('syncCommand'), live],
  },
  'REPLID-3': {
    title: 'An expired backlog ends the history',
    level: 'must',
    requirement:
      'A master that frees its backlog after repl-backlog-ttl MUST draw a new replid, forget replid2 and keep its offset.',
    dialects: since('redis-4'),
    sources: [section('3.4'), code('replicationCron'), live],
  },
  'REPLID-4': {
    title: 'Serving replicas changes no ID',
    level: 'must',
    requirement:
      'A master that has a backlog MUST keep replid, replid2 and second_repl_offset when replicas attach, continue, resynchronize or leave.',
    dialects: since('redis-4'),
    sources: [section('2.4'), section('2.5'), live],
  },
  'REPLID-5': {
    title: 'A full resynchronization replaces the identity',
    level: 'must',
    requirement:
      'A replica that has loaded a full resynchronization MUST take its master’s replid and the offset of the snapshot, and forget replid2.',
    dialects: since('redis-4'),
    sources: [section('1.9'), section('2.5'), code('readSyncBulkPayload'), live],
  },
  'PROMO-1': {
    title: 'Promotion keeps the old ID as the second',
    level: 'must',
    requirement:
      'A replica that is promoted MUST keep the replid it had as replid2, so that its siblings can continue.',
    dialects: since('redis-4'),
    sources: [section('4.2'), code('shiftReplicationId'), live],
  },
  'PROMO-2': {
    title: 'Promotion bounds the old history',
    level: 'must',
    requirement:
      'A replica that is promoted MUST set second_repl_offset to its offset plus one: the first byte at which the two histories may differ.',
    dialects: since('redis-4'),
    sources: [section('4.2'), section('4.3'), code('shiftReplicationId'), live],
  },
  'PROMO-3': {
    title: 'Promotion draws a new ID',
    level: 'must',
    requirement:
      'A replica that is promoted MUST draw a new replid, because what it writes from now on is its own.',
    dialects: since('redis-4'),
    sources: [section('4.2'), code('shiftReplicationId'), live],
  },
  'PROMO-4': {
    title: 'Promotion keeps offset and backlog',
    level: 'must',
    requirement: 'A replica that is promoted MUST keep its offset and its backlog.',
    dialects: since('redis-4'),
    sources: [section('4.2'), code('replicationUnsetMaster'), live],
  },
  'PROMO-5': {
    title: 'Promotion drops the replicas',
    level: 'must',
    requirement:
      'A replica that is promoted MUST close the links of its own replicas, which then learn the new replid by reconnecting.',
    dialects: since('redis-4'),
    sources: [section('4.2'), code('replicationUnsetMaster'), live],
  },
  'PROMO-6': {
    title: 'Promoting a master changes nothing',
    level: 'must',
    requirement:
      'REPLICAOF NO ONE on a master MUST be answered +OK and change no ID and no offset.',
    dialects: always,
    sources: [section('4.2'), code('replicaofCommand'), live],
  },
  'ADOPT-1': {
    title: 'Adopting the new ID of a history',
    level: 'must',
    requirement:
      'A replica that is continued under another replid MUST take that replid and keep the old one as replid2, valid up to its offset plus one.',
    dialects: since('redis-4'),
    sources: [section('1.8'), code('slaveTryPartialResynchronization'), live],
  },
  'ADOPT-2': {
    title: 'A continuation without a new ID keeps the identity',
    level: 'must',
    requirement:
      'A replica that is continued without a replid, under one that is not 40 characters long, or under the one it has MUST keep its replid, replid2 and second_repl_offset.',
    dialects: since('redis-4'),
    sources: [section('1.8'), code('slaveTryPartialResynchronization'), live],
  },
  'ADOPT-3': {
    title: 'A new ID drops the sub-replicas',
    level: 'must',
    requirement:
      'A replica that adopts a new replid MUST close the links of its own replicas, which then learn that replid by reconnecting.',
    dialects: since('redis-4'),
    sources: [section('1.8'), code('slaveTryPartialResynchronization'), live],
  },
  'ADOPT-4': {
    title: 'A demoted master offers its own history',
    level: 'must',
    requirement:
      'A master that is told to follow another MUST ask it to continue its own replid from its own next byte.',
    dialects: since('redis-4'),
    sources: [section('1.11'), code('replicationCacheMasterUsingMyself'), live],
  },
});

/** An identity with no past: what a node has at boot and whenever its history starts anew. */
export const freshIds = (fresh: ReplicationId): ReplicationIds => ({
  replid: fresh,
  replid2: null,
  secondReplOffset: null,
});

/** REPLID-1. What a draw looks like; any 40 characters are taken from others. */
export const isDrawnReplid = (text: string): boolean =>
  text.length === REPLID_LENGTH && /^[0-9a-f]+$/.test(text);

/**
 * REPLID-2, REPLID-4. The identity under which a full resynchronization is served. Writes without a backlog are not
 * counted, so a node that had none gives out an ID that nobody has seen.
 */
export const idsForFullResync = (
  ids: ReplicationIds,
  backlog: BacklogWindow | null,
  fresh: ReplicationId,
): ReplicationIds => (backlog === null ? freshIds(fresh) : ids);

/** REPLID-3. Writes after the backlog is gone are not counted, so (replid, offset) would soon name two histories. */
export const idsAfterBacklogExpiry = (
  _forgotten: ReplicationIds,
  fresh: ReplicationId,
): ReplicationIds => freshIds(fresh);

/** REPLID-5. The identity after a full resynchronization with the master of `replid`. */
export const idsAfterFullResync = (
  _forgotten: ReplicationIds,
  replid: ReplicationId,
): ReplicationIds => freshIds(replid);

/**
 * PROMO-1 to PROMO-3. A node at offset 50 that becomes a master shares 50 bytes with its siblings; byte 51 is the
 * first that may differ, and a sibling that lacks just that byte may still be continued. Hence `nextAfter`.
 */
export const shiftReplicationId = (
  ids: ReplicationIds,
  offset: ProcessedOffset,
  fresh: ReplicationId,
): ReplicationIds => ({
  replid: fresh,
  replid2: ids.replid,
  secondReplOffset: nextAfter(offset),
});

/** What becomes of a replica that is told to be a master. */
export interface Promotion {
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  /** The database that the stream has selected. */
  readonly database: number;
  readonly keepsBacklog: boolean;
}

/** PROMO-6. */
export const isPromoted = (role: Role): boolean => role === 'slave';

/** PROMO-1 to PROMO-4, STREAM-7. */
export const promotion = (
  node: Pick<Promotion, 'ids' | 'offset' | 'database'>,
  fresh: ReplicationId,
): Promotion => ({
  ids: shiftReplicationId(node.ids, node.offset, fresh),
  offset: node.offset,
  database: databaseAfter('promotion', node.database),
  keepsBacklog: true,
});

/**
 * ADOPT-1, ADOPT-2. The identity after `+CONTINUE`, where `named` is the text behind the word, if any. Unlike a master
 * reading a request, a replica compares with case: its own ID in capitals is another ID.
 */
export const idsAfterContinue = (
  ids: ReplicationIds,
  offset: ProcessedOffset,
  named: string | null,
): ReplicationIds =>
  named === null || named.length !== REPLID_LENGTH || named === ids.replid
    ? ids
    : shiftReplicationId(ids, offset, named);

/** PROMO-5, ADOPT-3. A change of ID drops the attached replicas. */
export const dropsReplicas = (before: ReplicationIds, after: ReplicationIds): boolean =>
  before.replid !== after.replid;
