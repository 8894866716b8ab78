import type { RespValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, error, integer, NO_REPLY, OK, SYNTAX_ERROR, simple } from '../replies.ts';
import { type Command, command } from './command.ts';

const WRONG_PASSWORD: RespValue = {
  error: 'WRONGPASS invalid username-password pair or user is disabled.',
};

const authenticate = (node: ReplicationNode, client: Client, user: string, password: string) => {
  const expected = node.settings.text('requirepass');
  const right = user === 'default' && (expected === '' || expected === password);
  if (right) client.authenticated = true;
  return right ? OK : WRONG_PASSWORD;
};

const auth = command(
  'auth',
  -2,
  (node, client, [first = '', second]) => {
    if (second === undefined && node.settings.text('requirepass') === '') {
      return error(
        'AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      );
    }
    return second === undefined
      ? authenticate(node, client, 'default', first)
      : authenticate(node, client, first, second);
  },
  { beforeAuth: true, notInTransaction: true },
);

const hello = command(
  'hello',
  -1,
  (node, client, words) => {
    const [version, ...options] = words;
    if (version !== undefined && version !== '2' && version !== '3') {
      return { error: 'NOPROTO unsupported protocol version' };
    }
    for (let index = 0; index < options.length; index += 1) {
      const option = options[index]?.toLowerCase();
      const [one, two] = options.slice(index + 1);
      if (option === 'auth' && one !== undefined && two !== undefined) {
        const answer = authenticate(node, client, one, two);
        if (answer !== OK) return answer;
        index += 2;
      } else if (option === 'setname' && one !== undefined) {
        client.name = one;
        index += 1;
      } else {
        return SYNTAX_ERROR;
      }
    }
    if (!client.authenticated) {
      return {
        error:
          'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
      };
    }
    if (version !== undefined) client.protocol = version === '3' ? 3 : 2;
    return {
      map: [
        [bulk('server'), bulk('redis')],
        [bulk('version'), bulk(node.version)],
        [bulk('proto'), integer(client.protocol)],
        [bulk('id'), integer(client.id)],
        [bulk('mode'), bulk('standalone')],
        [bulk('role'), bulk(node.role === 'master' ? 'master' : 'replica')],
        [bulk('modules'), array([])],
      ],
    };
  },
  { beforeAuth: true, notInTransaction: true },
);

const describe = (node: ReplicationNode, client: Client): string => {
  const attached = node.replicas.isAttached(client);
  const flags = attached ? 'S' : client.wait !== null ? 'b' : client.transaction ? 'x' : 'N';
  return [
    `id=${client.id}`,
    `addr=${client.peer.address}:${client.peer.port}`,
    `name=${client.name}`,
    `flags=${flags}`,
    `db=${client.database}`,
    `multi=${client.transaction ? client.transaction.commands.length : -1}`,
    `omem=${client.session?.feed?.lag ?? 0}`,
    `resp=${client.protocol}`,
  ].join(' ');
};

/** Which clients a `CLIENT KILL` with filters means; null where a filter is not known. */
const selectClients = (
  node: ReplicationNode,
  filters: readonly string[],
): ((client: Client) => boolean) | null => {
  const tests: ((client: Client) => boolean)[] = [];
  for (let index = 0; index < filters.length; index += 2) {
    const [name = '', value = ''] = filters
      .slice(index, index + 2)
      .map((word) => word.toLowerCase());
    if (name === 'id') tests.push((client) => client.id === Number(value));
    else if (name === 'type' && (value === 'replica' || value === 'slave')) {
      tests.push((client) => node.replicas.isAttached(client));
    } else if (name === 'type' && value === 'normal') {
      tests.push((client) => !node.replicas.isAttached(client) && client.channels.size === 0);
    } else if (name === 'type' && value === 'pubsub') {
      tests.push((client) => client.channels.size > 0);
    } else if (name === 'addr') {
      tests.push((client) => `${client.peer.address}:${client.peer.port}` === value);
    } else if (name !== 'skipme') return null;
  }
  return (client) => tests.every((matches) => matches(client));
};

const kill = (node: ReplicationNode, own: Client, words: readonly string[]) => {
  const filters = words.length === 1 ? ['addr', ...words] : words;
  const selected = selectClients(node, filters);
  if (selected === null || filters.length % 2 !== 0) return SYNTAX_ERROR;
  const victims = node.allClients().filter((client) => client !== own && selected(client));
  for (const victim of victims) node.close(victim, false);
  if (words.length > 1) return integer(victims.length);
  return victims.length > 0 ? OK : error('No such client');
};

const client = command('client', -2, (node, own, [subcommand = '', ...words]) => {
  switch (subcommand.toLowerCase()) {
    case 'id':
      return integer(own.id);
    case 'getname':
      return own.name === '' ? null : bulk(own.name);
    case 'setname':
      own.name = words[0] ?? '';
      return OK;
    case 'setinfo':
    case 'no-evict':
    case 'no-touch':
      return OK;
    case 'info':
      return bulk(`${describe(node, own)}\n`);
    case 'list':
      return bulk(
        node
          .allClients()
          .map((each) => `${describe(node, each)}\n`)
          .join(''),
      );
    case 'kill':
      return kill(node, own, words);
    default:
      return error(`unknown subcommand '${subcommand}'. Try CLIENT HELP.`);
  }
});

export const CONNECTION_COMMANDS: readonly Command[] = [
  command('ping', -1, (_node, _client, [text]) =>
    text === undefined ? simple('PONG') : bulk(text),
  ),
  command('echo', 2, (_node, _client, [text = '']) => bulk(text)),
  auth,
  hello,
  client,
  command('select', 2, (node, own, [word = '']) => {
    const database = /^\d{1,4}$/.test(word) ? Number(word) : -1;
    if (database < 0 || database >= node.settings.number('databases'))
      return error('DB index is out of range');
    own.database = database;
    return OK;
  }),
  command(
    'quit',
    -1,
    (node, own) => {
      node.reply(own, OK);
      node.close(own, true);
      return NO_REPLY;
    },
    { beforeAuth: true },
  ),
  command('reset', 1, (_node, own) => {
    own.transaction = null;
    own.database = 0;
    own.name = '';
    own.protocol = 2;
    return simple('RESET');
  }),
];
