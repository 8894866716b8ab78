import type { Operation } from '../../../properties/operations.ts';
import type { Outcome } from '../../../properties/system.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { FILLER_KEY, LOG_KEY, pairOf, wordOf } from '../log.ts';
import { askedBy } from '../probe.ts';
import { HOST, PORT } from './address.ts';
import { type Cluster, TTL_SECONDS } from './cluster.ts';
import type { Caller, Link } from './link.ts';

type Named<Name extends Operation['do']> = Extract<Operation, { do: Name }>;

const SKIPPED: Outcome = { outcome: 'skipped' };
const done = (reply: string | null = null): Outcome => ({ outcome: 'done', reply });

/** The longest that a cluster may take to come to rest, in milliseconds of its own time. */
export const SETTLE_LIMIT = 20_000;

/** Where nodes go round in circles, they do so long before that in more steps than anybody wants to wait for. */
const EVENTS_LIMIT = 3000;

const WAIT_TIMEOUT = 300;

/** Does one thing to a cluster. */
export const perform = (cluster: Cluster, operation: Operation): Outcome => {
  switch (operation.do) {
    case 'write':
      return write(cluster, operation);
    case 'transaction':
      return transact(cluster, operation);
    case 'replicaof':
      return follow(cluster, operation);
    case 'promote':
      return done(cluster.at(operation.node).run('REPLICAOF', 'NO', 'ONE'));
    case 'cut':
      return cut(cluster, operation);
    case 'heal':
      return heal(cluster, operation);
    case 'restart':
      return restart(cluster, operation);
    case 'resize':
      return done(
        cluster
          .at(operation.node)
          .run('CONFIG', 'SET', 'repl-backlog-size', String(operation.size)),
      );
    case 'expire':
      return expire(cluster, operation);
    case 'failover':
      return handOver(cluster, operation);
    case 'wait':
      return wait(cluster, operation);
    case 'probe':
      return probe(cluster, operation);
    case 'pass':
      cluster.schedule.pass(operation.milliseconds);
      return done();
    case 'settle':
      return settle(cluster);
  }
};

const write = (cluster: Cluster, { node, size, database }: Named<'write'>): Outcome => {
  const target = cluster.at(node);
  cluster.writes += 1;
  target.run('SELECT', String(database));
  if (size > 1) target.run('SET', FILLER_KEY, 'x'.repeat(size));
  return done(target.run('APPEND', LOG_KEY, wordOf(cluster.writes)));
};

const transact = (cluster: Cluster, { node }: Named<'transaction'>): Outcome => {
  const target = cluster.at(node);
  cluster.writes += 1;
  target.run('SELECT', '0');
  target.run('MULTI');
  for (const word of pairOf(cluster.writes)) target.run('APPEND', LOG_KEY, word);
  return done(target.run('EXEC'));
};

const follow = (cluster: Cluster, { node, master }: Named<'replicaof'>): Outcome => {
  if (cluster.leadsTo(master, node)) return SKIPPED;
  return done(cluster.at(node).run('REPLICAOF', HOST, String(PORT + master)));
};

const cut = (cluster: Cluster, { node, after }: Named<'cut'>): Outcome => {
  if (cluster.masterOf(node) === null || cluster.isBlocked(node)) return SKIPPED;
  cluster.block(node, after);
  return done();
};

const heal = (cluster: Cluster, { node }: Named<'heal'>): Outcome => {
  if (!cluster.isBlocked(node)) return SKIPPED;
  cluster.heal(node);
  return done();
};

const restart = (cluster: Cluster, { node, saves }: Named<'restart'>): Outcome => {
  if (saves) cluster.at(node).run('SHUTDOWN', 'SAVE', 'NOW', 'FORCE');
  cluster.restart(node);
  cluster.schedule.pass(5);
  return done();
};

/** Keeps everybody away from a master until its backlog is too old. */
const expire = (cluster: Cluster, { node }: Named<'expire'>): Outcome => {
  const view = cluster.at(node).view();
  if (view.role !== 'master' || view.window === null) return SKIPPED;
  for (const { index } of cluster.nodes) {
    if (cluster.masterOf(index) === node) cluster.block(index, 0);
  }
  cluster.schedule.pass((TTL_SECONDS + 3) * 1000);
  return done();
};

const handOver = (cluster: Cluster, { node, to }: Named<'failover'>): Outcome =>
  node === to
    ? SKIPPED
    : done(cluster.at(node).run('FAILOVER', 'TO', HOST, String(PORT + to), 'TIMEOUT', '3000'));

const wait = (cluster: Cluster, { node, replicas }: Named<'wait'>): Outcome => {
  const target = cluster.at(node);
  if (target.node.role !== 'master' || target.node.failover.state !== 'none') return SKIPPED;
  cluster.writes += 1;
  target.run('SELECT', '0');
  target.run('APPEND', LOG_KEY, wordOf(cluster.writes));
  const reply = target.run('WAIT', String(replicas), String(WAIT_TIMEOUT));
  const limit = cluster.schedule.now + WAIT_TIMEOUT + 1;
  if (reply === null) while (target.lateReply === null && cluster.schedule.next(limit));
  const late = reply ?? target.lateReply;
  return { outcome: 'done', reply: late, word: wordOf(cluster.writes) };
};

/** A replica that only wants to know what it would be told. */
const probe = (cluster: Cluster, operation: Named<'probe'>): Outcome => {
  let isOver = false;
  const caller: Caller = {
    receive: () => {},
    disconnected: () => {
      isOver = true;
    },
  };
  const link = cluster.connect(null, caller, PORT + operation.node);
  if (link === null) return SKIPPED;
  link.fromReplica(encodeCommand(['REPLCONF', 'capa', 'eof', 'capa', 'psync2']));
  cluster.schedule.pass(20);
  const [replid, position] = askedBy(operation, cluster.at(operation.node).view());
  link.fromReplica(encodeCommand(['PSYNC', replid, String(position)]));
  cluster.schedule.pass(20);
  endProbe(link, isOver);
  return done(`${replid} ${position}`);
};

const endProbe = (link: Link, isOver: boolean): void => {
  if (!isOver) link.cut();
};

const settle = (cluster: Cluster): Outcome => {
  cluster.healAll();
  const limit = cluster.schedule.now + SETTLE_LIMIT;
  let left = EVENTS_LIMIT;
  while (left > 0 && !cluster.isQuiet() && cluster.schedule.next(limit)) left -= 1;
  return done();
};
