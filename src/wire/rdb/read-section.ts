import { OPCODE, SCRIPT_FIELD } from './format.ts';
import { readModuleAuxiliary } from './read-module.ts';
import type { Reading } from './reading.ts';
import type { SnapshotParts } from './snapshot-parts.ts';
import type { RdbSource } from './source.ts';

/** The most databases that a server can be given. */
const MOST_DATABASES = 2 ** 31 - 1;

/**
 * Reads what stands between keys. Hints on sizes, slots and eviction are passed over: they say nothing of the data, and a
 * server finds out anew.
 */
export function* readSection(
  source: RdbSource,
  opcode: number,
  parts: SnapshotParts,
): Reading<void> {
  switch (opcode) {
    case OPCODE.selectDatabase:
      parts.select(yield* readDatabase(source));
      return;
    case OPCODE.expirySeconds:
      while (!source.has(4)) yield;
      parts.expiresAt = source.takeInteger(4) * 1000;
      return;
    case OPCODE.expiryMilliseconds:
      while (!source.has(8)) yield;
      parts.expiresAt = source.takeInt64();
      return;
    case OPCODE.auxiliary:
      return yield* readAuxiliary(source, parts);
    case OPCODE.function:
      while (!source.hasString()) yield;
      parts.functions.push(source.text());
      return;
    case OPCODE.functionPreRelease:
      parts.functions.push(yield* readPreReleaseLibrary(source));
      return;
    case OPCODE.moduleAuxiliary:
      parts.addModuleAuxiliary(yield* readModuleAuxiliary(source));
      return;
    case OPCODE.resizeDatabase:
      return yield* skipLengths(source, 2);
    case OPCODE.slotInfo:
      return yield* skipLengths(source, 3);
    case OPCODE.idle:
      return yield* skipLengths(source, 1);
    case OPCODE.frequency:
      while (!source.has(1)) yield;
      source.skip(1);
      return;
    case OPCODE.slotImport:
      return source.refuse(
        'slots that are on their way into this node of a cluster, which a single server cannot take over; try again when the migration is done',
      );
    default:
      return source.refuse(`opcode ${opcode}, which is not known`, source.position - 1);
  }
}

function* readDatabase(source: RdbSource): Reading<number> {
  while (!source.hasLength()) yield;
  const index = source.length();
  if (index >= MOST_DATABASES) source.refuse(`database ${index}, which no server has`);
  return index;
}

function* readAuxiliary(source: RdbSource, parts: SnapshotParts): Reading<void> {
  while (!source.hasString()) yield;
  const name = source.text();
  while (!source.hasString()) yield;
  const value = source.text();
  if (name === SCRIPT_FIELD) parts.scripts.push(value);
  else parts.auxiliary.set(name, value);
}

/**
 * A library as the candidates of Redis 7.0 wrote it: what stands in its first line since then came in strings of its own.
 * Its description is dropped, for libraries have none any more.
 */
function* readPreReleaseLibrary(source: RdbSource): Reading<string> {
  while (!source.hasString()) yield;
  const name = source.text();
  while (!source.hasString()) yield;
  const engine = source.text();
  while (!source.hasLength()) yield;
  if (source.length() > 0) {
    while (!source.hasString()) yield;
    source.text();
  }
  while (!source.hasString()) yield;
  return `#!${engine.toLowerCase()} name=${name}\n${source.text()}`;
}

function* skipLengths(source: RdbSource, count: number): Reading<void> {
  for (let left = count; left > 0; left -= 1) {
    while (!source.hasLength()) yield;
    source.skipLength();
  }
}
