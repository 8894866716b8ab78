import type { SessionState } from '../vocabulary/index.ts';
import { isAttached, isOnline } from './acknowledgement.ts';
import { always, code, family, observed, section } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const OBSERVATION = family({
  'INFO-1': {
    title: 'INFO shows each replica’s state',
    level: 'must',
    requirement:
      'INFO MUST show a replica as wait_bgsave, send_bulk or online, the last one from the end of the snapshot on.',
    dialects: always,
    sources: [section('2.7'), section('5.1'), code('replstateToString'), live],
  },
  'INFO-2': {
    title: 'INFO counts every replica',
    level: 'must',
    requirement:
      'connected_slaves MUST count attached replicas in any state, and none whose link is closed.',
    dialects: always,
    sources: [section('5.1'), code('genRedisInfoString', 'server.c'), live],
  },
  'INFO-3': {
    title: 'ROLE lists online replicas',
    level: 'must',
    requirement:
      'ROLE MUST list the address, port and acknowledged offset of each online replica and of no other.',
    dialects: always,
    sources: [section('5.2'), code('roleCommand'), live],
  },
});

/** INFO-1. The word in a `slaveN` line; null where there is no such line. */
export const infoState = (state: SessionState): string | null => {
  switch (state) {
    case 'awaitingSnapshotStart':
    case 'awaitingSnapshotEnd':
      return 'wait_bgsave';
    case 'sendingSnapshot':
      return 'send_bulk';
    case 'awaitingFirstAck':
    case 'online':
      return 'online';
    case 'client':
    case 'snapshotTransmitted':
    case 'closed':
      return null;
  }
};

/** INFO-2. */
export const countsAsConnected = (state: SessionState): boolean => isAttached(state);

/** INFO-3. */
export const listedInRole = (state: SessionState): boolean => isOnline(state);
