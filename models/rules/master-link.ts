import {
  atLeast,
  type Dialect,
  type ProcessedOffset,
  processedOffset,
  REPLID_LENGTH,
} from '../vocabulary/index.ts';

import type { CachedMaster } from './handshake.ts';
import { always, code, family, observed, section, since, until } from './rule.ts';

const live = observed('redis-server 7.0.15');
const answered = [section('1.7'), code('slaveTryPartialResynchronization'), live];

export const MASTER_LINK = family({
  'ANS-1': {
    title: 'An empty line asks for patience',
    level: 'must',
    requirement:
      'A replica MUST take any number of empty lines before the answer to PSYNC as signs of life and go on waiting.',
    dialects: always,
    sources: answered,
  },
  'ANS-2': {
    title: '+FULLRESYNC begins a transfer',
    level: 'must',
    requirement:
      'A replica MUST take the replid and the offset from +FULLRESYNC for its own once the snapshot is loaded.',
    dialects: always,
    sources: answered,
  },
  'ANS-3': {
    title: 'A malformed +FULLRESYNC is obeyed',
    level: 'observed',
    requirement:
      'A replica that is told +FULLRESYNC without a replid of 40 characters goes on with the transfer and ends without an identity.',
    dialects: always,
    sources: answered,
  },
  'ANS-4': {
    title: '+CONTINUE goes on with the stream',
    level: 'must',
    requirement:
      'A replica that is told +CONTINUE MUST keep its data and its offset and take what follows as the stream from the byte it asked for.',
    dialects: always,
    sources: [...answered, section('1.8')],
  },
  'ANS-5': {
    title: 'Not now is not no',
    level: 'must',
    requirement:
      'A replica that is told -NOMASTERLINK or -LOADING MUST keep its history and ask the same again later.',
    dialects: since('redis-4'),
    sources: answered,
  },
  'ANS-6': {
    title: 'Any other answer means no PSYNC',
    level: 'must',
    requirement:
      'A replica that gets any other answer to PSYNC MUST send SYNC on the same link and take a snapshot.',
    dialects: always,
    sources: answered,
  },
  'ANS-7': {
    title: 'Silence is not no',
    level: 'must',
    requirement:
      'A replica that gets no answer to PSYNC MUST keep its history and try again later; up to 6.2 Redis took silence for a refusal.',
    dialects: since('redis-7'),
    sources: answered,
  },
  'XFER-1': {
    title: 'Headers of a snapshot',
    level: 'must',
    requirement:
      'A replica MUST take "$<length>" and "$EOF:<40 characters>" before a snapshot, wait through empty lines, and end the transfer on anything else.',
    dialects: always,
    sources: [section('1.9'), code('readSyncBulkPayload'), live],
  },
  'XFER-2': {
    title: 'History is given up when data is replaced',
    level: 'must',
    requirement:
      'A replica MUST keep its cached master, its backlog and its replicas until it begins to load the snapshot, and with swapdb until it has loaded it; up to 6.2 Redis gave them up at the announcement.',
    dialects: since('redis-7'),
    sources: [section('1.9'), code('replicationAttachToNewMaster'), live],
  },
  'XFER-3': {
    title: 'The same history is served while it is loaded',
    level: 'observed',
    requirement:
      'A replica that loads with swapdb a snapshot of the history it has serves its old data until the new is in place.',
    dialects: since('redis-7'),
    sources: [section('1.9'), code('readSyncBulkPayload'), live],
  },
  'XFER-4': {
    title: 'A snapshot says the database of the stream',
    level: 'must',
    requirement:
      'A replica MUST apply what follows a snapshot in the database that its field repl-stream-db names, until a SELECT in the stream names another.',
    dialects: since('redis-4'),
    sources: [section('1.9'), section('3.6'), code('readSyncBulkPayload'), live],
  },
  'LINK-1': {
    title: 'A failed handshake is repeated by the cron',
    level: 'observed',
    requirement:
      'A replica whose handshake fails closes the link and tries again at the next turn of its replication cron.',
    dialects: always,
    sources: [section('1.10'), code('syncWithMaster'), live],
  },
  'LINK-2': {
    title: 'A failed transfer is repeated at once',
    level: 'observed',
    requirement:
      'From 6.2 on a replica whose transfer fails or times out reconnects at once, before at the next turn of its cron; Valkey 9, which leaves the transfer to a thread, is told of the failure by its cron.',
    dialects: until('valkey-8'),
    sources: [
      section('1.2'),
      section('1.10'),
      code('cancelReplicationHandshake'),
      live,
      observed('redis-server 6.0.16'),
    ],
  },
  'LINK-3': {
    title: 'A lost link leaves a history to continue',
    level: 'must',
    requirement:
      'A replica that loses its link MUST keep replid, applied offset and database, throw away what it had not applied, and ask to continue.',
    dialects: since('redis-4'),
    sources: [section('1.10'), section('1.11'), code('replicationCacheMaster'), live],
  },
  'LINK-4': {
    title: 'A broken stream leaves nothing to continue',
    level: 'must',
    requirement:
      'A replica that meets bytes in the stream that are no command MUST close the link and ask for everything.',
    dialects: since('redis-6.2'),
    sources: [section('1.10'), code('processInlineBuffer', 'networking.c'), live],
  },
  'LINK-5': {
    title: 'A silent master is left',
    level: 'must',
    requirement:
      'A replica MUST close a link on which nothing was heard for more than repl-timeout seconds, in every state of it.',
    dialects: always,
    sources: [section('1.10'), code('replicationCron'), live],
  },
  'LINK-6': {
    title: 'REPLICAOF keeps the history',
    level: 'must',
    requirement:
      'A replica that is told to follow another master MUST ask that one to continue the history it has.',
    dialects: since('redis-4'),
    sources: [section('1.11'), section('4.1'), code('replicationSetMaster'), live],
  },
  'LINK-7': {
    title: 'REPLICAOF the same master changes nothing',
    level: 'must',
    requirement:
      'A replica that is told to follow the master it follows MUST answer +OK and leave its link as it is.',
    dialects: always,
    sources: [section('4.1'), code('replicaofCommand'), live],
  },
  'LINK-8': {
    title: 'REPLICAOF keeps the sub-replicas',
    level: 'should',
    requirement:
      'A node that is told to follow another master SHOULD keep its own replicas; up to 6.2 Redis dropped them.',
    dialects: since('redis-7'),
    sources: [section('4.1'), code('replicationSetMaster'), live],
  },
  'LINK-9': {
    title: 'When a broken stream is closed',
    level: 'observed',
    requirement:
      'A replica closes the link of a broken stream when it next acknowledges; one that acknowledges nothing, and Valkey from 8 on, keeps it until repl-timeout.',
    dialects: since('redis-6.0'),
    sources: [section('1.10'), code('setProtocolError', 'networking.c'), live],
  },
  'ACK-6': {
    title: 'A replica acknowledges every second',
    level: 'must',
    requirement:
      'A connected replica MUST send REPLCONF ACK with its applied offset about every second.',
    dialects: always,
    sources: [section('1.12'), code('replicationSendAck'), live],
  },
  'ACK-7': {
    title: 'GETACK is answered with what was applied before it',
    level: 'must',
    requirement:
      'A replica MUST answer REPLCONF GETACK with REPLCONF ACK, whose offset leaves the GETACK itself out.',
    dialects: since('redis-4'),
    sources: [section('1.12'), code('replicationSendAck'), live],
  },
  'ACK-8': {
    title: 'A snapshot with an end mark is acknowledged at once',
    level: 'should',
    requirement:
      'A replica SHOULD acknowledge as soon as it has loaded a snapshot with an end mark, because its master waits for that; before 6.2 it did so at the next turn of its cron.',
    dialects: since('redis-6.2'),
    sources: [section('1.9'), section('1.12'), code('readSyncBulkPayload'), live],
  },
});

