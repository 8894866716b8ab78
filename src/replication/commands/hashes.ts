import type { RespValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, bulks, error, integer, OK } from '../replies.ts';
import { integerOf, keepUnlessEmpty, Refusal, reader, typedValue, writer } from './collection.ts';
import type { Command } from './command.ts';

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

const fieldsOf = (node: ReplicationNode, client: Client, key: string) =>
  typedValue(node, client, key, 'hash')?.fields ?? NO_FIELDS;

/** The fields of a key to be changed, none where there is no key. */
const ownFields = (node: ReplicationNode, client: Client, key: string): Map<string, string> =>
  node.data.keyspace.own(fieldsOf(node, client, key), (fields) => new Map(fields));

/** Fields that are written or removed no longer expire. */
const keep = (
  node: ReplicationNode,
  client: Client,
  key: string,
  fields: ReadonlyMap<string, string>,
  touched: readonly string[],
): void => {
  const left = new Map(typedValue(node, client, key, 'hash')?.expiries);
  for (const field of touched) left.delete(field);
  const expiries = left.size > 0 ? { expiries: left } : {};
  keepUnlessEmpty(node, client, key, fields.size, { type: 'hash', fields, ...expiries });
};

const setFields = (name: string, answer: (added: number) => RespValue) =>
  writer(name, -4, (node, client, [key = '', ...pairs]) => {
    if (pairs.length % 2 !== 0) return error(`wrong number of arguments for '${name}' command`);
    const fields = ownFields(node, client, key);
    const before = fields.size;
    const touched: string[] = [];
    for (let index = 0; index < pairs.length; index += 2) {
      const [field = '', value = ''] = pairs.slice(index, index + 2);
      fields.set(field, value);
      touched.push(field);
    }
    keep(node, client, key, fields, touched);
    node.propagate(client.database, [name.toUpperCase(), key, ...pairs]);
    return answer(fields.size - before);
  });

const setOne = (
  node: ReplicationNode,
  client: Client,
  [key, field, value]: readonly [string, string, string],
): void => keep(node, client, key, ownFields(node, client, key).set(field, value), [field]);

const remove = writer('hdel', -3, (node, client, [key = '', ...removed]) => {
  if (fieldsOf(node, client, key).size === 0) return integer(0);
  const fields = ownFields(node, client, key);
  const gone = removed.filter((field) => fields.delete(field));
  keep(node, client, key, fields, gone);
  if (gone.length > 0) node.propagate(client.database, ['HDEL', key, ...gone]);
  return integer(gone.length);
});

const increment = writer('hincrby', 4, (node, client, [key = '', field = '', by = '']) => {
  const before = fieldsOf(node, client, key).get(field) ?? '0';
  if (!/^-?\d{1,16}$/.test(before)) throw new Refusal(error('hash value is not an integer'));
  const after = integerOf(before) + integerOf(by);
  if (!Number.isSafeInteger(after)) return error('increment or decrement would overflow');
  setOne(node, client, [key, field, String(after)]);
  node.propagate(client.database, ['HINCRBY', key, field, by]);
  return integer(after);
});

const setIfNone = writer('hsetnx', 4, (node, client, [key = '', field = '', value = '']) => {
  if (fieldsOf(node, client, key).has(field)) return integer(0);
  setOne(node, client, [key, field, value]);
  node.propagate(client.database, ['HSETNX', key, field, value]);
  return integer(1);
});

const textOf = (value: string | undefined): RespValue => (value === undefined ? null : bulk(value));

export const HASH_COMMANDS: readonly Command[] = [
  setFields('hset', integer),
  setFields('hmset', () => OK),
  setIfNone,
  remove,
  increment,
  reader('hget', 3, (node, client, [key = '', field = '']) =>
    textOf(fieldsOf(node, client, key).get(field)),
  ),
  reader('hmget', -3, (node, client, [key = '', ...wanted]) => {
    const fields = fieldsOf(node, client, key);
    return array(wanted.map((field) => textOf(fields.get(field))));
  }),
  reader('hgetall', 2, (node, client, [key = '']) => ({
    map: [...fieldsOf(node, client, key)].map(([field, value]) => [bulk(field), bulk(value)]),
  })),
  reader('hkeys', 2, (node, client, [key = '']) => bulks([...fieldsOf(node, client, key).keys()])),
  reader('hvals', 2, (node, client, [key = '']) =>
    bulks([...fieldsOf(node, client, key).values()]),
  ),
  reader('hlen', 2, (node, client, [key = '']) => integer(fieldsOf(node, client, key).size)),
  reader('hexists', 3, (node, client, [key = '', field = '']) =>
    integer(fieldsOf(node, client, key).has(field) ? 1 : 0),
  ),
];
