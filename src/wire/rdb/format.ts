/** What a byte before a key says of the value behind it. Redis names them RDB_TYPE_*. */
export const TYPE = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  modulePreRelease: 6,
  module: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  stream: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  stream2: 19,
  setListpack: 20,
  stream3: 21,
  /** In a file of Valkey: a hash in which fields expire. In one of Redis: the same in a candidate of 7.4. */
  hash2: 22,
  hashListpackExpiringPreRelease: 23,
  hashExpiring: 24,
  hashListpackExpiring: 25,
} as const;

/** Bytes that stand where a type could stand. Redis names them RDB_OPCODE_*. */
export const OPCODE = {
  slotImport: 243,
  slotInfo: 244,
  function: 245,
  functionPreRelease: 246,
  moduleAuxiliary: 247,
  idle: 248,
  frequency: 249,
  auxiliary: 250,
  resizeDatabase: 251,
  expiryMilliseconds: 252,
  expirySeconds: 253,
  selectDatabase: 254,
  end: 255,
} as const;

/** What comes next in a module's value. Redis names them RDB_MODULE_OPCODE_*. */
export const MODULE_OPCODE = {
  end: 0,
  signed: 1,
  unsigned: 2,
  float: 3,
  double: 4,
  string: 5,
} as const;

/** The first two bits of a length that is none, and the six behind them. Redis names them RDB_ENC_*. */
export const STRING_ENCODING = { integer8: 0, integer16: 1, integer32: 2, compressed: 3 } as const;

/** Auxiliary fields of this name hold a Lua script each, and there may be many: Redis before 7 writes them. */
export const SCRIPT_FIELD = 'lua';

/** Which of the three forms of a stream: that of Redis 5 to 6.2, of 7.0, and since 7.2. */
export type StreamVersion = 1 | 2 | 3;
