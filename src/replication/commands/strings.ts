import { atLeast, type DataEntry } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import {
  bulk,
  bulks,
  error,
  integer,
  NOT_AN_INTEGER,
  OK,
  SYNTAX_ERROR,
  simple,
  WRONG_TYPE,
} from '../replies.ts';
import { globToRegExp } from '../settings.ts';
import { type Command, command, write } from './command.ts';

const int64 = (word: string): bigint | null => {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(word)) return null;
  const value = BigInt(word);
  return value === BigInt.asIntN(64, value) ? value : null;
};

/** Milliseconds since 1970 at which a key expires, by the option that names it; null where the value is no time. */
const deadlineOf = (option: string, word: string, now: number): number | null => {
  const value = int64(word);
  if (value === null || value <= 0n || value > 2n ** 50n) return null;
  const number = Number(value);
  switch (option) {
    case 'ex':
      return now + number * 1000;
    case 'px':
      return now + number;
    case 'exat':
      return number * 1000;
    default:
      return number;
  }
};

interface SetOptions {
  readonly only: 'nx' | 'xx' | null;
  readonly keepsTtl: boolean;
  readonly getsOld: boolean;
  readonly expiresAt: number | null;
}

const parseSetOptions = (words: readonly string[], now: number): SetOptions | 'syntax' | 'time' => {
  let options: SetOptions = { only: null, keepsTtl: false, getsOld: false, expiresAt: null };
  for (let index = 0; index < words.length; index += 1) {
    const option = (words[index] ?? '').toLowerCase();
    if ((option === 'nx' || option === 'xx') && options.only === null) {
      options = { ...options, only: option };
    } else if (option === 'get') options = { ...options, getsOld: true };
    else if (option === 'keepttl' && options.expiresAt === null) {
      options = { ...options, keepsTtl: true };
    } else if (/^(ex|px)(at)?$/.test(option) && options.expiresAt === null && !options.keepsTtl) {
      index += 1;
      const expiresAt = deadlineOf(option, words[index] ?? '', now);
      if (expiresAt === null) return words[index] === undefined ? 'syntax' : 'time';
      options = { ...options, expiresAt };
    } else return 'syntax';
  }
  return options;
};

const textOf = (entry: DataEntry | undefined): string | null | undefined =>
  entry === undefined ? undefined : entry.value.type === 'string' ? entry.value.value : null;

const put = (
  node: ReplicationNode,
  client: Client,
  key: string,
  value: string,
  expiresAt: number | null,
) => node.data.write(client.database, key, { value: { type: 'string', value }, expiresAt });

/** A deadline travels as such, and to replicas before 6.2, which do not know PXAT, as a command of its own. */
const propagateSet = (
  node: ReplicationNode,
  client: Client,
  [key, value]: readonly [key: string, value: string],
  expiresAt: number | null,
  keepsTtl: boolean,
): void => {
  const deadline = String(expiresAt);
  const inOne = expiresAt !== null && atLeast(node.dialect, 'redis-6.2');
  node.propagate(client.database, [
    'SET',
    key,
    value,
    ...(keepsTtl ? ['KEEPTTL'] : []),
    ...(inOne ? ['PXAT', deadline] : []),
  ]);
  if (expiresAt !== null && !inOne) {
    node.propagate(client.database, ['PEXPIREAT', key, deadline]);
  }
};

const set = write('set', -3, (node, client, [key = '', value = '', ...rest]) => {
  const options = parseSetOptions(rest, node.now());
  if (options === 'syntax') return SYNTAX_ERROR;
  if (options === 'time') return error("invalid expire time in 'set' command");
  const old = node.data.read(client.database, key);
  const oldText = textOf(old);
  if (options.getsOld && oldText === null) return WRONG_TYPE;
  const answer = options.getsOld ? (oldText === undefined ? null : bulk(oldText ?? '')) : OK;
  if (options.only !== null && (options.only === 'nx') === (old !== undefined)) {
    return options.getsOld ? answer : null;
  }
  const expiresAt = options.keepsTtl ? (old?.expiresAt ?? null) : options.expiresAt;
  put(node, client, key, value, expiresAt);
  propagateSet(node, client, [key, value], options.keepsTtl ? null : expiresAt, options.keepsTtl);
  return answer;
});

const del = (name: string) =>
  write(name, -2, (node, client, keys) => {
    const gone = keys.filter((key) => node.data.remove(client.database, key));
    if (gone.length > 0) node.propagate(client.database, [name.toUpperCase(), ...gone]);
    return integer(gone.length);
  });

/** INCR and its kin: `step` gives what to add from the words behind the key. */
const increment = (
  name: string,
  words: number,
  step: (word: string | undefined) => bigint | null,
) =>
  write(name, words, (node, client, [key = '', word]) => {
    const entry = node.data.read(client.database, key);
    const text = textOf(entry);
    if (text === null) return WRONG_TYPE;
    const before = int64(text ?? '0');
    const added = step(word);
    if (before === null || added === null) return NOT_AN_INTEGER;
    const after = before + added;
    if (after !== BigInt.asIntN(64, after)) {
      return error('increment or decrement would overflow');
    }
    if (after > Number.MAX_SAFE_INTEGER || after < Number.MIN_SAFE_INTEGER) {
      return error('this server answers integers up to 2^53 - 1');
    }
    put(node, client, key, String(after), entry?.expiresAt ?? null);
    node.propagate(client.database, word === undefined ? [name, key] : [name, key, word]);
    return integer(Number(after));
  });

const append = write('append', 3, (node, client, [key = '', tail = '']) => {
  const entry = node.data.read(client.database, key);
  const text = textOf(entry);
  if (text === null) return WRONG_TYPE;
  const value = `${text ?? ''}${tail}`;
  put(node, client, key, value, entry?.expiresAt ?? null);
  node.propagate(client.database, ['APPEND', key, tail]);
  return integer(value.length);
});

const get = command('get', 2, (node, client, [key = '']) => {
  const text = textOf(node.data.read(client.database, key));
  if (text === null) return WRONG_TYPE;
  return text === undefined ? null : bulk(text);
});

/** EXPIRE and its kin: the stream carries the deadline, so that a late replica expires the key at the same time. */
const expire = (name: string, option: string) =>
  write(name, 3, (node, client, [key = '', word = '']) => {
    const entry = node.data.read(client.database, key);
    if (int64(word) === null) return NOT_AN_INTEGER;
    if (entry === undefined) return integer(0);
    const deadline = deadlineOf(option, word, node.now());
    if (deadline === null || deadline <= node.now()) {
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

export const STRING_COMMANDS: readonly Command[] = [
  set,
  get,
  append,
  del('del'),
  del('unlink'),
  increment('incr', 2, () => 1n),
  increment('decr', 2, () => -1n),
  increment('incrby', 3, (word) => int64(word ?? '')),
  increment('decrby', 3, (word) => {
    const value = int64(word ?? '');
    return value === null ? null : -value;
  }),
  expire('expire', 'ex'),
  expire('pexpire', 'px'),
  expire('expireat', 'exat'),
  expire('pexpireat', 'pxat'),
  timeToLive('ttl', 1000),
  timeToLive('pttl', 1),
  write('persist', 2, (node, client, [key = '']) => {
    const entry = node.data.read(client.database, key);
    if (entry === undefined || entry.expiresAt === null) return integer(0);
    node.data.write(client.database, key, { ...entry, expiresAt: null });
    node.propagate(client.database, ['PERSIST', key]);
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
