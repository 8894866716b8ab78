import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { ReplicationServer } from '../../src/server/server.ts';
import { temporaryFolder } from '../cli/serving.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { clientOf, contentsOf, observe, until, untilInStep } from './client.ts';
import { spawnProgram } from './program.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

test(
  `redis-sentinel fails a reference master over to one of a real and a reference replica, which both end with its data (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    t.timeout(90_000);
    const settings = { 'repl-diskless-sync-delay': '0', 'repl-ping-replica-period': '1' };
    const old = await ReplicationServer.listen({ settings });
    t.teardown(() => old.close());
    const reference = await ReplicationServer.listen({ settings, master: old });
    t.teardown(() => reference.close());
    const running = await real.start({ config: { 'repl-diskless-sync-delay': 0 } });
    const [oldClient, ours, theirs] = [
      await clientOf(t, old),
      await clientOf(t, reference),
      await clientOf(t, running),
    ];
    await theirs.run('REPLICAOF', old.host, String(old.port));
    await oldClient.pipeline(['SET', 'key', 'value'], ['RPUSH', 'list', 'a', 'b']);
    await untilInStep(t, oldClient, ours);
    await untilInStep(t, oldClient, theirs);

    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'work'));
    const file = join(folder, 'sentinel.conf');
    const port = await freePort();
    writeFileSync(
      file,
      [
        'bind 127.0.0.1',
        `port ${port}`,
        `dir ${join(folder, 'work')}`,
        `sentinel monitor main ${old.host} ${old.port} 1`,
        'sentinel down-after-milliseconds main 1000',
        'sentinel failover-timeout main 10000',
      ].join('\n'),
    );
    const sentinel = spawnProgram(t, real.server.programs.sentinel, file);
    await until(t, `sentinel knows both replicas: ${sentinel.output()}`, async () =>
      [reference.port, running.port].every((each) =>
        sentinel.output().includes(`+slave slave 127.0.0.1:${each}`),
      ),
    );
    const before = await contentsOf(oldClient);
    await old.close();
    await until(t, `one of the two is a master, and the other follows it`, async () => {
      // Sentinel closes all clients of a server whose role it changes, ours among them.
      const [one, other] = await Promise.all([observe(ours), observe(theirs)]).catch(() => []);
      if (one === undefined || other === undefined) return false;
      const [master, replica] = one.role === 'master' ? [one, other] : [other, one];
      return master.role === 'master' && replica.role === 'slave' && replica.linkUp;
    });
    const [next, follower] =
      (await observe(ours)).role === 'master' ? [ours, theirs] : [theirs, ours];
    await untilInStep(t, next, follower);
    t.deepEqual(await contentsOf(next), before);
    await next.run('SET', 'after', 'the failover');
    await untilInStep(t, next, follower);
    t.deepEqual(await contentsOf(follower), await contentsOf(next));
    const { counters } = await observe(next);
    t.log(`${counters.syncFull} full, ${counters.syncPartialOk} partial at the new master`);
    t.is(counters.syncFull, 0);
    t.true(counters.syncPartialOk >= 1);
  }),
);
