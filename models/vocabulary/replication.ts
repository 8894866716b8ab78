/** A 40-character name of one replication history (`master_replid`). Compared without case. */
export type ReplicationId = string;

/** How long a replication ID is on the wire. A `+FULLRESYNC` or `+CONTINUE` with another length names nothing. */
export const REPLID_LENGTH = 40;

declare const processed: unique symbol;
declare const position: unique symbol;

/**
 * How many bytes of a history a node has produced or applied: what `INFO` reports and `REPLCONF ACK` carries.
 * Offset 50 means that the bytes at positions 1 to 50 are there.
 */
export type ProcessedOffset = number & { readonly [processed]: true };

/**
 * The position of a byte in a history, counted from 1; in `PSYNC` the first byte that the replica lacks.
 * A node with offset 50 asks for byte 51.
 */
export type NextByte = number & { readonly [position]: true };

/** Takes a number for an offset in bytes. The wire layer has already refused what does not fit. */
export const processedOffset = (bytes: number): ProcessedOffset => bytes as ProcessedOffset;

/** Takes a number for a byte position. The wire layer has already refused what does not fit. */
export const nextByte = (position: number): NextByte => position as NextByte;

/** The first byte that a node with this offset lacks: the only place where an offset becomes a position. */
export const nextAfter = (offset: ProcessedOffset): NextByte => nextByte(offset + 1);

/** The offset of a node that lacks `first` and everything after it. Undoes `nextAfter`. */
export const offsetBefore = (first: NextByte): ProcessedOffset => processedOffset(first - 1);

/**
 * What a node calls its history. `replid2` is the history that it continued when it last changed its ID, and
 * `secondReplOffset` the first byte at which the two may differ: the last position that it serves under `replid2`.
 */
export interface ReplicationIds {
  readonly replid: ReplicationId;
  readonly replid2: ReplicationId | null;
  readonly secondReplOffset: NextByte | null;
}

/** The bytes that a backlog holds: the half-open range from `firstByte` to `firstByte + histlen`. */
export interface BacklogWindow {
  readonly firstByte: NextByte;
  readonly histlen: number;
}

/** The position just past a window: the next byte that its owner will produce or apply. */
export const windowEnd = (window: BacklogWindow): NextByte =>
  nextByte(window.firstByte + window.histlen);

/** What `PSYNC <replid> <offset>` asks for. `replid` may be `?`, which names no history. */
export interface PsyncRequest {
  readonly replid: string;
  readonly nextByte: NextByte;
}

/** The protocol versions that differ in a rule somewhere, oldest first. `valkey-8` and `redis-8` both follow `redis-7`. */
export const DIALECTS = [
  'psync1',
  'redis-4',
  'redis-5',
  'redis-6.0',
  'redis-6.2',
  'redis-7',
  'redis-8',
  'valkey-8',
  'valkey-9',
] as const;

export type Dialect = (typeof DIALECTS)[number];

/**
 * Whether a dialect has what came with `first`. Redis 8 and Valkey 8 both come after Redis 7, and neither after the other.
 */
export const atLeast = (dialect: Dialect, first: Dialect): boolean =>
  DIALECTS.indexOf(dialect) >= DIALECTS.indexOf(first) &&
  !(first === 'redis-8' && dialect.startsWith('valkey'));

/** What a replica says it can do in `REPLCONF capa`. */
export const CAPABILITIES = ['eof', 'psync2', 'dual-channel', 'rdb-channel-repl'] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** What a full resynchronization may leave out (`rdb-filter-only`). */
export type Exclusion = 'data' | 'functions';

/** How a snapshot travels: from a file with its length before it, or straight to the socket with a mark behind it. */
export type SnapshotTarget = 'disk' | 'socket';

/**
 * Where one replica stands with its master, named for what is awaited. Redis's names, in this order: none,
 * `SLAVE_STATE_WAIT_BGSAVE_START`, `..._WAIT_BGSAVE_END`, `..._SEND_BULK`, `..._ONLINE` with and without
 * `repl_start_cmd_stream_on_ack`, `..._RDB_TRANSMITTED`, none.
 */
export const SESSION_STATES = [
  'client',
  'awaitingSnapshotStart',
  'awaitingSnapshotEnd',
  'sendingSnapshot',
  'awaitingFirstAck',
  'online',
  'snapshotTransmitted',
  'closed',
] as const;

export type SessionState = (typeof SESSION_STATES)[number];

/** A node's part in replication, as `INFO` spells it; set by configuration, not by the state of a link. */
export type Role = 'master' | 'slave';

/** No database is selected in the stream: the next keyspace command needs a `SELECT` before it (`slaveseldb` -1). */
export const NO_DATABASE = -1;
