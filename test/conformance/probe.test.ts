import test from 'ava';
import { probe } from '../../src/conformance/probe.ts';
import { bytesOf } from '../../src/wire/byte-queue.ts';
import { CommandReader } from '../../src/wire/command-reader.ts';
import { realServer } from '../real-servers.ts';
import { ScriptedTarget } from './scripted-target.ts';

const OPTIONS = { timeout: 3000 };

for (const [name, dialect] of [
  ['redis-6.0', 'redis-6.0'],
  ['redis-7.0', 'redis-7'],
  ['redis-8.0', 'redis-8'],
  ['valkey-8.1', 'valkey-8'],
] as const) {
  test.serial(
    `${name} is told by its answers, and no replica or snapshot comes of it`,
    realServer(name)(async (t, real) => {
      const { port } = await real.start();
      const address = { host: '127.0.0.1', port };
      const card = await probe(address, OPTIONS);
      t.is(card.claimed, dialect);
      t.is(card.inferred, dialect);
      const { fields } = await probe(address, OPTIONS);
      for (const counter of [
        'sync_full',
        'sync_partial_ok',
        'sync_partial_err',
        'connected_slaves',
      ]) {
        t.is(fields.get(counter), '0', counter);
      }
      t.is(fields.get('rdb_bgsave_in_progress'), '0');
      t.is(fields.get('rdb_last_bgsave_time_sec'), '-1');
    }),
  );
}

test('a server that speaks another protocol by design is a result and no failure', async (t) => {
  // Labelled as what it is: a script that answers INFO as Dragonfly names itself.
  const target = await ScriptedTarget.listen((socket) => {
    const reader = new CommandReader();
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (
        let read = reader.next();
        typeof read === 'object' && 'command' in read;
        read = reader.next()
      ) {
        const info = 'dragonfly_version:df-1.0\r\nredis_version:6.2.11\r\n';
        const name = read.command[0] ?? '';
        const isInfo = name === 'INFO';
        socket.write(
          bytesOf(
            isInfo
              ? `$${info.length}\r\n${info}\r\n`
              : name === 'PING'
                ? '+PONG\r\n'
                : `-ERR unknown command '${name}'\r\n`,
          ),
        );
      }
    });
  });
  t.teardown(() => target.close());
  const card = await probe({ host: '127.0.0.1', port: target.port }, OPTIONS);
  t.is(card.claimed, null);
  t.is(card.inferred, null);
  t.regex(card.server, /^Dragonfly/);
});
