import {
  atLeast,
  type BacklogWindow,
  type Dialect,
  type ProcessedOffset,
  processedOffset,
  type ReplicationIds,
  type Role,
} from '../vocabulary/index.ts';
import type { CachedMaster } from './handshake.ts';
import { freshIds, shiftReplicationId } from './identity.ts';
import { code, family, observed, section, since, until } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const RESTART = family({
  'RESTART-1': {
    title: 'A snapshot names its history',
    level: 'must',
    requirement:
      'A node whose history can be continued MUST write its replid, its offset and the database that the stream has selected into every snapshot.',
    dialects: since('redis-4'),
    sources: [section('4.4'), code('rdbPopulateSaveInfo', 'rdb.c'), live],
  },
  'RESTART-2': {
    title: 'A restarted replica asks to continue',
    level: 'must',
    requirement:
      'A replica that starts from a snapshot which names its history MUST ask its master to continue that history.',
    dialects: since('redis-4'),
    sources: [section('4.4'), code('loadDataFromDisk', 'server.c'), live],
  },
  'RESTART-3': {
    title: 'A restarted master continues its replicas',
    level: 'must',
    requirement:
      'A master that starts from a snapshot which names its history MUST take that replid for replid2, valid up to the saved offset plus one, under a new replid.',
    dialects: since('redis-7'),
    sources: [section('4.4'), code('loadDataFromDisk', 'server.c'), live],
  },
  'RESTART-4': {
    title: 'What expired during a restart is deleted in the stream',
    level: 'must',
    requirement:
      'A master that continues the history of its snapshot MUST write a DEL into the stream for every key that has expired since.',
    dialects: since('redis-7'),
    sources: [section('3.5'), section('4.4'), code('rebaseReplicationBuffer'), live],
  },
  'RESTART-5': {
    title: 'A master before 7.0 starts anew',
    level: 'observed',
    requirement: 'A master that starts from a snapshot has a new replid and offset 0.',
    dialects: until('redis-6.2'),
    sources: [
      section('4.4'),
      code('loadDataFromDisk', 'server.c'),
      observed('redis-server 6.0.16'),
    ],
  },
});

/** What of a node decides whether its history can be continued. */
export interface SavingNode {
  readonly role: Role;
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  readonly backlog: BacklogWindow | null;
  /** The database that the stream has selected; negative where it has to be said again. */
  readonly database: number;
  /** The same of the stream that comes from a master; null where none comes. */
  readonly databaseOfMaster: number | null;
  readonly cached: CachedMaster | null;
}

/** RESTART-1. What a snapshot says of its history; null where nobody could continue it. */
export const historyToSave = (node: SavingNode): CachedMaster | null => {
  const { replid } = node.ids;
  const { offset } = node;
  if (node.role === 'master') {
    return node.backlog === null ? null : { replid, offset, database: Math.max(0, node.database) };
  }
  const database = node.databaseOfMaster ?? node.cached?.database ?? null;
  return database === null ? null : { replid, offset, database };
};

/** What a node begins with. */
export interface Beginning {
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  /** What it asks its master to continue. */
  readonly cached: CachedMaster | null;
  readonly hasBacklog: boolean;
}

/**
 * RESTART-2, RESTART-3, RESTART-5. A master that was saved at offset 50 shares 50 bytes with every replica it had. One
 * that stopped there lacks byte 51 and may be continued; one that went further has bytes that the master lost. Hence
 * the same bound as at a promotion.
 */
export const beginning = (
  saved: CachedMaster | null,
  { role, dialect }: { readonly role: Role; readonly dialect: Dialect },
  drawn: ReplicationIds,
): Beginning => {
  const anew = {
    ids: drawn,
    offset: processedOffset(0),
    cached: null,
    hasBacklog: false,
  };
  if (saved === null) return anew;
  const { offset } = saved;
  const ids = freshIds(saved.replid);
  if (role === 'slave') {
    return atLeast(dialect, 'redis-4') ? { ids, offset, cached: saved, hasBacklog: false } : anew;
  }
  if (!atLeast(dialect, 'redis-7')) return anew;
  return {
    ids: shiftReplicationId(ids, offset, drawn.replid),
    offset,
    cached: null,
    hasBacklog: true,
  };
};
