import { setTimeout } from 'node:timers/promises';
import type { Operation } from '../../../properties/operations.ts';
import type { Outcome } from '../../../properties/system.ts';
import { FILLER_KEY, LOG_KEY, pairOf, wordOf } from '../log.ts';
import { askedBy } from '../probe.ts';
import { OperatorClient, replyLine } from './client.ts';
import type { NetworkSystem } from './network-system.ts';

type Named<Name extends Operation['do']> = Extract<Operation, { do: Name }>;

const SKIPPED: Outcome = { outcome: 'skipped' };
const done = (reply: string | null = null): Outcome => ({ outcome: 'done', reply });

const SETTLE_LIMIT = 15_000;
const WAIT_TIMEOUT = 300;

/** Real time is dear: whoever wants more of it goes without. */
const PASS_LIMIT = 1200;

/** How long a backlog with a ttl of a second may take to go. */
const EXPIRY_LIMIT = 6000;

/** Does one thing to a cluster of servers. */
export const performOn = async (system: NetworkSystem, operation: Operation): Promise<Outcome> => {
  switch (operation.do) {
    case 'write':
      return write(system, operation);
    case 'transaction':
      return transact(system, operation);
    case 'replicaof':
      return follow(system, operation);
    case 'promote':
      return promote(system, operation.node);
    case 'cut': {
      const { node, after } = operation;
      if (system.seen(node).master === null || system.isBlocked(node)) return SKIPPED;
      system.block(node, after);
      return done();
    }
    case 'heal':
      if (!system.isBlocked(operation.node)) return SKIPPED;
      system.heal(operation.node);
      return done();
    case 'restart':
      await system.restart(operation.node, operation.saves);
      return done();
    case 'resize':
      return done(
        await ask(
          system,
          operation.node,
          'CONFIG',
          'SET',
          'repl-backlog-size',
          String(operation.size),
        ),
      );
    case 'expire':
      return expire(system, operation);
    case 'failover':
      return handOver(system, operation);
    case 'wait':
      return wait(system, operation);
    case 'probe':
      return probe(system, operation);
    case 'pass':
      if (operation.milliseconds > PASS_LIMIT) return SKIPPED;
      await setTimeout(operation.milliseconds);
      return done();
    case 'settle':
      for (let node = 0; node < system.nodes; node += 1) system.heal(node);
      await system.rest(SETTLE_LIMIT);
      return done();
  }
};

const ask = async (
  system: NetworkSystem,
  node: number,
  ...words: readonly string[]
): Promise<string> => replyLine(await system.at(node).client.run(...words));

const write = async (
  system: NetworkSystem,
  { node, size, database }: Named<'write'>,
): Promise<Outcome> => {
  if (system.seen(node).failingOver) return SKIPPED;
  system.writes += 1;
  await ask(system, node, 'SELECT', String(database));
  if (size > 1) await ask(system, node, 'SET', FILLER_KEY, 'x'.repeat(size));
  return done(await ask(system, node, 'APPEND', LOG_KEY, wordOf(system.writes)));
};

const transact = async (
  system: NetworkSystem,
  { node }: Named<'transaction'>,
): Promise<Outcome> => {
  if (system.seen(node).failingOver) return SKIPPED;
  system.writes += 1;
  await ask(system, node, 'SELECT', '0');
  await ask(system, node, 'MULTI');
  for (const word of pairOf(system.writes)) await ask(system, node, 'APPEND', LOG_KEY, word);
  return done(await ask(system, node, 'EXEC'));
};

const follow = async (
  system: NetworkSystem,
  { node, master }: Named<'replicaof'>,
): Promise<Outcome> => {
  if (system.leadsTo(master, node)) return SKIPPED;
  const port = String(system.wayTo(node, master));
  const reply = await ask(system, node, 'REPLICAOF', '127.0.0.1', port);
  if (reply.startsWith('+')) system.at(node).master = master;
  return done(reply);
};

const promote = async (system: NetworkSystem, node: number): Promise<Outcome> => {
  const reply = await ask(system, node, 'REPLICAOF', 'NO', 'ONE');
  if (reply.startsWith('+')) system.at(node).master = null;
  return done(reply);
};

const expire = async (system: NetworkSystem, { node }: Named<'expire'>): Promise<Outcome> => {
  const { role, window } = system.seen(node);
  if (role !== 'master' || window === null) return SKIPPED;
  for (let other = 0; other < system.nodes; other += 1) {
    if (system.seen(other).master === node && !system.isBlocked(other)) system.block(other, 0);
  }
  await ask(system, node, 'CONFIG', 'SET', 'repl-backlog-ttl', '1');
  const limit = performance.now() + EXPIRY_LIMIT;
  while (performance.now() < limit && (await system.look())[node]?.window !== null) {
    await setTimeout(100);
  }
  await ask(system, node, 'CONFIG', 'SET', 'repl-backlog-ttl', '3600');
  return done();
};

/** The target is dialled by the address that it announced, which is its own and can’t be cut. */
const handOver = async (
  system: NetworkSystem,
  { node, to }: Named<'failover'>,
): Promise<Outcome> => {
  if (node === to) return SKIPPED;
  const port = String(system.at(to).server.port);
  return done(await ask(system, node, 'FAILOVER', 'TO', '127.0.0.1', port, 'TIMEOUT', '2000'));
};

const wait = async (system: NetworkSystem, { node, replicas }: Named<'wait'>): Promise<Outcome> => {
  const { role, failingOver } = system.seen(node);
  if (role !== 'master' || failingOver) return SKIPPED;
  system.writes += 1;
  await ask(system, node, 'SELECT', '0');
  await ask(system, node, 'APPEND', LOG_KEY, wordOf(system.writes));
  const reply = await ask(system, node, 'WAIT', String(replicas), String(WAIT_TIMEOUT));
  return { outcome: 'done', reply, word: wordOf(system.writes) };
};

const probe = async (system: NetworkSystem, operation: Named<'probe'>): Promise<Outcome> => {
  const { port } = system.at(operation.node).server;
  const client = await OperatorClient.open(port, `a probe of node ${operation.node}`);
  try {
    await client.run('REPLCONF', 'capa', 'eof', 'capa', 'psync2');
    const [replid, position] = askedBy(operation, system.seen(operation.node));
    client.tell('PSYNC', replid, String(position));
    await setTimeout(60);
    return done(`${replid} ${position}`);
  } finally {
    client.close();
  }
};
