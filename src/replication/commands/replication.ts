import type { FailoverWish } from '../../../models/rules/failover.ts';
import { EXPLAIN_FULL_RESYNC } from '../../../models/rules/partial-resync.ts';
import { type NextByte, nextByte, type RespValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import {
  array,
  bulk,
  type CommandReply,
  error,
  integer,
  NO_REPLY,
  NOT_AN_INTEGER,
  OK,
  replyOfLine,
  simple,
} from '../replies.ts';
import { type Command, command } from './command.ts';

/** The position in a PSYNC, or null where the word is no signed 64-bit integer that we can hold exactly. */
const positionOf = (word: string): NextByte | null => {
  if (!/^(0|-?[1-9]\d{0,15})$/.test(word)) return null;
  const value = Number(word);
  return Number.isSafeInteger(value) ? nextByte(value) : null;
};

/** Why a replica that asks for this is sent everything, should that be so. */
const reasonFor = (node: ReplicationNode, replid: string, position: NextByte | null): string => {
  if (position === null) return '';
  const { ids, window } = node.stream;
  const verdict = node.rules.judgePsync({ replid, nextByte: position }, ids, window);
  return verdict.resync === 'full' ? EXPLAIN_FULL_RESYNC[verdict.because] : '';
};

const ask = (
  node: ReplicationNode,
  client: Client,
  replid: string,
  offset: string,
  failover: boolean,
): CommandReply => {
  const at = node.seconds();
  const position = positionOf(offset);
  const why = reasonFor(node, replid, position);
  node.replicas.noteRequest(client, `PSYNC ${replid} ${offset}`, why);
  node.replicas.step(client, {
    type: 'PSYNC',
    replid,
    nextByte: position,
    failover,
    pendingReplies: client.pendingReplies,
    master: node.replicas.view(),
    at,
  });
  return NO_REPLY;
};

const psync = command(
  'psync',
  -3,
  (node, client, [replid = '', offset = '', word]) => {
    const takesOver = word?.toLowerCase() === 'failover';
    const { role } = node;
    ask(node, client, replid, offset, takesOver);
    // Promoted by the request, it answers the request like any master.
    if (takesOver && role === 'slave' && node.role === 'master') {
      ask(node, client, replid, offset, false);
    }
    return NO_REPLY;
  },
  { notInTransaction: true },
);

const sync = command(
  'sync',
  1,
  (node, client) => {
    node.replicas.noteRequest(client, 'SYNC', 'it sent SYNC');
    node.replicas.step(client, {
      type: 'SYNC',
      pendingReplies: client.pendingReplies,
      master: node.replicas.view(),
      at: node.seconds(),
    });
    return NO_REPLY;
  },
  { notInTransaction: true },
);

const replconf = command('replconf', -1, (node, client, words) => {
  const attached = node.replicas.isAttached(client);
  const verdict = node.rules.judgeReplconf(words, attached, node.dialect);
  for (const change of verdict.changes) {
    if (change.set === 'acknowledged') {
      node.replicas.step(client, { type: 'ACK', offset: change.offset, at: node.seconds() });
    } else if (change.set !== 'acknowledgement-wanted') {
      node.replicas.step(client, { type: 'OPTION', change });
    }
  }
  return verdict.reply === null ? NO_REPLY : replyOfLine(verdict.reply);
});

const wait = command('wait', 3, (node, client, [replicas = '', timeout = '']) => {
  if (!/^-?\d{1,15}$/.test(replicas)) return NOT_AN_INTEGER;
  if (!/^-?\d{1,15}$/.test(timeout)) return error('timeout is not an integer or out of range');
  if (Number(timeout) < 0) return error('timeout is negative');
  if (node.role !== 'master') return error('WAIT cannot be used with replica instances.');
  const count = node.replicas.acknowledging(client.writeOffset);
  if (node.rules.waitSatisfied(count, Number(replicas)) || node.execution.inTransaction) {
    return integer(count);
  }
  node.waits.begin(client, {
    replicas: Number(replicas),
    offset: client.writeOffset,
    deadline: timeout === '0' ? null : node.now() + Number(timeout),
  });
  return NO_REPLY;
});

const role = command('role', 1, (node) => {
  const { master, word, isConnected } = node.masterLink;
  if (master !== null) {
    return array([
      bulk('slave'),
      bulk(master.host),
      integer(master.port),
      bulk(word),
      integer(isConnected ? node.stream.offset : -1),
    ]);
  }
  const replicas = node.replicas
    .all()
    .filter(([, session]) => node.rules.listedInRole(session.state))
    .map(
      ([client, { context }]): RespValue =>
        array([
          bulk(context.address ?? client.peer.address),
          bulk(String(context.listeningPort)),
          bulk(String(context.acknowledged)),
        ]),
    );
  return array([bulk('master'), integer(node.stream.offset), array(replicas)]);
});

const replicaof = (name: string) =>
  command(name, 3, (node, client, [host = '', port = '']) => {
    if (node.replicas.isAttached(client)) {
      return error('Command is not valid when client is a replica.');
    }
    if (node.failover.state !== 'none') {
      return error('REPLICAOF not allowed while failing over.');
    }
    if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') {
      node.promote();
      return OK;
    }
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return error('Invalid master port');
    const master = { host, port: Number(port) };
    if (node.rules.isSameMaster(node.masterLink.master, master)) {
      return simple('OK Already connected to specified master');
    }
    node.follow(master);
    return OK;
  });

/** Reads the words of FAILOVER; null where they make no sense, 'abort' for ABORT. */
const failoverWish = (words: readonly string[]): FailoverWish | 'abort' | null => {
  let wish: FailoverWish = { target: null, force: false, timeout: null };
  for (let index = 0; index < words.length; index += 1) {
    const option = words[index]?.toLowerCase();
    const [one, two] = words.slice(index + 1);
    if (option === 'abort' && words.length === 1) return 'abort';
    if (option === 'timeout' && one !== undefined && /^-?\d{1,15}$/.test(one)) {
      wish = { ...wish, timeout: Number(one) };
      index += 1;
    } else if (option === 'to' && one !== undefined && two !== undefined && /^\d+$/.test(two)) {
      wish = { ...wish, target: { host: one, port: Number(two) } };
      index += 2;
    } else if (option === 'force') wish = { ...wish, force: true };
    else return null;
  }
  return wish;
};

const failover = command(
  'failover',
  -1,
  (node, _client, words) => {
    const wish = failoverWish(words);
    if (wish === null) return error('syntax error');
    return replyOfLine(node.failover.command(wish === 'abort' ? null : wish));
  },
  { notInTransaction: true },
);

export const REPLICATION_COMMANDS: readonly Command[] = [
  psync,
  sync,
  replconf,
  wait,
  role,
  failover,
  replicaof('replicaof'),
  replicaof('slaveof'),
];
