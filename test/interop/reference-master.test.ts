import test from 'ava';
import type { Dialect } from '../../models/vocabulary/index.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { SERVER_NAMES, type ServerName } from '../../src/zoo/index.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { clientOf, contentsOf, observe, until, untilInStep } from './client.ts';

/** The dialect in which the reference is a master to each: a replica may be newer than its master, not older. */
const DIALECTS: Readonly<Record<ServerName, Dialect>> = {
  'redis-6.0': 'redis-6.0',
  'redis-7.0': 'redis-7',
  'redis-8.0': 'redis-8',
  'redis-8-forky': 'redis-8',
  'valkey-8.1': 'valkey-8',
  'valkey-9-forky': 'valkey-9',
};

/** Some writes of every kind that the reference knows, in two databases. */
const writes = (round: number): string[][] => [
  ['SET', `plain:${round}`, `value ${round}`],
  ['SET', `binary:${round}`, '\x00\x01\xff\r\n*3\r\n'],
  ['SET', `expiring:${round}`, 'x', 'EX', '1000'],
  ['INCR', 'counter'],
  ['APPEND', 'log', `${round};`],
  ['MULTI'],
  ['SET', `in-transaction:${round}`, '1'],
  ['INCRBY', 'sum', String(round)],
  ['EXEC'],
  ['SELECT', '3'],
  ['SET', `other:${round}`, 'database'],
  ['DEL', `other:${round - 1}`],
  ['SELECT', '0'],
];

for (const name of SERVER_NAMES) {
  for (const diskless of ['yes', 'no']) {
    test(
      `${name} follows the reference with repl-diskless-sync ${diskless}, survives cuts and ends with the same data (seed ${SEED})`,
      realServer(name)(async (t, real) => {
        const reference = await ReplicationServer.listen({
          dialect: DIALECTS[name],
          settings: { 'repl-diskless-sync': diskless, 'repl-diskless-sync-delay': '0' },
        });
        t.teardown(() => reference.close());
        const master = await clientOf(t, reference);
        await master.pipeline(...writes(0));
        const running = await real.start();
        const replica = await clientOf(t, running);
        await replica.run('REPLICAOF', reference.host, String(reference.port));
        await untilInStep(t, master, replica);

        const cuts = 10;
        for (let round = 1; round <= cuts; round += 1) {
          await master.pipeline(...writes(round));
          await replica.run('CLIENT', 'KILL', 'TYPE', 'master');
          await master.pipeline(...writes(round + 100));
          await until(t, 'the link is up again', async () => (await observe(replica)).linkUp);
        }
        await untilInStep(t, master, replica);
        t.deepEqual(await contentsOf(replica), await contentsOf(master));
        const { counters } = await observe(master);
        t.is(counters.syncFull, 1, 'one full resynchronization, and no more');
        t.true(counters.syncPartialOk >= cuts, `${counters.syncPartialOk} continuations`);
      }),
    );
  }
}

test(
  'WAIT on the reference counts a real replica that has the write',
  realServer('redis-7.0')(async (t, real) => {
    const reference = await ReplicationServer.listen({
      settings: { 'repl-diskless-sync-delay': '0' },
    });
    t.teardown(() => reference.close());
    const master = await clientOf(t, reference);
    const replica = await clientOf(t, await real.start());
    await replica.run('REPLICAOF', reference.host, String(reference.port));
    await untilInStep(t, master, replica);
    const replies = await master.pipeline(['SET', 'key', 'value'], ['WAIT', '1', '10000']);
    t.deepEqual(replies[1], { integer: 1 });
    t.deepEqual(await replica.command('GET', 'key'), { bulk: 'value' });
  }),
);
