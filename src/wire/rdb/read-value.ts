import type { DataValue } from '../../../models/vocabulary/index.ts';
import { expiringHashOf, hashOf, listOf, setOf, zsetOf } from './collect.ts';
import { TYPE } from './format.ts';
import { readIntset } from './intset.ts';
import { readListpack } from './listpack.ts';
import type { MemoryBudget } from './memory-budget.ts';
import {
  readExpiringHash,
  readHash,
  readHash2,
  readList,
  readQuicklist,
  readQuicklist2,
  readSet,
  readTextZset,
  readZset,
} from './read-collection.ts';
import { readModuleValue } from './read-module.ts';
import { readStream } from './read-stream.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';
import { readZiplist } from './ziplist.ts';
import { readZipmap } from './zipmap.ts';

/** Who wrote an RDB, as its first letters say. The same number can mean different types in theirs. */
export type RdbWriter = 'REDIS' | 'VALKEY';

type ValueReader = (source: RdbSource) => Reading<DataValue>;

/** Reads a value that stands packed in one string: how to take it apart, and what that makes. */
const packed = (
  unpack: (bytes: Buffer, budget: MemoryBudget) => string[],
  make: (strings: readonly string[]) => DataValue,
): ValueReader =>
  function* (source) {
    while (!source.hasString()) yield;
    return make(unpack(source.bytes(), source.budget));
  };

function* readString(source: RdbSource): Reading<DataValue> {
  while (!source.hasString()) yield;
  return { type: 'string', value: source.text() };
}

/** The earliest expiry stands before it, which its own elements say again. */
function* readExpiringListpack(source: RdbSource): Reading<DataValue> {
  while (!source.has(8)) yield;
  source.skip(8);
  return yield* packed(readListpack, expiringHashOf)(source);
}

const SHARED: Readonly<Record<number, ValueReader>> = {
  [TYPE.string]: readString,
  [TYPE.list]: readList,
  [TYPE.set]: readSet,
  [TYPE.zset]: readTextZset,
  [TYPE.hash]: readHash,
  [TYPE.zset2]: readZset,
  [TYPE.module]: readModuleValue,
  [TYPE.hashZipmap]: packed(readZipmap, hashOf),
  [TYPE.listZiplist]: packed(readZiplist, listOf),
  [TYPE.setIntset]: packed(readIntset, setOf),
  [TYPE.zsetZiplist]: packed(readZiplist, zsetOf),
  [TYPE.hashZiplist]: packed(readZiplist, hashOf),
  [TYPE.listQuicklist]: readQuicklist,
  [TYPE.stream]: (source) => readStream(source, 1),
  [TYPE.hashListpack]: packed(readListpack, hashOf),
  [TYPE.zsetListpack]: packed(readListpack, zsetOf),
  [TYPE.listQuicklist2]: readQuicklist2,
  [TYPE.stream2]: (source) => readStream(source, 2),
  [TYPE.setListpack]: packed(readListpack, setOf),
  [TYPE.stream3]: (source) => readStream(source, 3),
};

const READERS: Readonly<Record<RdbWriter, Readonly<Record<number, ValueReader>>>> = {
  REDIS: {
    ...SHARED,
    [TYPE.hash2]: (source) => readExpiringHash(source, true),
    [TYPE.hashListpackExpiringPreRelease]: packed(readListpack, expiringHashOf),
    [TYPE.hashExpiring]: (source) => readExpiringHash(source, false),
    [TYPE.hashListpackExpiring]: readExpiringListpack,
  },
  VALKEY: { ...SHARED, [TYPE.hash2]: readHash2 },
};

/** What reads a value of the type whose byte was just taken. An unknown type is refused: nobody knows where it ends. */
export function valueReader(source: RdbSource, type: number, writer: RdbWriter): ValueReader {
  const reader = READERS[writer][type];
  if (reader === undefined) {
    source.refuse(
      type === TYPE.modulePreRelease
        ? 'the value of a module from a candidate of Redis 4, which only that module can read'
        : `a value of type ${type}, which is not known in an RDB of ${writer}`,
      source.position - 1,
    );
  }
  return reader;
}
