import { OPCODE, TYPE } from './format.ts';
import { KEY_OVERHEAD } from './memory-budget.ts';
import { readSection } from './read-section.ts';
import { type RdbWriter, valueReader } from './read-value.ts';
import type { Reading } from './reading.ts';
import type { SnapshotParts } from './snapshot-parts.ts';
import type { RdbSource } from './source.ts';

const HEADER_BYTES = 9;

const FIRST_WITH_CHECKSUM = 5;

/** What stands in place of a checksum when the writer made none (`rdbchecksum no`). */
const UNCHECKED = 0n;

/** Reads everything up to the last byte of the checksum, and returns the header. */
export function* readSnapshot(source: RdbSource, parts: SnapshotParts): Reading<string> {
  const { header, writer, version } = yield* readHeader(source);
  for (;;) {
    while (!source.has(1)) yield;
    const byte = source.takeByte();
    if (byte === OPCODE.end) break;
    if (byte >= OPCODE.slotImport) {
      yield* readSection(source, byte, parts);
      continue;
    }
    // Strings are read here: most datasets are made of them, and a generator for each would take its time.
    const readValue = byte === TYPE.string ? null : valueReader(source, byte, writer);
    while (!source.hasString()) yield;
    const key = source.text();
    parts.key = key;
    source.budget.take(KEY_OVERHEAD);
    if (readValue === null) {
      while (!source.hasString()) yield;
      parts.add(key, { type: 'string', value: source.text() });
    } else {
      parts.add(key, yield* readValue(source));
    }
  }
  if (version >= FIRST_WITH_CHECKSUM) yield* verifyChecksum(source);
  return header;
}

interface Header {
  readonly header: string;
  readonly writer: RdbWriter;
  readonly version: number;
}

/**
 * Takes any version, not only those that are known: a new type or opcode is refused where it stands, and most files of a
 * newer server have none.
 */
function* readHeader(source: RdbSource): Reading<Header> {
  while (!source.has(HEADER_BYTES)) yield;
  const header = source.takeText(HEADER_BYTES);
  const [, redis, valkey] = /^(?:REDIS(\d{4})|VALKEY(\d{3}))$/.exec(header) ?? [];
  const version = Number(redis ?? valkey ?? 0);
  if (version === 0) {
    source.refuse(`${JSON.stringify(header)} where "REDIS" or "VALKEY" and a version are due`, 0);
  }
  return { header, writer: redis === undefined ? 'VALKEY' : 'REDIS', version };
}

function* verifyChecksum(source: RdbSource): Reading<void> {
  const computed = source.checksum();
  while (!source.has(8)) yield;
  const written = source.takeUint64();
  if (written !== UNCHECKED && written !== computed) {
    source.refuse(
      `its checksum is ${hex(written)}, and that of its bytes is ${hex(computed)}: they changed on the way`,
      source.position - 8,
    );
  }
}

const hex = (value: bigint): string => value.toString(16).padStart(16, '0');
