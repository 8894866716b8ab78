import test from 'ava';
import type { RespValue } from '../../models/vocabulary/index.ts';
import type { Control } from '../../src/conformance/target/control.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { clientOf, untilInStep } from '../interop/client.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { randomCommands } from './random-commands.ts';

const digestOf = async (client: Control): Promise<string> => {
  const reply = await client.run('DEBUG', 'DIGEST');
  return reply !== null && 'simple' in reply ? reply.simple : JSON.stringify(reply);
};

/** Errors say the same by their code: the words behind it are for people. */
const comparable = (reply: RespValue): string =>
  reply !== null && 'error' in reply ? `-${reply.error.split(' ')[0]}` : JSON.stringify(reply);

const CONFIG = { 'enable-debug-command': 'yes', 'repl-diskless-sync-delay': 0 };

test(
  `the reference answers as redis-server does, and its data has the same digest (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    const reference = await ReplicationServer.listen();
    t.teardown(() => reference.close());
    const ours = await clientOf(t, reference);
    const theirs = await clientOf(t, await real.start({ config: CONFIG }));
    t.is(await digestOf(ours), await digestOf(theirs));
    let errors = 0;
    for (let round = 0; round < 20; round += 1) {
      const commands = randomCommands(SEED + round, 500);
      const [ourReplies, theirReplies] = [
        await ours.pipeline(...commands),
        await theirs.pipeline(...commands),
      ];
      commands.forEach((words, index) => {
        const [one, other] = [ourReplies[index] ?? null, theirReplies[index] ?? null];
        if (one !== null && 'error' in one) errors += 1;
        if (comparable(one) === comparable(other)) return;
        t.fail(`${JSON.stringify(words)}: ${comparable(one)} here, ${comparable(other)} there`);
      });
      t.is(await digestOf(ours), await digestOf(theirs), `after round ${round}`);
      if (!t.passed) return;
    }
    t.true(errors > 100, `some commands were refused: ${errors}`);
    const size = await ours.run('DBSIZE');
    t.true(size !== null && 'integer' in size && size.integer > 10, JSON.stringify(size));
  }),
);

test(
  `data of every type goes from redis-server to the reference and on to another, as a snapshot and as a stream (seed ${SEED})`,
  realServer('redis-7.0')(async (t, real) => {
    const first = await real.start({ config: CONFIG });
    const reference = await ReplicationServer.listen({
      master: { host: first.host, port: first.port },
      settings: { 'repl-diskless-sync-delay': '0' },
    });
    t.teardown(() => reference.close());
    const last = await real.start({ config: CONFIG });
    const [top, middle, end] = [
      await clientOf(t, first),
      await clientOf(t, reference),
      await clientOf(t, last),
    ];
    await top.pipeline(...randomCommands(SEED, 3000));
    await untilInStep(t, top, middle);
    await end.run('REPLICAOF', reference.host, String(reference.port));
    await untilInStep(t, middle, end);
    t.is(await digestOf(middle), await digestOf(top), 'by snapshot');
    t.is(await digestOf(end), await digestOf(top), 'by snapshot of the reference');
    await top.pipeline(...randomCommands(SEED + 1, 3000));
    await untilInStep(t, top, middle);
    await untilInStep(t, middle, end);
    t.is(await digestOf(middle), await digestOf(top), 'by stream');
    t.is(await digestOf(end), await digestOf(top), 'by the stream handed on');
    const info = await middle.info('opaque');
    t.is(info.get('opaque_commands'), '0');
  }),
);

test(
  'a command that the reference does not know counts, is handed on byte for byte, and is told',
  realServer('redis-7.0')(async (t, real) => {
    const first = await real.start({ config: CONFIG });
    const reference = await ReplicationServer.listen({
      master: { host: first.host, port: first.port },
      settings: { 'repl-diskless-sync-delay': '0' },
    });
    t.teardown(() => reference.close());
    const [top, middle, end] = [
      await clientOf(t, first),
      await clientOf(t, reference),
      await clientOf(t, await real.start({ config: CONFIG })),
    ];
    await untilInStep(t, top, middle);
    await end.run('REPLICAOF', reference.host, String(reference.port));
    await untilInStep(t, middle, end);
    await top.pipeline(
      ['PFADD', 'cardinality', 'a', 'b', 'c'],
      ['SETBIT', 'bits', '77', '1'],
      ['SET', 'plain', 'value'],
    );
    await untilInStep(t, top, middle);
    await untilInStep(t, middle, end);
    t.is(await digestOf(end), await digestOf(top));
    const info = await middle.info('opaque');
    t.is(info.get('opaque_commands'), '2');
    t.is(info.get('opaque_pfadd'), '1');
    t.is(info.get('opaque_setbit'), '1');
    t.deepEqual(await middle.run('GET', 'plain'), { bulk: 'value' });
  }),
);
