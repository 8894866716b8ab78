import type { Chunks } from './chunks.ts';
import { int64Text, lengthText } from './encode.ts';
import type { Writing } from './writing.ts';

type Fields = ReadonlyMap<string, string>;
type Expiries = ReadonlyMap<string, number>;

export function* writeHash(chunks: Chunks, fields: Fields): Writing {
  chunks.put(lengthText(fields.size));
  for (const [field, value] of fields) {
    chunks.putString(field);
    chunks.putString(value);
    while (chunks.ready) yield chunks.take();
  }
}

/** A hash in which fields expire, for Redis: times count from the earliest, and from one, for zero is a field that stays. */
export function* writeExpiringHash(chunks: Chunks, fields: Fields, expiries: Expiries): Writing {
  let earliest = Number.POSITIVE_INFINITY;
  for (const time of expiries.values()) earliest = Math.min(earliest, time);
  chunks.put(int64Text(earliest) + lengthText(fields.size));
  for (const [field, value] of fields) {
    const time = expiries.get(field);
    chunks.put(lengthText(time === undefined ? 0 : time - earliest + 1));
    chunks.putString(field);
    chunks.putString(value);
    while (chunks.ready) yield chunks.take();
  }
}

/** What Valkey writes for a field that stays. */
const NEVER = -1;

/** The same for Valkey. */
export function* writeHash2(chunks: Chunks, fields: Fields, expiries: Expiries): Writing {
  chunks.put(lengthText(fields.size));
  for (const [field, value] of fields) {
    chunks.putString(field);
    chunks.putString(value);
    chunks.put(int64Text(expiries.get(field) ?? NEVER));
    while (chunks.ready) yield chunks.take();
  }
}
