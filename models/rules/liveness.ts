import {
  atLeast,
  type Dialect,
  type SessionState,
  type SnapshotTarget,
} from '../vocabulary/index.ts';
import { isOnline } from './acknowledgement.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const LIVENESS = family({
  'LIVE-1': {
    title: 'Newlines while a replica waits',
    level: 'must',
    requirement:
      'A master MUST send a newline about every second to a replica that waits for a snapshot to start or to be written to disk.',
    dialects: always,
    sources: [section('2.7'), section('2.10'), code('replicationCron'), live],
  },
  'LIVE-2': {
    title: 'Nothing but commands in the stream',
    level: 'must',
    requirement:
      'The stream MUST consist of RESP arrays of bulk strings alone: a newline or a reply in it would shift every position.',
    dialects: always,
    sources: [section('2.7'), section('3.8'), code('replicationCron'), live],
  },
  'LIVE-3': {
    title: 'A silent replica is dropped',
    level: 'must',
    requirement:
      'A master MUST close the link of an online replica that has acknowledged nothing for more than repl-timeout seconds.',
    dialects: always,
    sources: [section('2.10'), code('replicationCron'), live],
  },
  'LIVE-4': {
    title: 'A replica that sent SYNC may stay silent',
    level: 'must',
    requirement:
      'A master MUST NOT drop a replica that attached with SYNC for not acknowledging, because such replicas do not.',
    dialects: always,
    sources: [section('2.7'), code('replicationCron'), live],
  },
  'LIVE-5': {
    title: 'A replica’s newline is a sign of life',
    level: 'must',
    requirement:
      'A master MUST take a newline from an online replica as a sign of life and not as a command.',
    dialects: always,
    sources: [section('2.10'), code('processInlineBuffer', 'networking.c'), live],
  },
  'LIVE-6': {
    title: 'A replica’s link carries no replies',
    level: 'must',
    requirement:
      'A master MUST NOT answer a command on a replica’s link; it closes the link of a replica that sends one that would be answered.',
    dialects: since('redis-7'),
    sources: [section('2.12'), code('_addReplyToBufferOrList', 'networking.c'), live],
  },
  'LIVE-7': {
    title: 'A replica that stops reading its snapshot is dropped',
    level: 'observed',
    requirement:
      'A master closes the link of a replica when a piece of a diskless snapshot has waited for more than repl-timeout seconds to be written to it.',
    dialects: since('redis-6.0'),
    sources: [section('2.7'), code('replicationCron')],
  },
});

/** LIVE-1, LIVE-2. Whether the cron sends a newline to a replica in this state. */
export const newlineDue = (state: SessionState, target: SnapshotTarget | null): boolean =>
  state === 'awaitingSnapshotStart' || (state === 'awaitingSnapshotEnd' && target === 'disk');

/** A replica's silence. Times in seconds. */
export interface Silence {
  readonly state: SessionState;
  readonly sentSync: boolean;
  readonly seconds: number;
  readonly timeoutSeconds: number;
}

/** LIVE-3, LIVE-4. Strictly longer than the timeout, and only once online. */
export const replicaTimedOut = (silence: Silence): boolean =>
  isOnline(silence.state) &&
  !(silence.sentSync && silence.state === 'online') &&
  silence.seconds > silence.timeoutSeconds;

/** LIVE-7. Strictly longer than the timeout. */
export const snapshotStuck = (seconds: number, timeoutSeconds: number): boolean =>
  seconds > timeoutSeconds;

/** STREAM-8. Whether this call of the cron writes a PING: any replica will do, also one that waits for its snapshot. */
export const pingDue = (ping: {
  readonly cronCalls: number;
  readonly period: number;
  readonly replicas: number;
  readonly paused: boolean;
}): boolean => ping.replicas > 0 && !ping.paused && ping.cronCalls % ping.period === 0;

/** LIVE-3, LIVE-5. What an online replica may send to be taken for alive. */
export const isSignOfLife = (heard: 'ack' | 'newline'): boolean =>
  heard === 'ack' || heard === 'newline';

/** LIVE-6. What a server does with a reply to a command that came over a replica's link. */
export const replyOnReplicaLink = (dialect: Dialect): 'close' | 'send' =>
  atLeast(dialect, 'redis-7') ? 'close' : 'send';
