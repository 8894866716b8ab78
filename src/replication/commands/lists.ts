import { atLeast } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, bulks, error, integer, OK, SYNTAX_ERROR } from '../replies.ts';
import {
  integerOf,
  keepUnlessEmpty,
  Refusal,
  rangeOf,
  reader,
  typedValue,
  writer,
} from './collection.ts';
import type { Command } from './command.ts';

const itemsOf = (node: ReplicationNode, client: Client, key: string): readonly string[] =>
  typedValue(node, client, key, 'list')?.items ?? [];

/** The items of a key to be changed, none where there is no key. */
const ownItems = (node: ReplicationNode, client: Client, key: string): string[] =>
  node.data.keyspace.own(itemsOf(node, client, key), (items) => [...items]);

const keep = (node: ReplicationNode, client: Client, key: string, items: readonly string[]) =>
  keepUnlessEmpty(node, client, key, items.length, { type: 'list', items });

type End = 'left' | 'right';

const push = (name: string, end: End, onlyExisting = false) =>
  writer(name, -3, (node, client, [key = '', ...added]) => {
    if (onlyExisting && itemsOf(node, client, key).length === 0) return integer(0);
    const items = ownItems(node, client, key);
    for (const item of added) {
      if (end === 'right') items.push(item);
      else items.unshift(item);
    }
    keep(node, client, key, items);
    node.propagate(client.database, [name.toUpperCase(), key, ...added]);
    return integer(items.length);
  });

const pop = (name: string, end: End) =>
  writer(name, -2, (node, client, [key = '', count]) => {
    const wanted = count === undefined ? 1 : integerOf(count);
    if (wanted < 0) return error('value is out of range, must be positive');
    if (itemsOf(node, client, key).length === 0) return null;
    const items = ownItems(node, client, key);
    const taken =
      end === 'left'
        ? items.splice(0, wanted)
        : items.splice(Math.max(0, items.length - wanted)).reverse();
    keep(node, client, key, items);
    const inOne = count !== undefined && atLeast(node.dialect, 'redis-6.2');
    // Replicas before 6.2 know no count.
    const words = inOne
      ? [[name.toUpperCase(), key, String(taken.length)]]
      : taken.map(() => [name.toUpperCase(), key]);
    if (taken.length > 0) for (const each of words) node.propagate(client.database, each);
    return count === undefined ? bulk(taken[0] ?? '') : bulks(taken);
  });

const endOf = (word: string | undefined): End => {
  const end = word?.toLowerCase();
  if (end !== 'left' && end !== 'right') throw new Refusal(SYNTAX_ERROR);
  return end;
};

const move = (
  node: ReplicationNode,
  client: Client,
  [from, to]: readonly [string, string],
  [takenFrom, addedTo]: readonly [End, End],
) => {
  if (itemsOf(node, client, from).length === 0) return null;
  itemsOf(node, client, to);
  const source = ownItems(node, client, from);
  const item = (takenFrom === 'left' ? source.shift() : source.pop()) ?? '';
  keep(node, client, from, source);
  const target = ownItems(node, client, to);
  if (addedTo === 'left') target.unshift(item);
  else target.push(item);
  keep(node, client, to, target);
  return { bulk: item };
};

const set = writer('lset', 4, (node, client, [key = '', at = '', item = '']) => {
  const { length } = itemsOf(node, client, key);
  if (length === 0) return error('no such key');
  const position = integerOf(at);
  const index = position < 0 ? position + length : position;
  if (index < 0 || index >= length) return error('index out of range');
  const items = ownItems(node, client, key);
  items[index] = item;
  keep(node, client, key, items);
  node.propagate(client.database, ['LSET', key, at, item]);
  return OK;
});

const trim = writer('ltrim', 4, (node, client, [key = '', start, stop]) => {
  const before = itemsOf(node, client, key);
  const [from, to] = rangeOf(integerOf(start), integerOf(stop), before.length);
  if (before.length === 0) return OK;
  keep(node, client, key, before.slice(from, to));
  node.propagate(client.database, ['LTRIM', key, start ?? '', stop ?? '']);
  return OK;
});

const remove = writer('lrem', 4, (node, client, [key = '', count, item = '']) => {
  const limit = integerOf(count);
  const items = [...itemsOf(node, client, key)];
  let left = limit === 0 ? Number.POSITIVE_INFINITY : Math.abs(limit);
  const before = items.length;
  const wanted = (each: string): boolean => {
    if (each !== item || left === 0) return true;
    left -= 1;
    return false;
  };
  const kept = limit < 0 ? items.reverse().filter(wanted).reverse() : items.filter(wanted);
  const gone = before - kept.length;
  if (gone === 0) return integer(0);
  keep(node, client, key, kept);
  node.propagate(client.database, ['LREM', key, String(limit), item]);
  return integer(gone);
});

export const LIST_COMMANDS: readonly Command[] = [
  push('lpush', 'left'),
  push('rpush', 'right'),
  push('lpushx', 'left', true),
  push('rpushx', 'right', true),
  pop('lpop', 'left'),
  pop('rpop', 'right'),
  set,
  trim,
  remove,
  writer('rpoplpush', 3, (node, client, [from = '', to = '']) => {
    const moved = move(node, client, [from, to], ['right', 'left']);
    if (moved !== null) node.propagate(client.database, ['RPOPLPUSH', from, to]);
    return moved;
  }),
  writer('lmove', 5, (node, client, [from = '', to = '', one, other]) => {
    const moved = move(node, client, [from, to], [endOf(one), endOf(other)]);
    if (moved === null) return null;
    // LMOVE came with 6.2: replicas before that are told its halves.
    const words = atLeast(node.dialect, 'redis-6.2')
      ? [['LMOVE', from, to, one ?? '', other ?? '']]
      : [
          [endOf(one) === 'left' ? 'LPOP' : 'RPOP', from],
          [endOf(other) === 'left' ? 'LPUSH' : 'RPUSH', to, moved.bulk],
        ];
    for (const each of words) node.propagate(client.database, each);
    return moved;
  }),
  reader('llen', 2, (node, client, [key = '']) => integer(itemsOf(node, client, key).length)),
  reader('lindex', 3, (node, client, [key = '', at]) => {
    const item = itemsOf(node, client, key).at(integerOf(at));
    return item === undefined ? null : bulk(item);
  }),
  reader('lrange', 4, (node, client, [key = '', start, stop]) => {
    const items = itemsOf(node, client, key);
    return array(
      items.slice(...rangeOf(integerOf(start), integerOf(stop), items.length)).map(bulk),
    );
  }),
];
