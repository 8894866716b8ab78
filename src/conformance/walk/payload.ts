import type { DataEntry } from '../../../models/vocabulary/index.ts';
import { writeRdb } from '../../wire/rdb/writer.ts';

/** So many keys, each of some size, that a target can be slowed down while it loads them. */
const KEYS = 40;
const VALUE = 'x'.repeat(1024);

const entries: (readonly [string, DataEntry])[] = Array.from({ length: KEYS }, (_, index) => [
  `walk:${index}`,
  { value: { type: 'string', value: VALUE }, expiresAt: null },
]);

/** A snapshot that every server can load. */
export const PAYLOAD: Buffer = Buffer.concat([
  ...writeRdb({
    databases: new Map([[0, new Map(entries)]]),
    functions: [],
    scripts: [],
    moduleAuxiliary: [],
    auxiliary: new Map([['repl-stream-db', '0']]),
  }),
]);

/** As long, and no snapshot at all. */
export const NONSENSE: Buffer = Buffer.alloc(PAYLOAD.length, 'nonsense');

/** How much of a snapshot is sent before the rest. */
export const BEGINNING = 9;
