import {
  atLeast,
  type BacklogWindow,
  type Dialect,
  NO_DATABASE,
  type ProcessedOffset,
  processedOffset,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const STREAM = family({
  'STREAM-1': {
    title: 'Every byte counts once',
    level: 'must',
    requirement:
      'A master’s offset MUST grow by exactly the bytes that it adds to the stream: commands, SELECT, PING and GETACK alike.',
    dialects: since('redis-4'),
    sources: [section('3.1'), code('feedReplicationBuffer'), live],
  },
  'STREAM-2': {
    title: 'SELECT when the database changes',
    level: 'must',
    requirement:
      'A master MUST write a SELECT before a command whose database is not the one that the stream has selected.',
    dialects: always,
    sources: [section('3.1'), code('replicationFeedSlaves'), live],
  },
  'STREAM-3': {
    title: 'No SELECT without need',
    level: 'should',
    requirement:
      'A master SHOULD NOT write a SELECT for the database that the stream has selected already.',
    dialects: always,
    sources: [section('3.1'), code('replicationFeedSlaves'), live],
  },
  'STREAM-4': {
    title: 'One stream for all',
    level: 'must',
    requirement:
      'Every replica MUST get the same bytes at the same positions, those who are continued from the byte they asked for on.',
    dialects: always,
    sources: [section('2.4'), section('7.1'), code('addReplyReplicationBacklog'), live],
  },
  'STREAM-5': {
    title: 'A continuation injects nothing',
    level: 'must',
    requirement:
      'A master MUST NOT put a SELECT or anything else of its own into the stream when it continues a replica.',
    dialects: always,
    sources: [section('2.4'), section('3.5'), code('masterTryPartialResynchronization'), live],
  },
  'STREAM-6': {
    title: 'A transaction travels whole',
    level: 'must',
    requirement:
      'A master MUST write a transaction with more than one effect as MULTI, its commands and EXEC, with nothing in between.',
    dialects: always,
    sources: [section('3.1'), code('propagatePendingCommands', 'server.c'), live],
  },
  'STREAM-7': {
    title: 'Promotion makes the stream say its database again',
    level: 'must',
    requirement:
      'The first command that a node writes after its promotion MUST be preceded by a SELECT.',
    dialects: since('redis-4'),
    sources: [section('3.5'), section('4.2'), code('replicationUnsetMaster'), live],
  },
  'STREAM-8': {
    title: 'PING in the stream',
    level: 'must',
    requirement:
      'A master with replicas MUST write a PING into the stream every repl-ping-replica-period, counted in its offset.',
    dialects: always,
    sources: [section('2.10'), code('replicationCron'), live],
  },
  'STREAM-9': {
    title: 'No backlog, no offset',
    level: 'observed',
    requirement: 'The offset of a master without a backlog does not follow its writes.',
    dialects: always,
    sources: [
      section('3.1'),
      code('replicationFeedSlaves'),
      live,
      { observed: 'from 7.2 on it may grow by one per command where AOF is on' },
    ],
  },
});

/** A command of the stream; `database` is null where it belongs to none, as PING does. */
export interface StreamedCommand {
  readonly words: readonly string[];
  readonly database: number | null;
}

/** What moves the database that the stream has selected. */
export type StreamEvent = 'full-resync' | 'continue' | 'promotion' | 'ping';

/** FULL-6, STREAM-5, STREAM-7. The database that the stream has selected after an event. */
export const databaseAfter = (event: StreamEvent, selected: number): number =>
  event === 'full-resync' || event === 'promotion' ? NO_DATABASE : selected;

/** STREAM-2, STREAM-3. */
export const needsSelect = (selected: number, database: number): boolean => selected !== database;

/** STREAM-1, STREAM-9. The offset after `bytes` more bytes of the stream. Without a backlog they go nowhere. */
export const offsetAfterFeed = (
  offset: ProcessedOffset,
  bytes: number,
  backlog: BacklogWindow | null,
): ProcessedOffset => (backlog === null ? offset : processedOffset(offset + bytes));

/** STREAM-8. How a master's PING is spelled in the stream: 14 bytes either way. */
export const pingCommand = (dialect: Dialect): readonly string[] => [
  atLeast(dialect, 'redis-6.2') ? 'ping' : 'PING',
];

/** STREAM-6. One unit of the stream: a single effect as it is, several between MULTI and EXEC. */
export const streamUnit = (effects: readonly StreamedCommand[]): readonly StreamedCommand[] =>
  effects.length > 1
    ? [{ words: ['MULTI'], database: null }, ...effects, { words: ['EXEC'], database: null }]
    : effects;
