import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { bulk, bulks, integer } from '../replies.ts';
import { integerOf, keepUnlessEmpty, reader, typedValue, writer } from './collection.ts';
import type { Command } from './command.ts';

const NO_MEMBERS: ReadonlySet<string> = new Set();

const membersOf = (node: ReplicationNode, client: Client, key: string): ReadonlySet<string> =>
  typedValue(node, client, key, 'set')?.members ?? NO_MEMBERS;

/** The members of a key to be changed, none where there is no key. */
const ownMembers = (node: ReplicationNode, client: Client, key: string): Set<string> =>
  node.data.keyspace.own(membersOf(node, client, key), (members) => new Set(members));

const keep = (node: ReplicationNode, client: Client, key: string, members: ReadonlySet<string>) =>
  keepUnlessEmpty(node, client, key, members.size, { type: 'set', members });

const add = writer('sadd', -3, (node, client, [key = '', ...added]) => {
  const members = ownMembers(node, client, key);
  const before = members.size;
  for (const member of added) members.add(member);
  keep(node, client, key, members);
  if (members.size > before) node.propagate(client.database, ['SADD', key, ...added]);
  return integer(members.size - before);
});

/** Removes members and tells the stream, as SREM does and SPOP with what chance chose. */
const removeMembers = (
  node: ReplicationNode,
  client: Client,
  key: string,
  removed: readonly string[],
): number => {
  if (membersOf(node, client, key).size === 0) return 0;
  const members = ownMembers(node, client, key);
  const gone = removed.filter((member) => members.delete(member));
  keep(node, client, key, members);
  if (gone.length > 0) node.propagate(client.database, ['SREM', key, ...gone]);
  return gone.length;
};

const pop = writer('spop', -2, (node, client, [key = '', count]) => {
  const members = [...membersOf(node, client, key)];
  const wanted = count === undefined ? 1 : integerOf(count);
  // Any choice is one that chance could have made: the oldest members cost least to find.
  const chosen = members.slice(0, wanted);
  removeMembers(node, client, key, chosen);
  if (count !== undefined) return bulks(chosen);
  return chosen[0] === undefined ? null : bulk(chosen[0]);
});

const move = writer('smove', 4, (node, client, [from = '', to = '', member = '']) => {
  const { size } = membersOf(node, client, from);
  if (size > 0) membersOf(node, client, to);
  if (!membersOf(node, client, from).has(member)) return integer(0);
  const source = ownMembers(node, client, from);
  source.delete(member);
  keep(node, client, from, source);
  keep(node, client, to, ownMembers(node, client, to).add(member));
  node.propagate(client.database, ['SMOVE', from, to, member]);
  return integer(1);
});

export const SET_COMMANDS: readonly Command[] = [
  add,
  writer('srem', -3, (node, client, [key = '', ...removed]) =>
    integer(removeMembers(node, client, key, removed)),
  ),
  pop,
  move,
  reader('scard', 2, (node, client, [key = '']) => integer(membersOf(node, client, key).size)),
  reader('smembers', 2, (node, client, [key = '']) => bulks([...membersOf(node, client, key)])),
  reader('sismember', 3, (node, client, [key = '', member = '']) =>
    integer(membersOf(node, client, key).has(member) ? 1 : 0),
  ),
];
