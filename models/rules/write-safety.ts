import type { ProcessedOffset, SessionState } from '../vocabulary/index.ts';
import { isOnline } from './acknowledgement.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const WRITE_SAFETY = family({
  'SAFE-1': {
    title: 'Too few good replicas stop writes',
    level: 'must',
    requirement:
      'A master MUST refuse writes with -NOREPLICAS while fewer than min-replicas-to-write replicas are online and were heard within min-replicas-max-lag seconds, where both are set.',
    dialects: always,
    sources: [section('2.10'), code('checkGoodReplicasStatus'), live],
  },
  'SAFE-2': {
    title: 'SHUTDOWN waits for the replicas',
    level: 'must',
    requirement:
      'A master that is shut down without NOW MUST hold writes back and go on serving its replicas until all have acknowledged exactly its offset or shutdown-timeout seconds are over.',
    dialects: since('redis-7'),
    sources: [section('4.5'), code('prepareForShutdown', 'server.c'), live],
  },
});

/** A replica as min-replicas sees it. Times in seconds. */
export interface HeardReplica {
  readonly state: SessionState;
  readonly silentSeconds: number;
}

/** SAFE-1. How many replicas are good: online and heard of lately. One that is just online counts at once. */
export const countGood = (replicas: readonly HeardReplica[], maxLag: number): number =>
  replicas.filter(({ state, silentSeconds }) => isOnline(state) && silentSeconds <= maxLag).length;

/** SAFE-1. Either setting at 0 turns the safeguard off. */
export const writesAllowed = (good: number, toWrite: number, maxLag: number): boolean =>
  toWrite === 0 || maxLag === 0 || good >= toWrite;

/** SAFE-2. Exactly: a replica that acknowledged more than there is holds the end up until the timeout. */
export const shutdownMayEnd = (
  acknowledged: readonly ProcessedOffset[],
  offset: ProcessedOffset,
): boolean => acknowledged.every((each) => each === offset);
