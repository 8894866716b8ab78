import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import {
  type CommandReply,
  error,
  integer,
  NO_REPLY,
  OK,
  SYNTAX_ERROR,
  simple,
} from '../replies.ts';
import type { ShutdownWish } from '../shutdown.ts';
import { type Command, command } from './command.ts';

const NOWHERE = error('This server has no folder to save to: start it with --dir');

const save = (node: ReplicationNode, client: Client): CommandReply => {
  if (!node.savesToDisk) return NOWHERE;
  client.awaitsSave = true;
  node.persistence.save((problem) => {
    client.awaitsSave = false;
    if (client.closing) return;
    node.reply(client, problem === null ? OK : error(problem));
    node.resume(client);
  });
  return NO_REPLY;
};

/** Reads the words of SHUTDOWN; null where they make no sense, 'abort' for ABORT. */
const shutdownWish = (words: readonly string[]): ShutdownWish | 'abort' | null => {
  const options = new Set(words.map((word) => word.toLowerCase()));
  if (options.has('abort')) return options.size === 1 ? 'abort' : null;
  const known = ['save', 'nosave', 'now', 'force'];
  const both = options.has('save') && options.has('nosave');
  if (both || [...options].some((option) => !known.includes(option))) return null;
  const saves = options.has('save') ? true : options.has('nosave') ? false : null;
  return { save: saves, now: options.has('now'), force: options.has('force') };
};

const shutdown = command('shutdown', -1, (node, client, words) => {
  const wish = shutdownWish(words);
  if (wish === null) return SYNTAX_ERROR;
  if (wish === 'abort') {
    return node.shutdown.abort() ? OK : error('No shutdown in progress.');
  }
  if (wish.save === true && !node.savesToDisk) return NOWHERE;
  node.shutdown.begin(wish, () => {
    if (!client.closing) node.reply(client, error('Errors trying to SHUTDOWN. Check logs.'));
  });
  return NO_REPLY;
});

export const PERSISTENCE_COMMANDS: readonly Command[] = [
  command('save', 1, save),
  command('bgsave', -1, (node) => {
    if (!node.savesToDisk) return NOWHERE;
    if (node.persistence.underway) return error('Background save already in progress');
    node.persistence.save(() => {});
    return simple('Background saving started');
  }),
  command('lastsave', 1, (node) => integer(node.persistence.lastSave)),
  shutdown,
];
