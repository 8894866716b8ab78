import type { Client } from '../client.ts';
import { Digest } from '../digest.ts';
import { infoText } from '../info.ts';
import type { ReplicationNode } from '../node.ts';
import {
  array,
  bulk,
  bulks,
  type CommandReply,
  error,
  integer,
  OK,
  SYNTAX_ERROR,
  simple,
} from '../replies.ts';
import { scoreTextOf } from '../score.ts';
import { type Command, command } from './command.ts';

const setConfig = (node: ReplicationNode, words: readonly string[]): CommandReply => {
  if (words.length === 0 || words.length % 2 !== 0) return SYNTAX_ERROR;
  for (let index = 0; index < words.length; index += 2) {
    const [name = '', value = ''] = words.slice(index, index + 2);
    const outcome = node.settings.change(name, value);
    if ('wrong' in outcome) return error(outcome.wrong);
    if (outcome.done === 'repl-backlog-size') {
      node.stream.resizeBacklog(node.settings.backlogCapacity);
    }
  }
  return OK;
};

const config = command('config', -2, (node, _client, [subcommand = '', ...words]) => {
  switch (subcommand.toLowerCase()) {
    case 'get': {
      const found = new Map(words.flatMap((pattern) => node.settings.matching(pattern)));
      return { map: [...found].map(([name, value]) => [bulk(name), bulk(value)] as const) };
    }
    case 'set':
      return setConfig(node, words);
    case 'resetstat':
      node.replicas.counters = { syncFull: 0, syncPartialOk: 0, syncPartialErr: 0 };
      return OK;
    case 'rewrite':
      return error('The server is running without a config file');
    default:
      return error(`unknown subcommand '${subcommand}'. Try CONFIG HELP.`);
  }
});

const describe = (known: Command) => [
  bulk(known.name),
  integer(known.orMore ? -known.words : known.words),
  array([]),
  integer(0),
  integer(0),
  integer(0),
];

const multi = command(
  'multi',
  1,
  (_node, client) => {
    client.transaction = { commands: [], spoilt: false };
    return OK;
  },
  { notInTransaction: true },
);

const exec = command('exec', 1, (node, client) => {
  const { transaction } = client;
  if (transaction === null) return error('EXEC without MULTI');
  client.transaction = null;
  if (transaction.spoilt) {
    return { error: 'EXECABORT Transaction discarded because of previous errors.' };
  }
  return node.execution.transaction(client, transaction.commands);
});

const discard = command('discard', 1, (_node, client) => {
  if (client.transaction === null) return error('DISCARD without MULTI');
  client.transaction = null;
  return OK;
});

const debug = command('debug', -2, (node, _client, [subcommand = '']) => {
  switch (subcommand.toLowerCase()) {
    case 'change-repl-id':
      node.stream.changeReplid();
      return OK;
    case 'digest':
      return node.ports.sha1 === undefined
        ? error('DEBUG DIGEST is not to be had here')
        : simple(
            new Digest(node.ports.sha1, scoreTextOf(node.dialect)).of(node.data.keyspace.all()),
          );
    default:
      return error(`unknown subcommand '${subcommand}'. Try DEBUG HELP.`);
  }
});

/** Commands that end a transaction or belong to it, and so are never queued. */
export const TRANSACTION_WORDS: ReadonlySet<string> = new Set([
  'exec',
  'discard',
  'multi',
  'quit',
  'reset',
]);

export const SERVER_COMMANDS: readonly Command[] = [
  command('info', -1, (node, _client, sections) => bulk(infoText(node, sections))),
  config,
  multi,
  exec,
  discard,
  debug,
  command('command', -1, (node, _client, [subcommand]) => {
    const known = node.commands();
    switch (subcommand?.toLowerCase()) {
      case undefined:
        return array(known.map((each) => array(describe(each))));
      case 'count':
        return integer(known.length);
      case 'docs':
        return { map: [] };
      case 'list':
        return bulks(known.map(({ name }) => name));
      default:
        return error(`unknown subcommand '${subcommand ?? ''}'. Try COMMAND HELP.`);
    }
  }),
  command('time', 1, (node) => {
    const now = node.now();
    return bulks([String(Math.floor(now / 1000)), String((now % 1000) * 1000)]);
  }),
];

/** Whether a command of this client is queued rather than run. */
export const isQueued = (client: Client, name: string): boolean =>
  client.transaction !== null && !TRANSACTION_WORDS.has(name);