/** What the answer to PSYNC means to a replica. */
export type PsyncAnswer =
  | { readonly means: 'wait' }
  /** `replid` is null and `offset` -1 where the line was malformed. */
  | {
      readonly means: 'full-resync';
      readonly replid: string | null;
      readonly offset: ProcessedOffset;
    }
  /** `named` is the text behind the word, if any. */
  | { readonly means: 'continue'; readonly named: string | null }
  | { readonly means: 'later' }
  | { readonly means: 'no-psync' };

/** The offset of a replica that knows none. */
export const UNKNOWN_OFFSET = processedOffset(-1);

/** ANS-2, ANS-3. The fields are found as Redis finds them: at the first two spaces, with anything behind the number. */
const readFullResync = (line: string): PsyncAnswer => {
  const first = line.indexOf(' ');
  const second = first < 0 ? -1 : line.indexOf(' ', first + 1);
  const replid = second < 0 ? '' : line.slice(first + 1, second);
  if (replid.length !== REPLID_LENGTH) {
    return { means: 'full-resync', replid: null, offset: UNKNOWN_OFFSET };
  }
  const offset = Number.parseInt(line.slice(second + 1), 10);
  return {
    means: 'full-resync',
    replid,
    offset: processedOffset(Number.isSafeInteger(offset) ? offset : 0),
  };
};

