import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, integer, NO_REPLY } from '../replies.ts';
import { type Command, command } from './command.ts';

const confirm = (node: ReplicationNode, client: Client, what: string, channel: string): void =>
  node.reply(client, array([bulk(what), bulk(channel), integer(client.channels.size)]));

/** Enough of publish and subscribe for Sentinel, which greets others of its kind on a channel of every server. */
export const PUBSUB_COMMANDS: readonly Command[] = [
  command('subscribe', -2, (node, client, channels) => {
    for (const channel of channels) {
      client.channels.add(channel);
      confirm(node, client, 'subscribe', channel);
    }
    return NO_REPLY;
  }),
  command('unsubscribe', -1, (node, client, channels) => {
    for (const channel of channels.length > 0 ? channels : [...client.channels]) {
      client.channels.delete(channel);
      confirm(node, client, 'unsubscribe', channel);
    }
    return NO_REPLY;
  }),
  command('publish', 3, (node, _client, [channel = '', message = '']) => {
    const listeners = node.allClients().filter(({ channels }) => channels.has(channel));
    for (const listener of listeners) {
      node.reply(listener, array([bulk('message'), bulk(channel), bulk(message)]));
    }
    node.execution.propagateWithoutDatabase(node.role, ['PUBLISH', channel, message]);
    return integer(listeners.length);
  }),
];
