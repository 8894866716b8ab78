import type {
  StreamConsumer,
  StreamEntry,
  StreamGroup,
  StreamId,
  StreamPending,
} from '../../../models/vocabulary/index.ts';
import { addTo } from './collect.ts';
import type { StreamVersion } from './format.ts';
import { RAW_ID_BYTES, readId, takeRawId } from './read-stream-id.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';
import { compareIds } from './stream-id.ts';

export function* readGroup(
  source: RdbSource,
  version: StreamVersion,
  entries: readonly StreamEntry[],
  streamLastId: StreamId,
): Reading<StreamGroup> {
  while (!source.hasString()) yield;
  const name = source.text();
  const lastId = yield* readId(source);
  while (version > 1 && !source.hasLength()) yield;
  const entriesRead = version > 1 ? source.signed() : assumedRead(entries, streamLastId, lastId);
  const pending = yield* readPending(source);
  const consumers = yield* readConsumers(source, version, pending);
  return { name, lastId, entriesRead, pending: owned(source, pending), consumers };
}

/** A group whose position among all entries that ever were is not known. */
const UNKNOWN = -1;

/** How many entries Redis 7 takes a group to have read that comes without a number. */
function assumedRead(entries: readonly StreamEntry[], lastId: StreamId, id: StreamId): number {
  const first = entries[0];
  if (first === undefined) return 0;
  if (compareIds(id, lastId) === 0) return entries.length;
  if (compareIds(id, lastId) > 0) return UNKNOWN;
  const toFirst = compareIds(id, first.id);
  if (toFirst > 0) return UNKNOWN;
  return toFirst < 0 ? 0 : 1;
}

/** A pending entry, and the consumer that it was delivered to, which only a later part tells. */
interface Delivery {
  readonly deliveredAt: number;
  readonly deliveries: number;
  consumer: string | null;
}

function* readPending(source: RdbSource): Reading<Map<StreamId, Delivery>> {
  while (!source.hasLength()) yield;
  const pending = new Map<StreamId, Delivery>();
  for (let left = source.count(RAW_ID_BYTES + 9); left > 0; left -= 1) {
    while (!source.has(RAW_ID_BYTES + 8)) yield;
    const id = takeRawId(source);
    const deliveredAt = source.takeInt64();
    while (!source.hasLength()) yield;
    source.budget.take(RAW_ID_BYTES);
    addTo(
      pending,
      id,
      { deliveredAt, deliveries: source.length(), consumer: null },
      'pending entry',
    );
  }
  return pending;
}

/** Reads the consumers, and notes in `pending` which entries are theirs. */
function* readConsumers(
  source: RdbSource,
  version: StreamVersion,
  pending: ReadonlyMap<StreamId, Delivery>,
): Reading<StreamConsumer[]> {
  while (!source.hasLength()) yield;
  const consumers = new Map<string, StreamConsumer>();
  for (let left = source.count(10); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const name = source.text();
    while (!source.has(8)) yield;
    const seenAt = source.takeInt64();
    while (version === 3 && !source.has(8)) yield;
    const activeAt = version === 3 ? source.takeInt64() : seenAt;
    addTo(consumers, name, { name, seenAt, activeAt }, 'consumer');
    while (!source.hasLength()) yield;
    for (let own = source.count(RAW_ID_BYTES); own > 0; own -= 1) {
      while (!source.has(RAW_ID_BYTES)) yield;
      const id = takeRawId(source);
      const delivery = pending.get(id);
      if (delivery === undefined) {
        source.refuse(`${id} is pending for a consumer, not for its group`);
      }
      if (delivery.consumer !== null) source.refuse(`${id} is pending for two consumers`);
      delivery.consumer = name;
    }
  }
  return [...consumers.values()];
}

const owned = (source: RdbSource, pending: ReadonlyMap<StreamId, Delivery>): StreamPending[] =>
  [...pending].map(([id, { consumer, deliveredAt, deliveries }]) => {
    if (consumer === null) source.refuse(`${id} is pending for a group, not for a consumer of it`);
    return { id, consumer, deliveredAt, deliveries };
  });
