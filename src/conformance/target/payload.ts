import type { Snapshot } from '../../../models/vocabulary/index.ts';
import { writeRdb } from '../../wire/rdb/writer.ts';
import type { Written } from '../lab.ts';

/** A snapshot that any server since Redis 5 loads, with some keys of ours in it. */
export const payloadOf = (
  keys: readonly Written[],
  auxiliary: readonly (readonly [string, string])[] = [],
): Buffer => {
  const databases = new Map<
    number,
    Map<string, { value: { type: 'string'; value: string }; expiresAt: null }>
  >();
  for (const { key, value, database } of keys) {
    const entries = databases.get(database) ?? new Map();
    databases.set(
      database,
      entries.set(key, { value: { type: 'string', value }, expiresAt: null }),
    );
  }
  const snapshot: Snapshot = {
    databases,
    functions: [],
    scripts: [],
    moduleAuxiliary: [],
    auxiliary: new Map(auxiliary),
  };
  return Buffer.concat([...writeRdb(snapshot)]);
};
