import type { Database, ModuleAuxiliary, Snapshot } from '../../../models/vocabulary/index.ts';
import { Chunks } from './chunks.ts';
import { byteText, int64Text, lengthText, uint64Text } from './encode.ts';
import { OPCODE, SCRIPT_FIELD } from './format.ts';
import { RDB_FORMS, type RdbForm, type RdbHeader } from './forms.ts';
import { typeOf, writeValue } from './write-value.ts';
import type { Writing } from './writing.ts';

/**
 * Writes a snapshot as an RDB, in chunks of 64 KiB at most. It reads the snapshot while it is asked for chunks: nothing
 * in it may change meanwhile.
 */
export function* writeRdb(snapshot: Snapshot, header: RdbHeader = 'REDIS0009'): Writing {
  const chunks = new Chunks();
  const form = RDB_FORMS[header];
  chunks.put(header);
  for (const [name, value] of snapshot.auxiliary) putAuxiliary(chunks, name, value);
  for (const script of snapshot.scripts) putAuxiliary(chunks, SCRIPT_FIELD, script);
  putModules(chunks, snapshot, 'before-keys');
  for (const library of snapshot.functions) {
    chunks.put(byteText(OPCODE.function));
    chunks.putString(library);
    while (chunks.ready) yield chunks.take();
  }
  for (const [index, database] of snapshot.databases) {
    yield* writeDatabase(chunks, index, database, form);
  }
  putModules(chunks, snapshot, 'after-keys');
  chunks.put(byteText(OPCODE.end));
  chunks.flush();
  chunks.put(uint64Text(chunks.checksum));
  chunks.flush();
  while (chunks.ready) yield chunks.take();
}

/**
 * How many bytes `writeRdb` makes of a snapshot, for `$<length>` before the first of them. It writes it all and keeps
 * nothing: where the chunks are kept anyway, add up their lengths instead.
 */
export function rdbLength(snapshot: Snapshot, header?: RdbHeader): number {
  let length = 0;
  for (const chunk of writeRdb(snapshot, header)) length += chunk.length;
  return length;
}

const putAuxiliary = (chunks: Chunks, name: string, value: string): void => {
  chunks.put(byteText(OPCODE.auxiliary));
  chunks.putString(name);
  chunks.putString(value);
};

const putModules = (
  chunks: Chunks,
  { moduleAuxiliary }: Snapshot,
  place: ModuleAuxiliary['place'],
): void => {
  for (const part of moduleAuxiliary) {
    if (part.place !== place) continue;
    chunks.put(byteText(OPCODE.moduleAuxiliary));
    chunks.putBytes(part.bytes);
  }
};

function* writeDatabase(chunks: Chunks, index: number, database: Database, form: RdbForm): Writing {
  let expiring = 0;
  for (const { expiresAt } of database.values()) if (expiresAt !== null) expiring += 1;
  chunks.put(byteText(OPCODE.selectDatabase) + lengthText(index));
  chunks.put(byteText(OPCODE.resizeDatabase) + lengthText(database.size) + lengthText(expiring));
  for (const [key, { value, expiresAt }] of database) {
    if (expiresAt !== null) {
      chunks.put(byteText(OPCODE.expiryMilliseconds) + int64Text(expiresAt));
    }
    chunks.put(byteText(typeOf(value, form)));
    chunks.putString(key);
    // Strings are written here: most datasets are made of them, and a generator for each would take its time.
    if (value.type === 'string') chunks.putString(value.value);
    else yield* writeValue(chunks, value, form);
    while (chunks.ready) yield chunks.take();
  }
}
