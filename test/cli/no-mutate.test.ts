import test, { type ExecutionContext } from 'ava';
import type { Control } from '../../src/conformance/target/control.ts';
import { clientOf, until, untilInStep } from '../interop/client.ts';
import { type Launcher, realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { psyncspec } from './run.ts';
import { callsOf, type Monitor, monitor, stateOf, writesAmong } from './target-state.ts';

/** Commands of an administrator that change something, which MONITOR does not show. */
const CHANGES =
  /^(config\|(set|resetstat|rewrite)|replicaof|slaveof|failover|debug|client\|(kill|pause)|bgsave|save|bgrewriteaof|shutdown|acl\|\w+|script\|\w+|function\|\w+)$/;

interface Watched {
  readonly address: string;
  readonly client: Control;
  readonly monitor: Monitor;
}

/**
 * A master with data and settings of its own, watched. No PING moves its offset in the meantime, and no
 * snapshot waits for company, because the checks may not ask for that themselves.
 */
const watchedMaster = async (t: ExecutionContext, real: Launcher): Promise<Watched> => {
  const running = await real.start({
    config: {
      'repl-ping-replica-period': '3600',
      'repl-diskless-sync-delay': '0',
      'repl-backlog-size': '2mb',
    },
  });
  const client = await clientOf(t, running);
  await client.pipeline(
    ['SET', 'text', 'value'],
    ['RPUSH', 'list', 'a', 'b'],
    ['HSET', 'hash', 'field', 'value'],
    ['SET', 'expires', 'one day', 'EX', '86400'],
    ['SELECT', '3'],
    ['ZADD', 'sorted', '1', 'one'],
    ['SELECT', '0'],
  );
  const watching = await monitor(t, running);
  return { address: `${running.host}:${running.port}`, client, monitor: watching };
};

/** A replica of a watched master, in step with it. */
const follow = async (t: ExecutionContext, real: Launcher, master: Watched): Promise<Control> => {
  const follower = await real.start({ config: { replicaof: master.address.replace(':', ' ') } });
  const replica = await clientOf(t, follower);
  await untilInStep(t, master.client, replica);
  return replica;
};

/** Runs the checks; gives every command that was called meanwhile, and the server's state before and after. */
const watchChecks = async (t: ExecutionContext, watched: Watched, args: readonly string[]) => {
  const { address, client, monitor } = watched;
  const before = await stateOf(client);
  const attached = (await client.info('replication')).get('connected_slaves');
  const calledBefore = await callsOf(client);
  const shownBefore = monitor.commands().length;
  const ended = await psyncspec(['check', address, '--seed', String(SEED), ...args]);
  const calledAfter = await callsOf(client);
  const called = [...calledAfter]
    .filter(([command, calls]) => calls > (calledBefore.get(command) ?? 0))
    .map(([command]) => command);
  await until(
    t,
    'the replicas of the checks are gone',
    async () => (await client.info('replication')).get('connected_slaves') === attached,
  );
  const shown = [...new Set(monitor.commands().slice(shownBefore))];
  return { ended, before, after: await stateOf(client), called, shown };
};

test(
  `check --no-mutate leaves a real master as it was, and sends it no write (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    const watched = await watchedMaster(t, real);
    const replica = await follow(t, real, watched);
    const { ended, before, after, called, shown } = await watchChecks(t, watched, ['--no-mutate']);
    t.is(ended.code, 0, ended.stdout + ended.stderr);
    t.deepEqual(after, before);
    t.deepEqual(
      called.filter((command) => CHANGES.test(command)),
      [],
    );
    t.deepEqual(await writesAmong(watched.client, called), []);
    t.deepEqual(await writesAmong(watched.client, shown), []);
    t.true(called.includes('psync'), 'the checks asked something');
    t.true(shown.includes('info'), 'the monitor saw something');
    t.is((await replica.info('replication')).get('master_link_status'), 'up');
    t.log(`${/conforms: .*/.exec(ended.stdout)?.[0]}; called: ${called.join(' ')}`);
  }),
);

test(
  `what --no-mutate must not do is seen where it is left out (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    const watched = await watchedMaster(t, real);
    await follow(t, real, watched);
    const { ended, before, after, called, shown } = await watchChecks(t, watched, [
      '--rule',
      'STREAM-2',
    ]);
    t.is(ended.code, 0, ended.stdout + ended.stderr);
    t.notDeepEqual(after, before);
    t.true(called.some((command) => CHANGES.test(command)));
    t.deepEqual((await writesAmong(watched.client, called)).sort(), ['del', 'set']);
    t.deepEqual((await writesAmong(watched.client, shown)).sort(), ['del', 'set']);
  }),
);

test(
  `a master that never had a replica begins a backlog under a new replid, as for any replica, and no more (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    const watched = await watchedMaster(t, real);
    const { ended, before, after } = await watchChecks(t, watched, ['--no-mutate']);
    t.is(ended.code, 0, ended.stdout + ended.stderr);
    const changed = after
      .filter((line) => !before.includes(line))
      .map((line) => line.split(':')[0]);
    t.deepEqual(changed, [
      'master_replid',
      'repl_backlog_active',
      'repl_backlog_first_byte_offset',
    ]);
  }),
);
