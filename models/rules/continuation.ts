import type { Capability, ReplicationIds } from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const CONTINUATION = family({
  'CONT-1': {
    title: 'A continuation names the history',
    level: 'must',
    requirement:
      'A master MUST answer a replica with capa psync2 that it continues with "+CONTINUE <replid>", in which the replid is the one it has now.',
    dialects: since('redis-4'),
    sources: [section('2.4'), code('masterTryPartialResynchronization'), live],
  },
  'CONT-2': {
    title: 'A continuation without psync2 names nothing',
    level: 'must',
    requirement:
      'A master MUST answer a replica without capa psync2 that it continues with "+CONTINUE" alone.',
    dialects: always,
    sources: [section('2.4'), code('masterTryPartialResynchronization'), live],
  },
});

/** CONT-1, CONT-2. The line before a continued stream. */
export const continueLine = (ids: ReplicationIds, capabilities: readonly Capability[]): string =>
  capabilities.includes('psync2') ? `+CONTINUE ${ids.replid}` : '+CONTINUE';
