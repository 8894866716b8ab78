import type { RespValue } from '../../../models/vocabulary/index.ts';
import { brief, type Contents, type Json, sorted } from './contents.ts';
import type { RunningServer } from './real-server.ts';

/** Asks a server for all that its databases hold. What it has no word for is left out. */
export async function contentsOfServer(server: RunningServer): Promise<Contents> {
  const contents: [string, Json][] = [];
  for (const index of await databasesOfServer(server)) {
    for (const key of await keysOfServer(server, index)) {
      contents.push([`${index}/${brief(key)}`, await entry(server, key)]);
    }
  }
  return Object.fromEntries(contents);
}

/** The code of its libraries of functions. */
export async function functionsOfServer(server: RunningServer): Promise<string[]> {
  const libraries = await server.do('FUNCTION', 'LIST', 'WITHCODE');
  return items(libraries).map((library) => text(named(library).get('library_code')));
}

/** Which databases have keys. */
export async function databasesOfServer(server: RunningServer): Promise<number[]> {
  const info = text(await server.do('INFO', 'keyspace'));
  return [...info.matchAll(/^db(\d+):/gm)].map(([, index]) => Number(index));
}

/** Selects a database, and lists its keys. */
export async function keysOfServer(server: RunningServer, index: number): Promise<string[]> {
  await server.do('SELECT', String(index));
  return strings(await server.do('KEYS', '*')).sort();
}

const entry = async (server: RunningServer, key: string): Promise<Json> => {
  const expires = integer(await server.do('PTTL', key)) !== -1;
  const expiresAt = await server.ask('PEXPIRETIME', key);
  const known =
    expiresAt !== null && 'integer' in expiresAt ? { expiresAt: expiresAt.integer } : {};
  return { expires, ...known, ...(await value(server, key)) };
};

const value = async (server: RunningServer, key: string): Promise<Contents> => {
  const type = word(await server.do('TYPE', key));
  switch (type) {
    case 'string':
      return { string: brief(text(await server.do('GET', key))) };
    case 'list':
      return { list: strings(await server.do('LRANGE', key, '0', '-1')).map(brief) };
    case 'set':
      return {
        set: strings(await server.do('SMEMBERS', key))
          .map(brief)
          .sort(),
      };
    case 'hash':
      return { hash: await hash(server, key) };
    case 'zset':
      return { zset: await zset(server, key) };
    case 'stream':
      return { stream: await stream(server, key) };
    default:
      return { opaque: await opaque(server, key) };
  }
};

const hash = async (server: RunningServer, key: string): Promise<Json> => {
  const words = strings(await server.do('HGETALL', key));
  const pairs = words.flatMap((field, index) =>
    index % 2 === 0 ? [[field, words[index + 1] ?? ''] as const] : [],
  );
  const fields = pairs.map(([field]) => field);
  const times = await server.ask('HPEXPIRETIME', key, 'FIELDS', String(fields.length), ...fields);
  const expiries =
    times !== null && 'array' in times ? times.array.map(integer) : fields.map(() => -1);
  return sorted(
    pairs.map(([field, found], index) => [brief(field), brief(found), String(expiries[index])]),
  );
};

const zset = async (server: RunningServer, key: string): Promise<Json> => {
  const words = strings(await server.do('ZRANGE', key, '0', '-1', 'WITHSCORES'));
  return sorted(
    words.flatMap((member, index) =>
      index % 2 === 0 ? [[brief(member), String(score(words[index + 1] ?? ''))] as const] : [],
    ),
  );
};

const score = (printed: string): number => Number(printed.replace(/^(-?)inf$/, '$1Infinity'));

/** What the type of a module saved, cut out of DUMP: a byte for the type before it, version and checksum behind it. */
const opaque = async (server: RunningServer, key: string): Promise<Json> =>
  brief(text(await server.do('DUMP', key)).slice(1, -10));

const stream = async (server: RunningServer, key: string): Promise<Json> => {
  const full = named(await server.do('XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'));
  const entries = items(full.get('entries'));
  return {
    entries: entries.map((found) => {
      const [id = null, fields] = items(found);
      return [text(id), strings(fields).map(brief)];
    }),
    lastId: text(full.get('last-generated-id')),
    ...(full.has('entries-added') && {
      // Of an empty stream that came without counters Redis says the highest ID there is, which means nothing.
      ...(entries.length > 0 && { firstId: text(full.get('recorded-first-entry-id')) }),
      maxDeletedId: text(full.get('max-deleted-entry-id')),
      entriesAdded: integer(full.get('entries-added')),
    }),
    groups: items(full.get('groups')).map(group),
  };
};

const group = (found: RespValue): Json => {
  const full = named(found);
  const pending = full.get('pending') ?? full.get('pel');
  return {
    name: text(full.get('name')),
    lastId: text(full.get('last-delivered-id')),
    ...(full.has('entries-read') && { entriesRead: integer(full.get('entries-read') ?? UNKNOWN) }),
    pending: items(pending).map((entryFound) => {
      const [id, consumer, deliveredAt, deliveries] = items(entryFound);
      return [text(id), text(consumer), integer(deliveredAt), integer(deliveries)];
    }),
    consumers: items(full.get('consumers'))
      .map(named)
      .map((consumer) => ({
        name: text(consumer.get('name')),
        seenAt: integer(consumer.get('seen-time')),
        ...(consumer.has('active-time') && { activeAt: integer(consumer.get('active-time')) }),
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
};

/** How many entries a group has read, where the server does not know: it answers with a null. */
const UNKNOWN: RespValue = { integer: -1 };

const unexpected = (reply: RespValue | undefined): never => {
  throw new Error(`an unexpected reply: ${JSON.stringify(reply)}`);
};

const items = (reply: RespValue | undefined): readonly RespValue[] =>
  reply && 'array' in reply ? reply.array : unexpected(reply);

const text = (reply: RespValue | undefined): string =>
  reply && 'bulk' in reply ? reply.bulk : unexpected(reply);

const word = (reply: RespValue): string =>
  reply && 'simple' in reply ? reply.simple : unexpected(reply);

const integer = (reply: RespValue | undefined): number =>
  reply && 'integer' in reply ? reply.integer : unexpected(reply);

const strings = (reply: RespValue | undefined): string[] => items(reply).map(text);

/** Names and values that stand one after the other. */
const named = (reply: RespValue): Map<string, RespValue> => {
  const found = items(reply);
  return new Map(
    found.flatMap((name, index) =>
      index % 2 === 0 ? [[text(name), found[index + 1] ?? null] as const] : [],
    ),
  );
};
