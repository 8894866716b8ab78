import type { DataValue } from '../../../models/vocabulary/index.ts';
import type { Chunks } from './chunks.ts';
import { doubleText, lengthText } from './encode.ts';
import { TYPE } from './format.ts';
import type { RdbForm } from './forms.ts';
import { writeExpiringHash, writeHash, writeHash2 } from './write-hash.ts';
import { writeStream } from './write-stream.ts';
import type { Writing } from './writing.ts';

/** The byte before a key that says how its value is written. */
export function typeOf(value: DataValue, form: RdbForm): number {
  switch (value.type) {
    case 'string':
      return TYPE.string;
    case 'list':
      return TYPE.list;
    case 'set':
      return TYPE.set;
    case 'hash':
      return expires(value) ? form.expiringHash : TYPE.hash;
    case 'zset':
      return TYPE.zset2;
    case 'stream':
      return STREAM_TYPES[form.stream];
    case 'opaque':
      return value.encoding;
  }
}

const STREAM_TYPES = { 1: TYPE.stream, 2: TYPE.stream2, 3: TYPE.stream3 } as const;

type Hash = Extract<DataValue, { readonly type: 'hash' }>;

/** Whether any of its fields expires. */
const expires = (hash: Hash): hash is Hash & { readonly expiries: ReadonlyMap<string, number> } =>
  hash.expiries !== undefined && hash.expiries.size > 0;

/** Writes a value in the plain form of its type, one element after the other: every server reads that, whatever it keeps. */
export function* writeValue(chunks: Chunks, value: DataValue, form: RdbForm): Writing {
  switch (value.type) {
    case 'string':
      chunks.putString(value.value);
      return;
    case 'list':
      return yield* writeStrings(chunks, value.items.length, value.items);
    case 'set':
      return yield* writeStrings(chunks, value.members.size, value.members);
    case 'hash':
      return yield* writeAnyHash(chunks, value, form);
    case 'zset':
      return yield* writeZset(chunks, value.scores);
    case 'stream':
      return yield* writeStream(chunks, value.stream, form);
    case 'opaque':
      chunks.putBytes(value.bytes);
      return;
  }
}

function* writeStrings(chunks: Chunks, count: number, strings: Iterable<string>): Writing {
  chunks.put(lengthText(count));
  for (const string of strings) {
    chunks.putString(string);
    while (chunks.ready) yield chunks.take();
  }
}

function* writeZset(chunks: Chunks, scores: ReadonlyMap<string, number>): Writing {
  chunks.put(lengthText(scores.size));
  for (const [member, score] of scores) {
    chunks.putString(member);
    chunks.put(doubleText(score));
    while (chunks.ready) yield chunks.take();
  }
}

const writeAnyHash = (chunks: Chunks, hash: Hash, form: RdbForm): Writing => {
  if (!expires(hash)) return writeHash(chunks, hash.fields);
  return form.expiringHash === TYPE.hash2
    ? writeHash2(chunks, hash.fields, hash.expiries)
    : writeExpiringHash(chunks, hash.fields, hash.expiries);
};
