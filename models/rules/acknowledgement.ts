import {
  type ProcessedOffset,
  processedOffset,
  SESSION_STATES,
  type SessionState,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const ACKNOWLEDGEMENT = family({
  'ACK-1': {
    title: 'Acknowledged offsets never fall',
    level: 'must',
    requirement:
      'A master MUST take the highest offset that a replica has acknowledged on its link, and MUST NOT go back when a lower one arrives.',
    dialects: always,
    sources: [section('2.9'), code('replconfCommand'), live],
  },
  'ACK-2': {
    title: 'WAIT asks for acknowledgements',
    level: 'must',
    requirement:
      'A master MUST send REPLCONF GETACK * in the stream, counted in its offset, when a WAIT has to wait.',
    dialects: always,
    sources: [section('2.11'), section('4.7'), code('replicationRequestAckFromSlaves'), live],
  },
  'ACK-3': {
    title: 'WAIT ends when enough replicas have the write',
    level: 'must',
    requirement:
      'A master MUST answer WAIT as soon as the number of online replicas that acknowledged the client’s last write reaches the number asked for.',
    dialects: always,
    sources: [section('4.7'), code('processClientsWaitingReplicas'), live],
  },
  'ACK-4': {
    title: 'WAIT counts no replica that lacks the write',
    level: 'must',
    requirement:
      'A master MUST NOT count a replica in the answer of WAIT that has not acknowledged the client’s last write.',
    dialects: always,
    sources: [section('4.7'), code('replicationCountAcksByOffset'), live],
  },
  'ACK-5': {
    title: 'WAIT without need answers at once',
    level: 'should',
    requirement:
      'A master SHOULD answer a WAIT that is satisfied already at once, without asking for acknowledgements.',
    dialects: always,
    sources: [section('4.7'), code('waitCommand'), live],
  },
});

/** How a master asks for acknowledgements: a command of the stream, 37 bytes long, counted like any other (ACK-2). */
export const GETACK = ['REPLCONF', 'GETACK', '*'] as const;

/** ACK-2. Whether a GETACK goes into the stream: a WAIT has begun to wait, and nothing holds writes back. */
export const getackDue = (waitsBegun: number, writesPaused: boolean): boolean =>
  waitsBegun > 0 && !writesPaused;

/** ACK-1. A bogus offset beyond the master's own is believed, as Redis does. */
export const acknowledgedOffset = (
  held: ProcessedOffset,
  reported: ProcessedOffset,
): ProcessedOffset => processedOffset(Math.max(held, reported));

/** A replica as WAIT sees it. */
export interface AcknowledgingReplica {
  readonly state: SessionState;
  readonly acknowledged: ProcessedOffset;
}

/** Redis's ONLINE: with and without the first acknowledgement. */
export const isOnline = (state: SessionState): boolean =>
  state === 'online' || state === 'awaitingFirstAck';

/** Attached, in whatever state: what `connected_slaves` counts. */
export const isAttached = (state: SessionState): boolean =>
  state !== 'client' && state !== 'closed' && SESSION_STATES.includes(state);

/** ACK-4. How many replicas have acknowledged everything up to `offset`. */
export const countAcknowledged = (
  replicas: readonly AcknowledgingReplica[],
  offset: ProcessedOffset,
): number =>
  replicas.filter((replica) => isOnline(replica.state) && replica.acknowledged >= offset).length;

/** ACK-3, ACK-5. Whether a WAIT for `wanted` replicas is over. */
export const waitSatisfied = (acknowledged: number, wanted: number): boolean =>
  acknowledged >= wanted;
