import { atLeast, type Dialect, type Exclusion, type SnapshotTarget } from '../vocabulary/index.ts';
import {
  type PendingSnapshot,
  type SnapshotWish,
  sameExclusions,
  snapshotDue,
} from './full-resync.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const SNAPSHOT_SCHEDULE = family({
  'FULL-15': {
    title: 'A diskless snapshot waits for company',
    level: 'observed',
    requirement:
      'With repl-diskless-sync a master begins a snapshot once a waiting replica has been silent for repl-diskless-sync-delay seconds or repl-diskless-sync-max-replicas wait, and otherwise at once.',
    dialects: always,
    sources: [section('2.6'), code('shouldStartChildReplication'), live],
  },
  'FULL-16': {
    title: 'One snapshot for those who want the same',
    level: 'observed',
    requirement:
      'A master begins a snapshot for all waiting replicas that leave out the same as the first of them, and for no others.',
    dialects: since('redis-7'),
    sources: [section('2.6'), code('startBgsaveForReplication'), live],
  },
  'FULL-17': {
    title: 'A snapshot that nobody waits for is given up',
    level: 'observed',
    requirement:
      'A master gives up a snapshot when the last replica that waits for it leaves, unless it goes to disk and save points are configured.',
    dialects: since('redis-6.2'),
    sources: [section('2.6'), section('2.12'), code('freeClient', 'networking.c'), live],
  },
});

/** FULL-16. Those of the waiting that share a snapshot with the first of them. */
export const snapshotGroup = <Waiting extends { readonly exclusions: readonly Exclusion[] }>(
  first: SnapshotWish,
  waiting: readonly Waiting[],
  dialect: Dialect,
): readonly Waiting[] =>
  waiting.filter(
    ({ exclusions }) =>
      !atLeast(dialect, 'redis-7') || sameExclusions(exclusions, first.exclusions),
  );

/** FULL-15. The same question when a snapshot has just ended: up to 6.0 nobody waited any longer then. */
export const snapshotDueAfterSave = (pending: PendingSnapshot, dialect: Dialect): boolean =>
  atLeast(dialect, 'redis-6.2') ? snapshotDue(pending, dialect) : pending.waiting > 0;

/** FULL-17. Whether a snapshot goes on after a replica has left. */
export const snapshotGivenUp = (
  underway: {
    readonly target: SnapshotTarget;
    readonly receivers: number;
    readonly savePoints: boolean;
  },
  dialect: Dialect,
): boolean => {
  if (underway.receivers > 0) return false;
  if (underway.target === 'socket') return atLeast(dialect, 'redis-6.0');
  return !underway.savePoints && atLeast(dialect, 'redis-6.2');
};
