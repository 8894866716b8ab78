import test, { type ExecutionContext } from 'ava';
import type { Control } from '../../src/conformance/target/control.ts';
import { ReplicationServer, type ServerOptions } from '../../src/server/server.ts';
import { clientOf, contentsOf, observe, until, untilInStep } from '../interop/client.ts';

const listen = async (t: ExecutionContext, options: ServerOptions = {}) => {
  const server = await ReplicationServer.listen({
    ...options,
    settings: { 'repl-diskless-sync-delay': '0', ...options.settings },
  });
  t.teardown(() => server.close());
  return { server, client: await clientOf(t, server) };
};

const follow = (replica: Control, { host, port }: ReplicationServer) =>
  replica.run('REPLICAOF', host, String(port));

test('a node that keeps no data counts, acknowledges and hands on what its master sends', async (t) => {
  const master = await listen(t);
  const relay = await listen(t, { keepsData: false });
  const replica = await listen(t);
  await master.client.run('SET', 'before', '1');
  await follow(relay.client, master.server);
  await follow(replica.client, master.server);
  await untilInStep(t, master.client, relay.client);
  await untilInStep(t, master.client, replica.client);

  await follow(replica.client, relay.server);
  await until(t, 'the relay continues the replica', async () => {
    return (await observe(relay.client)).counters.syncPartialOk > 0;
  });
  await master.client.pipeline(
    ['SET', 'plain', 'value'],
    ['SELECT', '3'],
    ['MULTI'],
    ['SET', 'one', '1'],
    ['INCR', 'one'],
    ['EXEC'],
    ['SELECT', '0'],
    ['APPEND', 'plain', '\x00\r\n*1\r\n\xff'],
  );
  await untilInStep(t, master.client, replica.client);
  t.deepEqual(await contentsOf(replica.client), await contentsOf(master.client));
  t.is((await observe(master.client)).counters.syncFull, 2);
  t.deepEqual(await master.client.pipeline(['SET', 'x', 'y'], ['WAIT', '1', '10000']), [
    { simple: 'OK' },
    { integer: 1 },
  ]);
});

test('a node that keeps no data says so to clients and to replicas that need a snapshot', async (t) => {
  const master = await listen(t);
  const relay = await listen(t, { keepsData: false });
  await follow(relay.client, master.server);
  await untilInStep(t, master.client, relay.client);
  for (const words of [['GET', 'key'], ['SET', 'key', 'value'], ['DBSIZE']]) {
    const reply = await relay.client.command(...words);
    t.true(reply !== null && 'error' in reply, words.join(' '));
  }
  const sync = await relay.client.command('PSYNC', '?', '-1');
  t.deepEqual(sync, { error: "ERR BGSAVE failed, replication can't continue" });
});
