import {
  atLeast,
  type Dialect,
  nextAfter,
  type ProcessedOffset,
  type ReplicationId,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since, until } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const HANDSHAKE = family({
  'HAND-1': {
    title: 'PING comes first',
    level: 'must',
    requirement:
      'A replica MUST send PING as its first command and wait for the answer before it sends anything else.',
    dialects: always,
    sources: [section('1.4'), section('1.5'), code('syncWithMaster'), live],
  },
  'HAND-2': {
    title: 'Answers to PING that let the handshake go on',
    level: 'must',
    requirement:
      'A replica MUST go on with the handshake when PING is answered with any status, -NOAUTH, -NOPERM (from 6.0 on) or "-ERR operation not permitted", and MUST close the link and try again later on anything else.',
    dialects: always,
    sources: [section('1.4'), code('syncWithMaster'), live, observed('redis-server 6.0.16')],
  },
  'HAND-3': {
    title: 'A refused password ends the attempt',
    level: 'must',
    requirement:
      'A replica MUST close the link and try again later when AUTH is answered with an error.',
    dialects: always,
    sources: [section('1.4'), code('syncWithMaster'), live],
  },
  'HAND-4': {
    title: 'Refused announcements are tolerated',
    level: 'must',
    requirement:
      'A replica MUST go on with the handshake when REPLCONF is answered with an error, so that newer replicas can follow older masters.',
    dialects: always,
    sources: [section('1.4'), section('1.5'), code('syncWithMaster'), live],
  },
  'HAND-5': {
    title: 'Announcements go out together',
    level: 'observed',
    requirement:
      'From 6.2 on a replica sends AUTH and every REPLCONF in one go and then reads their answers in that order.',
    dialects: since('redis-6.2'),
    sources: [section('1.5'), code('syncWithMaster'), live],
  },
  'HAND-6': {
    title: 'One command at a time',
    level: 'observed',
    requirement:
      'Up to 6.0 a replica sends each command of the handshake after the answer to the one before.',
    dialects: until('redis-6.0'),
    sources: [
      section('1.4'),
      code('syncWithMaster', 'replication.c', 'redis 6.0.20'),
      observed('redis-server 6.0.16'),
    ],
  },
  'HAND-7': {
    title: 'PSYNC waits for every answer',
    level: 'must',
    requirement:
      'A replica MUST NOT send PSYNC before every earlier command was answered, because a master refuses PSYNC behind pending replies.',
    dialects: always,
    sources: [section('1.5'), section('2.2'), live],
  },
  'HAND-8': {
    title: 'What a replica announces',
    level: 'must',
    requirement:
      'A replica MUST announce its listening port and capa eof, from 4.0 on also capa psync2, from Redis 8 on capa rdb-channel-repl, its address where one is configured, and from Valkey 8 on its version.',
    dialects: always,
    sources: [section('1.4'), section('1.5'), code('syncWithMaster'), live],
  },
  'ASK-1': {
    title: 'A replica with a history asks to continue it',
    level: 'must',
    requirement:
      'A replica that has a cached master MUST ask PSYNC for that replid from the byte after its applied offset.',
    dialects: always,
    sources: [section('1.6'), code('slaveTryPartialResynchronization'), live],
  },
  'ASK-2': {
    title: 'A replica without a history asks for everything',
    level: 'must',
    requirement: 'A replica that has no cached master MUST ask PSYNC ? -1.',
    dialects: always,
    sources: [section('1.6'), code('slaveTryPartialResynchronization'), live],
  },
  'ASK-3': {
    title: 'A failover says so',
    level: 'must',
    requirement:
      'A master that hands over in a coordinated failover MUST add the word FAILOVER to its PSYNC.',
    dialects: since('redis-6.2'),
    sources: [section('1.6'), section('4.6'), code('slaveTryPartialResynchronization'), live],
  },
});

/** What the handshake depends on besides the master's answers. */
export interface HandshakeSettings {
  readonly user: string | null;
  readonly password: string | null;
  readonly listeningPort: number;
  /** `replica-announce-ip`; null where none is configured. */
  readonly address: string | null;
  readonly version: string;
}

export type Command = readonly string[];

/** HAND-5, HAND-6. */
export const isPipelined = (dialect: Dialect): boolean => atLeast(dialect, 'redis-6.2');

/** HAND-2. */
export const isAcceptablePong = (line: string, dialect: Dialect): boolean =>
  line.startsWith('+') ||
  line.startsWith('-NOAUTH') ||
  line.startsWith('-ERR operation not permitted') ||
  (line.startsWith('-NOPERM') && atLeast(dialect, 'redis-6.0'));

/** HAND-3. */
export const isRefusedAuth = (line: string): boolean => line.startsWith('-');

export const authCommand = ({ user, password }: HandshakeSettings, dialect: Dialect): Command =>
  user !== null && atLeast(dialect, 'redis-6.0')
    ? ['AUTH', user, password ?? '']
    : ['AUTH', password ?? ''];

export const portCommand = ({ listeningPort }: HandshakeSettings): Command => [
  'REPLCONF',
  'listening-port',
  String(listeningPort),
];

export const addressCommand = ({ address }: HandshakeSettings): Command => [
  'REPLCONF',
  'ip-address',
  address ?? '',
];

/** HAND-8. */
export const capaCommand = (dialect: Dialect): Command => [
  'REPLCONF',
  'capa',
  'eof',
  ...(atLeast(dialect, 'redis-4') ? ['capa', 'psync2'] : []),
  ...(atLeast(dialect, 'redis-8') ? ['capa', 'rdb-channel-repl'] : []),
];

export const versionCommand = ({ version }: HandshakeSettings): Command => [
  'REPLCONF',
  'version',
  version,
];

export const announcesVersion = (dialect: Dialect): boolean => atLeast(dialect, 'valkey-8');

/** HAND-5. Everything between PING and PSYNC, for a replica that sends it in one go. */
export const announcements = (
  settings: HandshakeSettings,
  dialect: Dialect,
): readonly Command[] => [
  ...(settings.password === null ? [] : [authCommand(settings, dialect)]),
  portCommand(settings),
  ...(settings.address === null ? [] : [addressCommand(settings)]),
  capaCommand(dialect),
  ...(announcesVersion(dialect) ? [versionCommand(settings)] : []),
];

/** The history that a replica could go on with: what it keeps of its last master, or makes of itself. */
export interface CachedMaster {
  readonly replid: ReplicationId;
  readonly offset: ProcessedOffset;
  /** The database that the stream has selected. */
  readonly database: number;
}

/** ADOPT-4. A demoted master's own history, as if it had been its own replica. */
export const cachedMasterOfOneself = (
  replid: ReplicationId,
  offset: ProcessedOffset,
): CachedMaster => ({ replid, offset, database: 0 });

/** ASK-1 to ASK-3. */
export const psyncCommand = (
  cached: CachedMaster | null,
  handsOver: boolean,
  dialect: Dialect,
): Command => [
  'PSYNC',
  ...(cached === null ? ['?', '-1'] : [cached.replid, String(nextAfter(cached.offset))]),
  ...(handsOver && atLeast(dialect, 'redis-6.2') ? ['FAILOVER'] : []),
];
