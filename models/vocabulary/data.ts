/**
 * What a key holds. Text stands for bytes, one character a byte (latin-1). `opaque` is a value whose type we do not
 * interpret: its bytes are kept as they came in a snapshot, so that nothing is lost on the way through.
 */
export type DataValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'set'; readonly members: ReadonlySet<string> }
  | {
      readonly type: 'hash';
      readonly fields: ReadonlyMap<string, string>;
      /** When single fields expire, in milliseconds since 1970; absent where none does. */
      readonly expiries?: ReadonlyMap<string, number>;
    }
  | { readonly type: 'zset'; readonly scores: ReadonlyMap<string, number> }
  | { readonly type: 'stream'; readonly stream: StreamValue }
  | { readonly type: 'opaque'; readonly encoding: number; readonly bytes: Uint8Array };

/** `milliseconds-sequence`, as XADD writes it. */
export type StreamId = string;

/** A stream: its entries, the counters that survive trimming, and its consumer groups as they came in a snapshot. */
export interface StreamValue {
  readonly entries: readonly StreamEntry[];
  readonly lastId: StreamId;
  readonly firstId: StreamId;
  readonly maxDeletedId: StreamId;
  readonly entriesAdded: number;
  readonly groups: readonly StreamGroup[];
}

export interface StreamEntry {
  readonly id: StreamId;
  readonly fields: readonly (readonly [field: string, value: string])[];
}

export interface StreamGroup {
  readonly name: string;
  readonly lastId: StreamId;
  /** How many entries of all that there ever were it has passed; -1 where that is not known. */
  readonly entriesRead: number;
  readonly pending: readonly StreamPending[];
  readonly consumers: readonly StreamConsumer[];
}

export interface StreamPending {
  readonly id: StreamId;
  readonly consumer: string;
  /** Milliseconds since 1970. */
  readonly deliveredAt: number;
  readonly deliveries: number;
}

export interface StreamConsumer {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
  /** The same; -1 for one that never got an entry. */
  readonly activeAt: number;
}

export interface DataEntry {
  readonly value: DataValue;
  /** Milliseconds since 1970; null for a key that stays. */
  readonly expiresAt: number | null;
}

/** The keys of one database. */
export type Database = ReadonlyMap<string, DataEntry>;

/** What a module stores beside the keys, as it came, and where it stood. Its own first bytes say the same of the place. */
export interface ModuleAuxiliary {
  readonly place: 'before-keys' | 'after-keys';
  readonly bytes: Uint8Array;
}

/** Everything that a snapshot carries. `auxiliary` holds its `repl-*` and other fields as text. */
export interface Snapshot {
  readonly databases: ReadonlyMap<number, Database>;
  readonly functions: readonly string[];
  /** Lua scripts that a master before Redis 7 hands on, because EVALSHA in its stream may name them. */
  readonly scripts: readonly string[];
  readonly moduleAuxiliary: readonly ModuleAuxiliary[];
  readonly auxiliary: ReadonlyMap<string, string>;
}
