import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import {
  array,
  bulk,
  bulks,
  error,
  integer,
  NOT_AN_INTEGER,
  OK,
  SYNTAX_ERROR,
  simple,
} from '../replies.ts';
import { globToRegExp } from '../settings.ts';
import { type Command, command, write } from './command.ts';
import { deadlineOf, int64 } from './strings.ts';

const del = (name: string) =>
  write(name, -2, (node, client, keys) => {
    const gone = keys.filter((key) => node.data.remove(client.database, key));
    if (gone.length > 0) node.propagate(client.database, [name.toUpperCase(), ...gone]);
    return integer(gone.length);
  });

/** EXPIRE and its kin: the stream carries the deadline, so that a late replica expires the key at the same time. */
const expire = (name: string, option: string) =>
  write(name, 3, (node, client, [key = '', word = '']) => {
    const entry = node.data.read(client.database, key);
    if (int64(word) === null) return NOT_AN_INTEGER;
    if (entry === undefined) return integer(0);
    const deadline = deadlineOf(option, word, node.now());
    if (deadline === null || (deadline <= node.now() && node.role === 'master')) {
      node.data.remove(client.database, key);
      node.propagate(client.database, ['DEL', key]);
      return integer(1);
    }
    node.data.write(client.database, key, { ...entry, expiresAt: deadline });
    node.propagate(client.database, ['PEXPIREAT', key, String(deadline)]);
    return integer(1);
  });

const timeToLive = (name: string, unit: number) =>
  command(name, 2, (node, client, [key = '']) => {
    const entry = node.data.read(client.database, key);
    if (entry === undefined) return integer(-2);
    if (entry.expiresAt === null) return integer(-1);
    return integer(Math.round((entry.expiresAt - node.now()) / unit));
  });

const flush = (name: string, database: (client: Client) => number | undefined) =>
  write(name, -1, (node, client) => {
    node.data.keyspace.flush(database(client));
    node.propagate(client.database, [name.toUpperCase()]);
    return OK;
  });

/** Gives a key another name; the value and when it expires go along. */
const rename = (node: ReplicationNode, { database }: Client, from: string, to: string): boolean => {
  const entry = node.data.read(database, from);
  if (entry === undefined) return false;
  node.data.remove(database, from);
  node.data.write(database, to, entry);
  return true;
};

const persist = write('persist', 2, (node, client, [key = '']) => {
  const entry = node.data.read(client.database, key);
  if (entry === undefined || entry.expiresAt === null) return integer(0);
  node.data.write(client.database, key, { ...entry, expiresAt: null });
  node.propagate(client.database, ['PERSIST', key]);
  return integer(1);
});

const databaseOf = (node: ReplicationNode, word: string): number | null => {
  const database = /^\d{1,9}$/.test(word) ? Number(word) : -1;
  return database >= 0 && database < node.settings.number('databases') ? database : null;
};

const swap = write('swapdb', 3, (node, client, [one = '', other = '']) => {
  const [first, second] = [databaseOf(node, one), databaseOf(node, other)];
  if (first === null || second === null) return error('DB index is out of range');
  node.data.keyspace.swap(first, second);
  node.propagate(client.database, ['SWAPDB', one, other]);
  return OK;
});

const move = write('move', 3, (node, client, [key = '', word = '']) => {
  const database = databaseOf(node, word);
  if (database === null) return error('DB index is out of range');
  if (database === client.database) return error('source and destination objects are the same');
  const entry = node.data.read(client.database, key);
  if (entry === undefined || node.data.read(database, key) !== undefined) return integer(0);
  node.data.remove(client.database, key);
  node.data.write(database, key, entry);
  node.propagate(client.database, ['MOVE', key, word]);
  return integer(1);
});

/** Up to 10 keys a call where the client names no count, as in Redis. */
const SCAN_COUNT = 10;

/** The cursor is how many keys were passed; keys that are written or go away meanwhile may be missed or told twice. */
const scan = command('scan', -2, (node, client, [cursor = '', ...options]) => {
  if (!/^\d{1,15}$/.test(cursor)) return error('invalid cursor');
  const given = new Map<string, string>();
  for (let index = 0; index < options.length; index += 2) {
    given.set(options[index]?.toLowerCase() ?? '', options[index + 1] ?? '');
  }
  const count = Number(given.get('count') ?? SCAN_COUNT);
  if (!Number.isSafeInteger(count) || count < 1) return SYNTAX_ERROR;
  const matches = globToRegExp(given.get('match') ?? '*');
  const type = given.get('type')?.toLowerCase();
  const from = Number(cursor);
  const keys: string[] = [];
  let position = 0;
  for (const key of node.data.keyspace.keys(client.database)) {
    if (position >= from + count) break;
    position += 1;
    if (position <= from || !matches.test(key)) continue;
    const entry = node.data.read(client.database, key);
    if (entry !== undefined && (type === undefined || entry.value.type === type)) keys.push(key);
  }
  const next = position < node.data.keyspace.size(client.database) ? position : 0;
  return array([bulk(String(next)), bulks(keys)]);
});

export const KEY_COMMANDS: readonly Command[] = [
  del('del'),
  del('unlink'),
  expire('expire', 'ex'),
  expire('pexpire', 'px'),
  expire('expireat', 'exat'),
  expire('pexpireat', 'pxat'),
  timeToLive('ttl', 1000),
  timeToLive('pttl', 1),
  persist,
  swap,
  move,
  scan,
  write('rename', 3, (node, client, [from = '', to = '']) => {
    if (!rename(node, client, from, to)) return error('no such key');
    node.propagate(client.database, ['RENAME', from, to]);
    return OK;
  }),
  write('renamenx', 3, (node, client, [from = '', to = '']) => {
    if (node.data.read(client.database, from) === undefined) return error('no such key');
    if (node.data.read(client.database, to) !== undefined) return integer(0);
    rename(node, client, from, to);
    node.propagate(client.database, ['RENAME', from, to]);
    return integer(1);
  }),
  command('exists', -2, (node, client, keys) =>
    integer(keys.filter((key) => node.data.read(client.database, key) !== undefined).length),
  ),
  command('type', 2, (node, client, [key = '']) =>
    simple(node.data.read(client.database, key)?.value.type ?? 'none'),
  ),
  command('keys', 2, (node, client, [pattern = '']) => {
    const matches = globToRegExp(pattern);
    return bulks([...node.data.keyspace.keys(client.database)].filter((key) => matches.test(key)));
  }),
  command('dbsize', 1, (node, client) => integer(node.data.keyspace.size(client.database))),
  flush('flushdb', (client) => client.database),
  flush('flushall', () => undefined),
];
