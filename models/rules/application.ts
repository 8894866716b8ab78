import type { ProcessedOffset, ReplicationId } from '../vocabulary/index.ts';
import type { CachedMaster } from './handshake.ts';
import { code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');

export const APPLICATION = family({
  'APPLY-1': {
    title: 'Only whole commands count',
    level: 'must',
    requirement:
      'A replica MUST count, keep in its backlog and hand on the bytes of a command only once it has executed that command.',
    dialects: since('redis-4'),
    sources: [section('3.7'), code('commandProcessed', 'networking.c'), live],
  },
  'APPLY-2': {
    title: 'A transaction counts as one',
    level: 'must',
    requirement:
      'A replica MUST count, keep and hand on a transaction only when its EXEC is executed, and as a whole.',
    dialects: since('redis-4'),
    sources: [section('3.7'), code('commandProcessed', 'networking.c'), live],
  },
  'APPLY-3': {
    title: 'Newlines in the stream count with the next command',
    level: 'observed',
    requirement:
      'A replica counts an empty line in the stream, keeps it and hands it on, together with the command behind it.',
    dialects: since('redis-4'),
    sources: [section('3.7'), section('3.8'), live],
  },
  'APPLY-4': {
    title: 'Sub-replicas get the same bytes',
    level: 'must',
    requirement:
      'A replica MUST hand on exactly the bytes that it applied, at the positions that they have in its master’s stream.',
    dialects: since('redis-4'),
    sources: [section('3.6'), code('replicationFeedStreamFromMasterStream'), live],
  },
  'APPLY-5': {
    title: 'A command that fails counts',
    level: 'must',
    requirement:
      'A replica MUST count a command of the stream that it does not know or that fails, and go on.',
    dialects: since('redis-4'),
    sources: [section('1.10'), section('3.7'), live],
  },
  'APPLY-6': {
    title: 'What was not applied is asked for again',
    level: 'must',
    requirement:
      'A replica that loses its link MUST forget what it read and did not apply, an open transaction included.',
    dialects: since('redis-4'),
    sources: [section('1.11'), section('3.7'), code('replicationCacheMaster'), live],
  },
});

/**
 * The commands of a stream that replication itself has to understand, in upper case. All others are data to it: they
 * count alike, known or not (APPLY-5).
 */
export const CONTROL_COMMANDS = ['MULTI', 'EXEC', 'DISCARD', 'SELECT', 'REPLCONF'] as const;
export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

/** What a command of the stream is to replication, by its name in any case. */
export const commandInStream = (name: string): ControlCommand | 'data' => {
  const upper = name.toUpperCase();
  return CONTROL_COMMANDS.find((control) => control === upper) ?? 'data';
};

/** What a replica has just read from the stream: `data` is any number of other commands, null an empty line. */
export interface StreamPiece {
  readonly command: ControlCommand | 'data' | null;
  /** Whether a MULTI is open. */
  readonly inTransaction: boolean;
}

/** APPLY-1 to APPLY-3. Whether everything read so far counts once this piece is executed. */
export const completesUnit = ({ command, inTransaction }: StreamPiece): boolean =>
  command !== null &&
  (inTransaction ? command === 'EXEC' || command === 'DISCARD' : command !== 'MULTI');

/** A link at the moment it is lost. */
export interface LostLink {
  readonly replid: ReplicationId;
  readonly applied: ProcessedOffset;
  readonly read: ProcessedOffset;
  readonly database: number;
  /** Whether its commands are held back, as under CLIENT PAUSE. */
  readonly held: boolean;
}

/** LINK-3, APPLY-6. What a replica can go on with after its link is lost; null where that is unsafe. */
export const historyOfLink = ({
  replid,
  applied,
  database,
  held,
}: LostLink): CachedMaster | null => (held ? null : { replid, offset: applied, database });
