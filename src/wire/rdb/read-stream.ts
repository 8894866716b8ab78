import type {
  DataValue,
  StreamEntry,
  StreamGroup,
  StreamValue,
} from '../../../models/vocabulary/index.ts';
import { addTo } from './collect.ts';
import type { StreamVersion } from './format.ts';
import { readListpack } from './listpack.ts';
import { readGroup } from './read-stream-group.ts';
import { RAW_ID_BYTES, readId } from './read-stream-id.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';
import { NO_ID } from './stream-id.ts';
import { readNode } from './stream-node.ts';

export function* readStream(source: RdbSource, version: StreamVersion): Reading<DataValue> {
  const entries = yield* readEntries(source);
  const lastId = yield* readId(source);
  const counters = version === 1 ? assumedCounters(entries) : yield* readCounters(source);
  while (!source.hasLength()) yield;
  const groups = new Map<string, StreamGroup>();
  for (let left = source.count(5); left > 0; left -= 1) {
    const group = yield* readGroup(source, version, entries, lastId);
    addTo(groups, group.name, group, 'group');
  }
  return {
    type: 'stream',
    stream: { entries, lastId, ...counters, groups: [...groups.values()] },
  };
}

function* readEntries(source: RdbSource): Reading<StreamEntry[]> {
  while (!source.hasLength()) yield;
  const entries: StreamEntry[] = [];
  for (let left = source.count(RAW_ID_BYTES); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const key = source.bytes();
    if (key.length !== RAW_ID_BYTES) source.refuse(`a stream ID of ${key.length} bytes`);
    const first = { milliseconds: key.readBigUInt64BE(0), sequence: key.readBigUInt64BE(8) };
    while (!source.hasString()) yield;
    const elements = readListpack(source.bytes(), source.budget);
    for (const entry of readNode(first, elements)) entries.push(entry);
  }
  while (!source.hasLength()) yield;
  const length = source.length();
  if (length !== entries.length) {
    source.refuse(`a stream of ${length} entries in which ${entries.length} are`);
  }
  return entries;
}

type Counters = Pick<StreamValue, 'firstId' | 'maxDeletedId' | 'entriesAdded'>;

/** What Redis 7 takes for granted of a stream that comes without counters: that nothing was ever deleted from it. */
const assumedCounters = (entries: readonly StreamEntry[]): Counters => ({
  firstId: entries[0]?.id ?? NO_ID,
  maxDeletedId: NO_ID,
  entriesAdded: entries.length,
});

function* readCounters(source: RdbSource): Reading<Counters> {
  const firstId = yield* readId(source);
  const maxDeletedId = yield* readId(source);
  while (!source.hasLength()) yield;
  return { firstId, maxDeletedId, entriesAdded: source.length() };
}
