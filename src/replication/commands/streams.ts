import type { StreamEntry, StreamId, StreamValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, bulks, error, integer, SYNTAX_ERROR } from '../replies.ts';
import {
  compareStreamIds,
  FIRST_SEQUENCE,
  LAST_SEQUENCE,
  nextStreamId,
  nextWithin,
  parseStreamId,
  showStreamId,
} from '../stream-ids.ts';
import { integerOf, keep, Refusal, reader, typedValue, writer } from './collection.ts';
import type { Command } from './command.ts';

const NO_ID: StreamId = '0-0';

const EMPTY: StreamValue = {
  entries: [],
  lastId: NO_ID,
  firstId: NO_ID,
  maxDeletedId: NO_ID,
  entriesAdded: 0,
  groups: [],
};

const INVALID_ID = error('Invalid stream ID specified as stream command argument');

const streamOf = (node: ReplicationNode, client: Client, key: string): StreamValue | undefined =>
  typedValue(node, client, key, 'stream')?.stream;

const put = (
  node: ReplicationNode,
  client: Client,
  key: string,
  stream: StreamValue,
  entries: readonly StreamEntry[],
) =>
  keep(node, client, key, {
    type: 'stream',
    stream: { ...stream, entries, firstId: entries[0]?.id ?? NO_ID },
  });

/** What stands before the ID in XADD, and the whole of XTRIM. */
interface Trimming {
  readonly by: 'maxlen' | 'minid' | null;
  readonly threshold: string;
  readonly onlyExisting: boolean;
  /** The words behind. */
  readonly rest: readonly string[];
}

const trimmingOf = (words: readonly string[]): Trimming => {
  let trimming: Omit<Trimming, 'rest'> = { by: null, threshold: '', onlyExisting: false };
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index]?.toLowerCase();
    if (word === 'nomkstream') trimming = { ...trimming, onlyExisting: true };
    else if (word === 'maxlen' || word === 'minid') {
      const sign = words[index + 1];
      index += sign === '=' || sign === '~' ? 2 : 1;
      trimming = { ...trimming, by: word, threshold: words[index] ?? '' };
    } else if (word === 'limit' && trimming.by !== null) index += 1;
    else break;
  }
  if (trimming.by === 'maxlen' && integerOf(trimming.threshold) < 0) {
    throw new Refusal(error('The MAXLEN argument must be >= 0.'));
  }
  return { ...trimming, rest: words.slice(index) };
};

/** Which entries stay. We trim exactly, also where about would do. */
const trimmed = (
  entries: readonly StreamEntry[],
  { by, threshold }: Trimming,
): readonly StreamEntry[] => {
  if (by === null) return entries;
  if (by === 'maxlen') return entries.slice(Math.max(0, entries.length - integerOf(threshold)));
  const id = parseStreamId(threshold, FIRST_SEQUENCE);
  if (id === null) throw new Refusal(INVALID_ID);
  return entries.filter((entry) => compareStreamIds(entry.id, showStreamId(id)) >= 0);
};

/** How a trimming travels: exactly, whatever was asked for. */
const trimmingWords = ({ by, threshold }: Trimming): readonly string[] =>
  by === null ? [] : [by.toUpperCase(), '=', threshold];

const chosenId = (word: string, last: StreamId, now: number): StreamId => {
  if (word === '*') return nextStreamId(last, now);
  const within = /^(\d{1,20})-\*$/.exec(word)?.[1];
  const id =
    within === undefined ? parseStreamId(word, FIRST_SEQUENCE) : nextWithin(last, BigInt(within));
  const text = typeof id === 'string' ? id : id === null ? null : showStreamId(id);
  if (text === null && within === undefined) throw new Refusal(INVALID_ID);
  if (text === NO_ID) {
    throw new Refusal(error('The ID specified in XADD must be greater than 0-0'));
  }
  if (text === null || compareStreamIds(text, last) <= 0) {
    throw new Refusal(
      error('The ID specified in XADD is equal or smaller than the target stream top item'),
    );
  }
  return text;
};

