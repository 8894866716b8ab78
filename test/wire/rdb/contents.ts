import { createHash } from 'node:crypto';
import type {
  DataEntry,
  DataValue,
  Snapshot,
  StreamValue,
} from '../../../models/vocabulary/index.ts';

/**
 * What the databases hold, as JSON that a snapshot and a server can both be asked for: keys as `database/key`, what has no
 * order sorted, long text as its hash.
 */
export type Contents = Record<string, Json>;
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

export const brief = (text: string): string =>
  text.length <= 80
    ? text
    : `${text.length} bytes ${createHash('sha256').update(text, 'latin1').digest('hex')}`;

export const sorted = <Pair extends readonly string[]>(pairs: Iterable<Pair>): Pair[] =>
  [...pairs].sort((one, other) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1));

/** The contents of a snapshot. */
export const contentsOf = (snapshot: Snapshot): Contents =>
  Object.fromEntries(
    [...snapshot.databases].flatMap(([index, database]) =>
      [...database].map(([key, entry]) => [`${index}/${brief(key)}`, plainEntry(entry)]),
    ),
  );

const plainEntry = ({ value, expiresAt }: DataEntry): Json => ({
  expires: expiresAt !== null,
  expiresAt: expiresAt ?? -1,
  ...plainValue(value),
});

const plainValue = (value: DataValue): { readonly [name: string]: Json } => {
  switch (value.type) {
    case 'string':
      return { string: brief(value.value) };
    case 'list':
      return { list: value.items.map(brief) };
    case 'set':
      return { set: [...value.members].map(brief).sort() };
    case 'hash':
      return {
        hash: sorted(
          [...value.fields].map(([field, text]) => [
            brief(field),
            brief(text),
            String(value.expiries?.get(field) ?? -1),
          ]),
        ),
      };
    case 'zset':
      return {
        zset: sorted([...value.scores].map(([member, score]) => [brief(member), String(score)])),
      };
    case 'stream':
      return { stream: plainStream(value.stream) };
    case 'opaque':
      return { opaque: brief(Buffer.from(value.bytes).toString('latin1')) };
  }
};

const plainStream = (stream: StreamValue): Json => ({
  entries: stream.entries.map(({ id, fields }) => [id, fields.flat().map(brief)]),
  lastId: stream.lastId,
  firstId: stream.firstId,
  maxDeletedId: stream.maxDeletedId,
  entriesAdded: stream.entriesAdded,
  groups: stream.groups.map((group) => ({
    name: group.name,
    lastId: group.lastId,
    entriesRead: group.entriesRead,
    pending: group.pending.map((entry) => [
      entry.id,
      entry.consumer,
      entry.deliveredAt,
      entry.deliveries,
    ]),
    consumers: group.consumers
      .map(({ name, seenAt, activeAt }) => ({ name, seenAt, activeAt }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  })),
});

/** What `whole` says of all that `known` says something of. A server of an older version does not tell everything. */
export const asFarAs = (known: Json, whole: Json): Json => {
  if (Array.isArray(known) && Array.isArray(whole)) {
    return whole.map((part, index) => (index < known.length ? asFarAs(known[index], part) : part));
  }
  if (typeof known !== 'object' || typeof whole !== 'object') return whole;
  return Object.fromEntries(
    Object.entries(whole)
      .filter(([name]) => name in known)
      .map(([name, part]) => [name, asFarAs((known as Contents)[name] ?? part, part)]),
  );
};