/** ANS-1 to ANS-6. Only the beginning of a line counts, and its case. */
export const judgeAnswer = (line: string, dialect: Dialect): PsyncAnswer => {
  if (line === '') return { means: 'wait' };
  if (line.startsWith('+FULLRESYNC')) return readFullResync(line);
  if (line.startsWith('+CONTINUE')) {
    const named = atLeast(dialect, 'redis-4') ? line.slice('+CONTINUE '.length) : '';
    return { means: 'continue', named: named === '' ? null : named };
  }
  const later = line.startsWith('-NOMASTERLINK') || line.startsWith('-LOADING');
  if (later && atLeast(dialect, 'redis-4')) return { means: 'later' };
  return { means: 'no-psync' };
};

/** ANS-7. Whether a replica takes silence after PSYNC, or in the middle of its answer, for a refusal. */
export const takesSilenceForNo = (dialect: Dialect): boolean => !atLeast(dialect, 'redis-7');

/** What stands before a snapshot, as a replica takes it. */
export type HeaderVerdict =
  | { readonly header: 'wait' }
  | { readonly header: 'length'; readonly length: number }
  | { readonly header: 'mark'; readonly mark: string }
  | { readonly header: 'refused' };

/** XFER-1. A mark shorter than 40 characters is a length that begins with no digit, and so is 0. */
export const judgeHeader = (line: string): HeaderVerdict => {
  if (line === '') return { header: 'wait' };
  if (!line.startsWith('$')) return { header: 'refused' };
  if (line.startsWith('$EOF:') && line.length >= '$EOF:'.length + REPLID_LENGTH) {
    return { header: 'mark', mark: line.slice('$EOF:'.length).slice(0, REPLID_LENGTH) };
  }
  const length = Number.parseInt(line.slice(1), 10);
  if (Number.isSafeInteger(length) && length < 0) return { header: 'wait' };
  return { header: 'length', length: Number.isSafeInteger(length) ? length : 0 };
};

/** How a replica puts a snapshot in place of its data. */
export type LoadMode = 'from-disk' | 'into-empty' | 'swap';

/** The moments at which a replica could give up what it could have continued. */
export type TransferMoment = 'announced' | 'load-begins' | 'load-ends';

/** XFER-2. When cached master, backlog and sub-replicas go. */
export const givesUpHistoryAt = (mode: LoadMode, dialect: Dialect): TransferMoment => {
  if (!atLeast(dialect, 'redis-7')) return 'announced';
  return mode === 'swap' ? 'load-ends' : 'load-begins';
};

/** XFER-3. The replid is compared byte for byte. */
export const servesWhileLoading = (
  mode: LoadMode,
  announced: string | null,
  own: string,
  dialect: Dialect,
): boolean => mode === 'swap' && announced === own && atLeast(dialect, 'redis-7');

/** LINK-2. Whether a replica dials again at once after a lost link, a failed transfer, or REPLICAOF. */
export const reconnectsAtOnce = (dialect: Dialect): boolean => atLeast(dialect, 'redis-6.2');

/** LINK-5. Strictly longer than the timeout, both in whole seconds. */
export const linkTimedOut = (silentSeconds: number, timeoutSeconds: number): boolean =>
  silentSeconds > timeoutSeconds;

/** LINK-6. What a node asks its new master to continue; PSYNC1 began anew with each. */
export const historyForNewMaster = (
  history: CachedMaster | null,
  dialect: Dialect,
): CachedMaster | null => (atLeast(dialect, 'redis-4') ? history : null);

/** LINK-7. Hosts are compared without case. */
export const isSameMaster = (
  one: { readonly host: string; readonly port: number } | null,
  other: { readonly host: string; readonly port: number },
): boolean => one?.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;

/** LINK-9. Whether the next turn of the cron closes a link whose stream is broken. */
export const closesBrokenStream = (acknowledges: boolean, dialect: Dialect): boolean =>
  acknowledges && !atLeast(dialect, 'valkey-8');

/** LINK-8. */
export const dropsReplicasAtReplicaof = (dialect: Dialect): boolean => !atLeast(dialect, 'redis-7');

/** ACK-8. */
export const acknowledgesAfterLoad = (withMark: boolean, dialect: Dialect): boolean =>
  withMark && atLeast(dialect, 'redis-6.2');

/** ACK-6. A replica that was told no offset has none to acknowledge; its master would not understand it. */
export const acknowledgesBySecond = (offsetKnown: boolean): boolean => offsetKnown;