const add = writer('xadd', -5, (node, client, [key = '', ...words]) => {
  const trimming = trimmingOf(words);
  const [word = '', ...texts] = trimming.rest;
  if (texts.length === 0 || texts.length % 2 !== 0) {
    return error("wrong number of arguments for 'xadd' command");
  }
  const known = streamOf(node, client, key);
  if (known === undefined && trimming.onlyExisting) return null;
  const stream = known ?? EMPTY;
  const id = chosenId(word, stream.lastId, node.now());
  const fields = Array.from(
    { length: texts.length / 2 },
    (_, index) => [texts[2 * index] ?? '', texts[2 * index + 1] ?? ''] as const,
  );
  const entries = node.data.keyspace.own(stream.entries, (shared) => [...shared]);
  entries.push({ id, fields });
  const after = { ...stream, lastId: id, entriesAdded: stream.entriesAdded + 1 };
  put(node, client, key, after, trimmed(entries, trimming));
  node.propagate(client.database, ['XADD', key, ...trimmingWords(trimming), id, ...texts]);
  return bulk(id);
});

const trim = writer('xtrim', -4, (node, client, [key = '', ...words]) => {
  const trimming = trimmingOf(words);
  if (trimming.by === null || trimming.rest.length > 0) return SYNTAX_ERROR;
  const stream = streamOf(node, client, key);
  if (stream === undefined) return integer(0);
  const entries = trimmed(stream.entries, trimming);
  const gone = stream.entries.length - entries.length;
  put(node, client, key, stream, entries);
  if (gone > 0) node.propagate(client.database, ['XTRIM', key, ...trimmingWords(trimming)]);
  return integer(gone);
});

const remove = writer('xdel', -3, (node, client, [key = '', ...words]) => {
  const ids = words.map((word) => {
    const id = parseStreamId(word, FIRST_SEQUENCE);
    if (id === null) throw new Refusal(INVALID_ID);
    return showStreamId(id);
  });
  const stream = streamOf(node, client, key);
  if (stream === undefined) return integer(0);
  const unwanted = new Set(ids);
  const gone = stream.entries.filter(({ id }) => unwanted.has(id));
  if (gone.length === 0) return integer(0);
  const maxDeletedId = gone.reduce(
    (most, { id }) => (compareStreamIds(id, most) > 0 ? id : most),
    stream.maxDeletedId,
  );
  const kept = stream.entries.filter(({ id }) => !unwanted.has(id));
  put(node, client, key, { ...stream, maxDeletedId }, kept);
  node.propagate(client.database, ['XDEL', key, ...words]);
  return integer(gone.length);
});

const bound = (word: string, sequence: bigint): StreamId => {
  const id = parseStreamId(word, sequence);
  if (id === null) throw new Refusal(INVALID_ID);
  return showStreamId(id);
};

const range = reader('xrange', -4, (node, client, [key = '', start = '', end = '', ...options]) => {
  const from = start === '-' ? NO_ID : bound(start, FIRST_SEQUENCE);
  const to = end === '+' ? showStreamId([LAST_SEQUENCE, LAST_SEQUENCE]) : bound(end, LAST_SEQUENCE);
  const [option, count] = options;
  if (option !== undefined && option.toLowerCase() !== 'count') return SYNTAX_ERROR;
  const limit = option === undefined ? Number.POSITIVE_INFINITY : integerOf(count);
  const within = (streamOf(node, client, key)?.entries ?? []).filter(
    ({ id }) => compareStreamIds(id, from) >= 0 && compareStreamIds(id, to) <= 0,
  );
  return array(
    within.slice(0, limit).map(({ id, fields }) => array([bulk(id), bulks(fields.flat())])),
  );
});

export const STREAM_COMMANDS: readonly Command[] = [
  add,
  trim,
  remove,
  range,
  reader('xlen', 2, (node, client, [key = '']) =>
    integer(streamOf(node, client, key)?.entries.length ?? 0),
  ),
];
