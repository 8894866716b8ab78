import { z } from 'zod';
import type { GatedCommand } from '../../../models/rules/gates.ts';
import type { SyncRequest } from '../../../models/rules/readiness.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { ReplconfChange } from '../../../models/rules/replconf.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  atLeast,
  type Capability,
  DIALECTS,
  type Dialect,
  type Exclusion,
  nextByte,
  offsetBefore,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { bytes, family, ID, type Question, words } from '../family.ts';
import type { Flag } from '../vector.ts';

const asked = z.strictObject({
  node: z.strictObject({
    role: z.enum(['master', 'slave']),
    linkUp: z.boolean().describe('of a replica: whether its own link to its master is up'),
    failingOver: z.boolean(),
  }),
  client: z.strictObject({
    authenticated: z.boolean(),
    inTransaction: z.boolean(),
    pendingReplies: z.boolean().describe('whether the last command finds earlier replies unsent'),
  }),
  commands: z.array(words()),
});

const OUTCOMES = ['reply', 'silence', 'continue', 'full-resync', 'promote'] as const;

const answer = z.strictObject({
  replies: z.array(
    z.strictObject({
      outcome: z.enum(OUTCOMES),
      line: bytes().nullable().describe('null where nothing is said'),
    }),
  ),
  capabilities: z.array(z.string()),
  listeningPort: z.int().nullable(),
  address: bytes().nullable(),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Reply = Answer['replies'][number];

/** The master’s history in every script: bytes 51 to 100 are held. */
const IDS = { replid: ID.own, replid2: null, secondReplOffset: null };
const WINDOW = { firstByte: nextByte(51), histlen: 50 };
const LAST = offsetBefore(windowEnd(WINDOW));

const gated = (name: string, dialect: Dialect): GatedCommand => ({
  name,
  words: name === 'psync' ? 3 : 1,
  orMore: name === 'replconf' || (name === 'psync' && atLeast(dialect, 'redis-6.2')),
  beforeAuth: false,
  notInTransaction: name !== 'replconf',
  writes: false,
});

const reply = (line: string | null): Reply => ({
  outcome: line === null ? 'silence' : 'reply',
  line,
});

/** What a master knows of one client, from its REPLCONF on. */
class Client {
  readonly capabilities: Capability[] = [];
  exclusions: readonly Exclusion[] = [];
  listeningPort: number | null = null;
  address: string | null = null;
  attached = false;

  take(change: ReplconfChange): void {
    if (change.set === 'listening-port') this.listeningPort = change.port;
    if (change.set === 'ip-address') this.address = change.address;
    if (change.set === 'exclusions') this.exclusions = change.exclusions;
    if (change.set === 'capability' && !this.capabilities.includes(change.capability)) {
      this.capabilities.push(change.capability);
    }
  }
}

const requestOf = ([
  name = '',
  replid = '',
  position = '',
  more,
]: readonly string[]): SyncRequest =>
  name.toLowerCase() === 'sync'
    ? { command: 'SYNC' }
    : {
        command: 'PSYNC',
        replid,
        nextByte: /^(0|-?[1-9]\d{0,15})$/.test(position) ? nextByte(Number(position)) : null,
        failover: more?.toLowerCase() === 'failover',
      };

const decideSync = (
  request: SyncRequest,
  { node, client: { pendingReplies } }: Asked,
  client: Client,
  dialect: Dialect,
  rules: Ruleset,
): Reply => {
  const { attached, capabilities, exclusions } = client;
  const sender = { attached, pendingReplies, capabilities, exclusions };
  const readiness = rules.judgeReadiness(request, sender, { ...node, replid: ID.own }, dialect);
  if (readiness.answer === 'ignore') return reply(null);
  if (readiness.answer === 'promote') return { outcome: 'promote', line: null };
  if (readiness.answer === 'refuse') return reply(readiness.line);
  client.attached = true;
  if (readiness.answer === 'refuse-yet-resync') {
    return { outcome: 'full-resync', line: readiness.line };
  }
  const verdict =
    request.command === 'SYNC' || request.nextByte === null
      ? null
      : rules.judgePsync({ ...request, nextByte: request.nextByte }, IDS, WINDOW);
  if (verdict?.resync === 'partial') {
    return { outcome: 'continue', line: rules.continueLine(IDS, capabilities) };
  }
  const { offset } = rules.setUpFullResync(LAST, 0);
  const line = rules.fullResyncLine(ID.own, offset, request.command === 'SYNC');
  return { outcome: 'full-resync', line };
};

const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const client = new Client();
  const node = { role: question.node.role, dialect };
  const replies = question.commands.map((command): Reply => {
    const [word = ''] = command;
    const name = word.toLowerCase();
    const refusal = rules.judgeGates(gated(name, dialect), command.length, question.client, node);
    if (refusal !== null) return reply(refusal);
    if (question.client.inTransaction) return reply('+QUEUED');
    if (name !== 'replconf') {
      return decideSync(requestOf(command), question, client, dialect, rules);
    }
    const verdict = rules.judgeReplconf(command.slice(1), client.attached, dialect);
    for (const change of verdict.changes) client.take(change);
    return reply(verdict.reply);
  });
  const { capabilities, listeningPort, address } = client;
  return { replies, capabilities, listeningPort, address };
};

/** Which rule speaks from the beginning of a line. */
const SPEAKERS: readonly (readonly [RegExp, RuleId])[] = [
  [/^-ERR wrong number/, 'GATE-1'],
  [/^-NOAUTH/, 'GATE-2'],
  [/^-ERR Command not allowed/, 'GATE-3'],
  [/^-ERR PSYNC FAILOVER can/, 'READY-2'],
  [/^-ERR PSYNC FAILOVER replid/, 'READY-3'],
  [/SYNC while failing over/, 'READY-4'],
  [/SYNC while not connected/, 'READY-5'],
  [/pending output/, 'READY-6'],
  [/^-ERR Filtered/, 'READY-7'],
  [/^-ERR syntax/, 'REPLCONF-3'],
  [/^-ERR Unrecognized REPLCONF/, 'REPLCONF-5'],
  [/^-ERR (value|REPLCONF ip-address|Unrecognized version|Unsupported)/, 'REPLCONF-6'],
  [/^\+OK/, 'REPLCONF-1'],
  [/^\+CONTINUE/, 'PSYNC-5'],
  [/^\+FULLRESYNC/, 'FULL-1'],
];

const OF_WORDS: readonly (readonly [RegExp, RuleId])[] = [
  [/^replconf$/i, 'REPLCONF-4'],
  [/ listening-port /i, 'REPLCONF-10'],
  [/ ip-address /i, 'REPLCONF-11'],
  [/ capa /i, 'REPLCONF-2'],
  [/ ack /i, 'REPLCONF-8'],
  [/ getack /i, 'REPLCONF-9'],
  [/^psync \S+ (?!-?\d)/i, 'READY-8'],
  [/^sync/i, 'FULL-2'],
];

const rulesOf = ({ commands }: Asked, { replies }: Answer): readonly RuleId[] => {
  const texts = commands.map((command) => command.join(' '));
  const attachments = texts.filter((text) => /^p?sync/i.test(text)).length;
  const found = [
    ...replies.flatMap(({ line }) =>
      SPEAKERS.filter(([pattern]) => pattern.test(line ?? '')).map(([, rule]) => rule),
    ),
    ...texts.flatMap((text) =>
      OF_WORDS.filter(([pattern]) => pattern.test(text)).map(([, rule]) => rule),
    ),
    ...(attachments > 1 ? (['READY-1'] as const) : []),
  ];
  return [...new Set(found)];
};

const replconf = (...options: string[]): readonly string[] => ['REPLCONF', ...options];

const ANNOUNCEMENTS: readonly (readonly string[])[] = [
  ...['6380', '0', '65536', '-1', 'abc', '', '6380x', ' 6380', '99999999999999999999'].map((port) =>
    replconf('listening-port', port),
  ),
  ...['192.0.2.7', '', '::1', 'a'.repeat(45), 'a'.repeat(46), 'a'.repeat(255), 'a'.repeat(256)].map(
    (address) => replconf('ip-address', address),
  ),
  ...['eof', 'EOF', 'psync2', 'PSYNC2', 'dual-channel', 'psyncspec-no-such-capability', ''].map(
    (capability) => replconf('capa', capability),
  ),
  ...['0', '1', '2', '-1', 'yes', ''].map((on) => replconf('rdb-only', on)),
  ...['', 'functions', 'FUNCTIONS', 'data', 'functions functions', ' '].map((filter) =>
    replconf('rdb-filter-only', filter),
  ),
  ...['9.0.0', '8.1', 'x', '9.0.0-rc1', ''].map((version) => replconf('version', version)),
  ...['0', '100', '-1', 'abc'].map((offset) => replconf('ACK', offset)),
  ...['*', '', 'x'].map((star) => replconf('GETACK', star)),
  ...['no-such-option', 'capability', 'LISTENING-PORT'].map((name) => replconf(name, '1')),
  ...[replconf(), replconf('capa'), replconf('listening-port'), replconf('capa', 'eof', 'capa')],
  replconf('capa', 'eof', 'capa', 'psync2'),
  replconf('listening-port', '6380', 'no-such-option', '1', 'ip-address', '192.0.2.7'),
  replconf('ip-address', '192.0.2.7', 'listening-port', 'abc', 'capa', 'eof'),
  replconf('ACK', '100', 'listening-port', '6380'),
  ['replconf', 'CAPA', 'Eof'],
];

const ASKED_FOR: readonly (readonly string[])[] = [
  ...['-1', '0', '50', '51', '100', '101', '102', 'abc', '', '1.5', '9007199254740992'].map(
    (position) => ['PSYNC', ID.own, position],
  ),
  ...[
    ['PSYNC', '?', '-1'],
    ['psync', ID.own.toUpperCase(), '101'],
    ['PSYNC', ID.foreign, '101'],
    ['SYNC'],
    ['sync'],
    ['PSYNC'],
    ['PSYNC', ID.own],
    ['SYNC', 'now'],
  ],
];

const TAKE_OVER: readonly (readonly string[])[] = [
  ['PSYNC', ID.own, '101', 'FAILOVER'],
  ['PSYNC', ID.own, '101', 'failover'],
  ['PSYNC', ID.foreign, '101', 'FAILOVER'],
  ['PSYNC', '?', '-1', 'FAILOVER'],
];

const MASTER: Asked['node'] = { role: 'master', linkUp: false, failingOver: false };

const NODES: readonly Asked['node'][] = [
  MASTER,
  { role: 'slave', linkUp: true, failingOver: false },
  { role: 'slave', linkUp: false, failingOver: false },
  { role: 'master', linkUp: false, failingOver: true },
];

const CALM: Asked['client'] = {
  authenticated: true,
  inTransaction: false,
  pendingReplies: false,
};

const since = (first: Dialect): readonly Dialect[] =>
  DIALECTS.filter((dialect) => atLeast(dialect, first));

const isMalformed = (command: readonly string[]): boolean =>
  /^(psync \S* ?(?!-?\d+$)\S*|psync|sync now)$/i.test(command.join(' '));

const script = (
  node: Asked['node'],
  client: Partial<Asked['client']>,
  commands: readonly (readonly string[])[],
  dialects: readonly Dialect[] = DIALECTS,
): Question<Asked> => {
  const flags: readonly Flag[] = commands.some(isMalformed) ? ['malformed'] : [];
  return {
    asked: { node, client: { ...CALM, ...client }, commands: commands.map((each) => [...each]) },
    flags,
    dialects,
  };
};

const PORT = replconf('listening-port', '6380');
const CAPA = replconf('capa', 'eof', 'capa', 'psync2');
const LATER = ['PSYNC', ID.own, '101'];

const questions = (): readonly Question<Asked>[] => [
  ...ANNOUNCEMENTS.flatMap((command) => [
    script(MASTER, {}, [command]),
    script(MASTER, {}, [PORT, command, LATER]),
    script(MASTER, {}, [PORT, CAPA, LATER, command]),
    script(MASTER, { authenticated: false }, [command]),
  ]),
  ...ASKED_FOR.flatMap((command) => [
    ...NODES.flatMap((node) => [
      script(node, {}, [command]),
      script(node, {}, [PORT, CAPA, command]),
      script(node, { pendingReplies: true }, [PORT, CAPA, command]),
    ]),
    script(MASTER, {}, [replconf('capa', 'eof'), command]),
    script(MASTER, {}, [CAPA, command, command]),
    script(MASTER, { authenticated: false }, [command]),
    script(MASTER, { inTransaction: true }, [command], since('redis-7')),
    script(MASTER, {}, [replconf('rdb-filter-only', ''), command], since('redis-7')),
    script(MASTER, {}, [CAPA, replconf('rdb-filter-only', ''), command], since('redis-7')),
  ]),
  ...TAKE_OVER.flatMap((command) =>
    NODES.map((node) => script(node, {}, [PORT, CAPA, command], since('redis-6.2'))),
  ),
];

export const handshakeMaster = family({
  name: 'handshake-master',
  title: 'Handshake scripts, the master’s side',
  about:
    'A client sends these commands, each after the answer to the one before, to a node with this role and replid 8f3a8f3a… whose backlog holds bytes 51 to 100. What is answered to each, and what does the node know of the client then? `promote` makes the node a master, which then judges the request without its FAILOVER word. Where the answer is `full-resync` the line comes first and then a snapshot.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
