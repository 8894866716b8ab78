import { atLeast, type DataEntry } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import {
  array,
  bulk,
  error,
  integer,
  NOT_AN_INTEGER,
  OK,
  SYNTAX_ERROR,
  WRONG_TYPE,
} from '../replies.ts';
import { type Command, command, write } from './command.ts';

export const int64 = (word: string): bigint | null => {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(word)) return null;
  const value = BigInt(word);
  return value === BigInt.asIntN(64, value) ? value : null;
};

/** Milliseconds since 1970 at which a key expires, by the option that names it; null where the value is no time. */
export const deadlineOf = (option: string, word: string, now: number): number | null => {
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

/** SETEX and its kin, which travel as the SET that they stand for. */
const setExpiring = (name: string, option: string) =>
  write(name, 4, (node, client, [key = '', word = '', value = '']) => {
    const expiresAt = deadlineOf(option, word, node.now());
    if (expiresAt === null) return error(`invalid expire time in '${name}' command`);
    put(node, client, key, value, expiresAt);
    propagateSet(node, client, [key, value], expiresAt, false);
    return OK;
  });

const setIfNone = write('setnx', 3, (node, client, [key = '', value = '']) => {
  if (node.data.read(client.database, key) !== undefined) return integer(0);
  put(node, client, key, value, null);
  node.propagate(client.database, ['SET', key, value]);
  return integer(1);
});

const getAndSet = write('getset', 3, (node, client, [key = '', value = '']) => {
  const text = textOf(node.data.read(client.database, key));
  if (text === null) return WRONG_TYPE;
  put(node, client, key, value, null);
  node.propagate(client.database, ['SET', key, value]);
  return text === undefined ? null : bulk(text);
});

const getAndDelete = write('getdel', 2, (node, client, [key = '']) => {
  const text = textOf(node.data.read(client.database, key));
  if (text === null) return WRONG_TYPE;
  if (text === undefined) return null;
  node.data.remove(client.database, key);
  node.propagate(client.database, ['DEL', key]);
  return bulk(text);
});

const setMany = write('mset', -3, (node, client, words) => {
  if (words.length % 2 !== 0) return error("wrong number of arguments for 'mset' command");
  for (let index = 0; index < words.length; index += 2) {
    put(node, client, words[index] ?? '', words[index + 1] ?? '', null);
  }
  node.propagate(client.database, ['MSET', ...words]);
  return OK;
});

/** How long SETRANGE may make a string, in bytes. */
const LONGEST = 512 * 1024 * 1024;

const setRange = write('setrange', 4, (node, client, [key = '', at = '', piece = '']) => {
  const entry = node.data.read(client.database, key);
  const text = textOf(entry);
  if (text === null) return WRONG_TYPE;
  if (!/^\d{1,10}$/.test(at)) return error('offset is out of range');
  if (Number(at) + piece.length > LONGEST) {
    return error('string exceeds maximum allowed size (proto-max-bulk-len)');
  }
  if (piece === '') return integer(text?.length ?? 0);
  const before = (text ?? '').padEnd(Number(at), '\0');
  const value = `${before.slice(0, Number(at))}${piece}${before.slice(Number(at) + piece.length)}`;
  put(node, client, key, value, entry?.expiresAt ?? null);
  node.propagate(client.database, ['SETRANGE', key, at, piece]);
  return integer(value.length);
});

export const STRING_COMMANDS: readonly Command[] = [
  set,
  get,
  append,
  setExpiring('setex', 'ex'),
  setExpiring('psetex', 'px'),
  setIfNone,
  getAndSet,
  getAndDelete,
  setMany,
  setRange,
  increment('incr', 2, () => 1n),
  increment('decr', 2, () => -1n),
  increment('incrby', 3, (word) => int64(word ?? '')),
  increment('decrby', 3, (word) => {
    const value = int64(word ?? '');
    return value === null ? null : -value;
  }),
  command('mget', -2, (node, client, keys) =>
    array(
      keys.map((key) => {
        const text = textOf(node.data.read(client.database, key));
        return text === undefined || text === null ? null : bulk(text);
      }),
    ),
  ),
  command('strlen', 2, (node, client, [key = '']) => {
    const text = textOf(node.data.read(client.database, key));
    return text === null ? WRONG_TYPE : integer(text?.length ?? 0);
  }),
];
