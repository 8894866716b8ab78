import {
  atLeast,
  type Capability,
  type Dialect,
  type Exclusion,
  type ProcessedOffset,
  type ReplicationId,
  type SnapshotTarget,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';
import { databaseAfter } from './stream.ts';

const live = observed('redis-server 7.0.15');

export const FULL_RESYNC = family({
  'FULL-1': {
    title: 'A full resynchronization names history and offset',
    level: 'must',
    requirement:
      'A master MUST announce a full resynchronization with "+FULLRESYNC <replid> <offset>", in which the offset is the one of the snapshot.',
    dialects: always,
    sources: [section('2.6'), section('2.7'), code('replicationSetupSlaveForFullResync'), live],
  },
  'FULL-2': {
    title: 'SYNC has no status line',
    level: 'must',
    requirement: 'A master MUST answer SYNC with the snapshot alone, without a status line.',
    dialects: always,
    sources: [section('2.7'), code('replicationSetupSlaveForFullResync'), live],
  },
  'FULL-3': {
    title: 'An end mark only for those who know it',
    level: 'must',
    requirement:
      'A master MUST send a snapshot as "$<length>" and its bytes to a replica that did not announce capa eof.',
    dialects: always,
    sources: [section('2.6'), section('2.7'), code('startBgsaveForReplication'), live],
  },
  'FULL-4': {
    title: 'A diskless snapshot ends with its mark',
    level: 'must',
    requirement:
      'A master that sends a snapshot as "$EOF:<mark>" MUST send the same 40 bytes right after its last byte and nothing behind them.',
    dialects: always,
    sources: [section('2.7'), code('rdbSaveRioWithEOFMark', 'rdb.c'), live],
  },
  'FULL-5': {
    title: 'The stream goes on where the snapshot ends',
    level: 'must',
    requirement:
      'The first byte of the stream after a snapshot MUST be the one right after the offset in +FULLRESYNC, and every later byte MUST follow without gap or repetition.',
    dialects: always,
    sources: [section('2.7'), section('7.1'), live],
  },
  'FULL-6': {
    title: 'A snapshot makes the stream say its database again',
    level: 'must',
    requirement:
      'The first command that a master writes after it set up a full resynchronization MUST be preceded by a SELECT, for all of its replicas.',
    dialects: always,
    sources: [section('2.7'), section('3.5'), code('replicationSetupSlaveForFullResync'), live],
  },
  'FULL-7': {
    title: 'No stream before the first acknowledgement',
    level: 'must',
    requirement:
      'After a snapshot with an end mark a master MUST NOT send a byte of the stream before the replica’s first REPLCONF ACK, because it would hide the mark.',
    dialects: always,
    sources: [section('2.8'), code('replicaPutOnline'), live],
  },
  'FULL-8': {
    title: 'A snapshot with a length needs no acknowledgement',
    level: 'must',
    requirement:
      'After the last byte of a snapshot with a length a master MUST go on with the stream without waiting for an acknowledgement.',
    dialects: always,
    sources: [section('2.7'), code('sendBulkToSlave'), live],
  },
  'FULL-9': {
    title: 'One snapshot, one offset',
    level: 'must',
    requirement:
      'A replica that joins a snapshot under way MUST be told the replid and offset of that snapshot and get every byte of the stream since.',
    dialects: always,
    sources: [section('2.6'), code('syncCommand'), live],
  },
  'FULL-10': {
    title: 'Who may join a snapshot',
    level: 'must',
    requirement:
      'A master MUST NOT let a replica join a snapshot whose first replica announced a capability that the newcomer lacks.',
    dialects: always,
    sources: [section('2.6'), code('syncCommand'), live],
  },
  'FULL-11': {
    title: 'The snapshot is the data at its offset',
    level: 'must',
    requirement:
      'A snapshot MUST be a well-formed RDB with every write up to the offset in +FULLRESYNC and none after it.',
    dialects: always,
    sources: [section('7.1'), live],
  },
  'FULL-12': {
    title: 'A snapshot alone closes the link',
    level: 'must',
    requirement:
      'A master MUST close the link of a replica that asked for rdb-only after the last byte of the snapshot.',
    dialects: since('redis-7'),
    sources: [section('2.7'), code('updateSlavesWaitingBgsave'), live],
  },
  'FULL-13': {
    title: 'A filtered snapshot has an end mark',
    level: 'must',
    requirement:
      'A master MUST send a snapshot with an end mark to a replica that set rdb-filter-only, whatever repl-diskless-sync says.',
    dialects: since('redis-7'),
    sources: [section('2.6'), code('startBgsaveForReplication'), live],
  },
  'FULL-14': {
    title: 'An older snapshot for a replica of unknown version',
    level: 'observed',
    requirement:
      'A Valkey 9 master sends a replica with capa eof that did not announce version 9 or later a snapshot in the older RDB form, with an end mark, whatever repl-diskless-sync says.',
    dialects: ['valkey-9'],
    sources: [observed('valkey-server 9.1.2')],
  },
});

/** FULL-1, FULL-2. The line before a snapshot; null for a replica that sent SYNC. */
export const fullResyncLine = (
  replid: ReplicationId,
  offset: ProcessedOffset,
  sentSync: boolean,
): string | null => (sentSync ? null : `+FULLRESYNC ${replid} ${offset}`);

/** What a replica asked for, as far as it decides which snapshot it gets. */
export interface SnapshotWish {
  readonly capabilities: readonly Capability[];
  readonly exclusions: readonly Exclusion[];
  readonly rdbOnly: boolean;
  /** Announced with `REPLCONF version`; null where nothing was, as by every Redis. */
  readonly version: string | null;
}

/** FULL-14. Whether the snapshot on disk would be of a form that this replica may not know. */
const needsOlderForm = ({ version }: SnapshotWish, dialect: Dialect): boolean =>
  atLeast(dialect, 'valkey-9') && Number(version?.split('.')[0] ?? 0) < 9;

/** FULL-3, FULL-13, FULL-14. Where a snapshot for these replicas goes. All of them have the same exclusions. */
export const snapshotTarget = (
  disklessSync: boolean,
  wishes: readonly SnapshotWish[],
  dialect: Dialect,
): SnapshotTarget => {
  const wanted =
    disklessSync ||
    wishes.some((wish) => wish.exclusions.length > 0 || needsOlderForm(wish, dialect));
  return wanted && wishes.every((wish) => wish.capabilities.includes('eof')) ? 'socket' : 'disk';
};

/** A snapshot's bytes on the wire, by what is known when it starts: its length in bytes, or the mark that will end it. */
export type SnapshotOnWire =
  | { readonly target: 'disk'; readonly length: number }
  | { readonly target: 'socket'; readonly mark: string };

/** What stands around a snapshot: a line before it, and bytes right behind it. */
export interface SnapshotFrame {
  readonly header: string;
  readonly trailer: string;
}

/** FULL-3, FULL-4. */
export const snapshotFrame = (snapshot: SnapshotOnWire): SnapshotFrame =>
  snapshot.target === 'disk'
    ? { header: `$${snapshot.length}`, trailer: '' }
    : { header: `$EOF:${snapshot.mark}`, trailer: snapshot.mark };

/** What a full resynchronization starts from. */
export interface FullResyncSetUp {
  /** Goes into `+FULLRESYNC`; the stream for the replica begins right after it. */
  readonly offset: ProcessedOffset;
  /** The database that the stream has selected from now on. */
  readonly database: number;
}

/** FULL-1, FULL-5, FULL-6. At the moment a snapshot starts, for a master at `offset` whose stream selected `database`. */
export const setUpFullResync = (offset: ProcessedOffset, database: number): FullResyncSetUp => ({
  offset,
  database: databaseAfter('full-resync', database),
});

/** FULL-9. The offset that a replica is told which joins a snapshot when the master has gone on. */
export const joinedOffset = (offsets: {
  readonly ofSnapshot: ProcessedOffset;
  readonly ofMaster: ProcessedOffset;
}): ProcessedOffset => offsets.ofSnapshot;

/** Whether two replicas leave the same out of their snapshots; only such replicas share one. */
export const sameExclusions = (one: readonly Exclusion[], other: readonly Exclusion[]): boolean =>
  one.length === other.length && one.every((exclusion) => other.includes(exclusion));

/** FULL-10. Whether `joiner` may share a disk snapshot that is being made for `first`, its first replica. */
export const mayShareSnapshot = (
  joiner: SnapshotWish,
  first: SnapshotWish,
  dialect: Dialect,
): boolean =>
  first.capabilities.every((capability) => joiner.capabilities.includes(capability)) &&
  (!atLeast(dialect, 'redis-7') || sameExclusions(joiner.exclusions, first.exclusions)) &&
  (!first.rdbOnly || joiner.rdbOnly || !atLeast(dialect, 'redis-6.2'));

/** What follows the last byte of a snapshot. */
export type AfterSnapshot = 'stream' | 'await-ack' | 'close';

/** FULL-7, FULL-8, FULL-12. */
export const afterSnapshot = (
  target: SnapshotTarget,
  rdbOnly: boolean,
  dialect: Dialect,
): AfterSnapshot => {
  if (rdbOnly && (target === 'disk' || atLeast(dialect, 'redis-7'))) return 'close';
  return target === 'disk' ? 'stream' : 'await-ack';
};

/** FULL-12. Redis 6.2 keeps the link of a replica that wants the snapshot alone until it acknowledges that. */
export const afterFirstAck = (rdbOnly: boolean): 'stream' | 'close' =>
  rdbOnly ? 'close' : 'stream';

/** What decides when the next snapshot starts. Times in seconds. */
export interface PendingSnapshot {
  readonly childActive: boolean;
  readonly disklessSync: boolean;
  readonly delaySeconds: number;
  readonly maxReplicas: number;
  readonly waiting: number;
  readonly longestSilence: number;
}

/**
 * Whether the replication cron starts a snapshot for those who wait. A waiting replica that keeps talking is never
 * silent, so it can postpone a diskless snapshot for ever.
 */
export const snapshotDue = (pending: PendingSnapshot, dialect: Dialect): boolean => {
  if (pending.childActive || pending.waiting === 0) return false;
  if (!pending.disklessSync) return true;
  if (
    atLeast(dialect, 'redis-7') &&
    pending.maxReplicas > 0 &&
    pending.waiting >= pending.maxReplicas
  ) {
    return true;
  }
  return atLeast(dialect, 'redis-6.2')
    ? pending.longestSilence >= pending.delaySeconds
    : pending.longestSilence > pending.delaySeconds;
};

/** Whether a replica that has just come with no snapshot under way gets one at once, or waits for the cron. */
export const snapshotAtOnce = (
  newcomer: SnapshotWish,
  settings: { readonly disklessSync: boolean; readonly delaySeconds: number },
  childActive: boolean,
  dialect: Dialect,
): boolean => {
  if (childActive) return false;
  const gathers = settings.disklessSync && newcomer.capabilities.includes('eof');
  return !gathers || (settings.delaySeconds === 0 && atLeast(dialect, 'redis-6.2'));
};
