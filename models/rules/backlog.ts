import {
  atLeast,
  type BacklogWindow,
  type Dialect,
  nextAfter,
  nextByte,
  offsetBefore,
  type ProcessedOffset,
  type Role,
  windowEnd,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const BACKLOG = family({
  'BACKLOG-1': {
    title: 'A backlog begins empty',
    level: 'must',
    requirement: 'A new backlog MUST be empty and begin at the next byte of the stream.',
    dialects: always,
    sources: [section('3.4'), code('createReplicationBacklog'), live],
  },
  'BACKLOG-2': {
    title: 'The window ends at the offset',
    level: 'must',
    requirement:
      'The backlog MUST hold the last bytes of the stream without a gap: first byte plus length equals offset plus one.',
    dialects: always,
    sources: [section('3.2'), section('3.3'), code('feedReplicationBuffer'), live],
  },
  'BACKLOG-3': {
    title: 'The backlog keeps its size',
    level: 'must',
    requirement:
      'A backlog MUST hold at least the last repl-backlog-size bytes once that many were produced since it began.',
    dialects: always,
    sources: [section('3.2'), section('3.3'), code('incrementalTrimReplicationBacklog'), live],
  },
  'BACKLOG-4': {
    title: 'Growing a backlog keeps its bytes',
    level: 'should',
    requirement:
      'A master whose repl-backlog-size grows SHOULD keep the bytes it holds; up to 6.2 Redis dropped them.',
    dialects: ['redis-7', 'redis-8', 'valkey-8', 'valkey-9'],
    sources: [section('3.3'), code('resizeReplicationBacklog'), live],
  },
  'BACKLOG-5': {
    title: 'Least size of a backlog',
    level: 'observed',
    requirement: 'A repl-backlog-size below 16384 bytes is taken as 16384.',
    dialects: always,
    sources: [section('0.5'), section('3.2'), code('resizeReplicationBacklog'), live],
  },
  'BACKLOG-6': {
    title: 'When a backlog expires',
    level: 'must',
    requirement:
      'A master MUST free its backlog only after more than repl-backlog-ttl seconds without a replica, and never where that is 0.',
    dialects: always,
    sources: [section('3.4'), code('replicationCron'), live],
  },
  'BACKLOG-7': {
    title: 'A change of role keeps the backlog',
    level: 'must',
    requirement:
      'A node that is told to follow another master or nobody MUST keep its backlog; PSYNC1 freed it.',
    dialects: since('redis-4'),
    sources: [section('4.1'), section('4.2'), code('replicationSetMaster'), live],
  },
});

/** BACKLOG-7. Whether REPLICAOF, with an address or NO ONE, leaves the backlog alone. */
export const keepsBacklogAcrossRoles = (dialect: Dialect): boolean => atLeast(dialect, 'redis-4');

/** BACKLOG-5, in bytes. */
export const BACKLOG_SIZE_MIN = 16384;

/** BACKLOG-5. The capacity that a configured size stands for, both in bytes. */
export const backlogCapacity = (configured: number): number =>
  Math.max(configured, BACKLOG_SIZE_MIN);

/** BACKLOG-1. A node at offset 163 starts with the empty window [164, 164). */
export const newWindow = (offset: ProcessedOffset): BacklogWindow => ({
  firstByte: nextAfter(offset),
  histlen: 0,
});

/** The last `capacity` bytes of a window. */
const trimmed = (window: BacklogWindow, capacity: number): BacklogWindow => {
  const histlen = Math.min(window.histlen, capacity);
  return { firstByte: nextByte(windowEnd(window) - histlen), histlen };
};

/** BACKLOG-2, BACKLOG-3. The window after `bytes` more bytes of the stream. */
export const windowAfterFeed = (
  window: BacklogWindow,
  bytes: number,
  capacity: number,
): BacklogWindow => trimmed({ ...window, histlen: window.histlen + bytes }, capacity);

/** BACKLOG-4. From Redis 7 on a resize keeps what fits; before, it dropped everything unless the size stayed the same. */
export const windowAfterResize = (
  window: BacklogWindow,
  capacity: { readonly from: number; readonly to: number },
  dialect: Dialect,
): BacklogWindow => {
  if (capacity.from === capacity.to) return window;
  if (atLeast(dialect, 'redis-7')) return trimmed(window, capacity.to);
  return newWindow(offsetBefore(windowEnd(window)));
};

/** What decides whether a backlog has outlived its use. Times in seconds. */
export interface IdleBacklog {
  readonly role: Role;
  readonly replicas: number;
  readonly idleSeconds: number;
  readonly ttlSeconds: number;
}

/** BACKLOG-6. Strictly longer than the ttl, and only on a master: a replica's backlog serves its promotion. */
export const backlogExpired = (idle: IdleBacklog): boolean =>
  idle.role === 'master' &&
  idle.replicas === 0 &&
  idle.ttlSeconds > 0 &&
  idle.idleSeconds > idle.ttlSeconds;
