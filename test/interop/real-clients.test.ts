import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Redis } from 'ioredis';
import { ReplicationServer } from '../../src/server/server.ts';
import { readRdb } from '../../src/wire/rdb/reader.ts';
import type { Command, RealServer } from '../../src/zoo/index.ts';
import { realServer } from '../real-servers.ts';
import { until } from './client.ts';
import { spawnProgram } from './program.ts';

interface Said {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program that came with a real server. */
const run = ({ file, args }: Command, ...more: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const child = execFile(file, [...args, ...more], { timeout: 60_000 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: `${stdout}${stderr}` }),
    );
  });

const cli = ({ programs }: RealServer, { port }: ReplicationServer, ...words: string[]) =>
  run(programs.cli, '-h', '127.0.0.1', '-p', String(port), ...words);

test(
  'redis-cli uses the reference server',
  realServer('redis-7.0')(async (t, { server: real }) => {
    const server = await ReplicationServer.listen();
    t.teardown(() => server.close());
    for (const [words, expected] of [
      [['SET', 'key', 'two words'], /^OK/],
      [['GET', 'key'], /^two words/],
      [['-3', 'HELLO', '3'], /proto 3/],
      [['INCR', 'n'], /^1/],
      [['DEL', 'key', 'n'], /^2/],
      [['ROLE'], /^master/],
      [['REPLICAOF', 'NO', 'ONE'], /^OK/],
      [['COMMAND', 'COUNT'], /^\d+/],
      [['CONFIG', 'GET', 'repl-backlog-*'], /repl-backlog-size\n1048576/],
      [['NONSENSE'], /^ERR unknown command 'NONSENSE'/],
    ] as const) {
      const { output } = await cli(real, server, ...words);
      t.regex(output, expected, words.join(' '));
    }
  }),
);

test(
  'redis-cli --rdb takes a snapshot that redis-check-rdb finds no fault in, diskless or not',
  realServer('redis-7.0')(async (t, { server: real }) => {
    const folder = mkdtempSync(join(tmpdir(), 'psyncspec-cli-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    for (const diskless of ['yes', 'no']) {
      const server = await ReplicationServer.listen({
        settings: { 'repl-diskless-sync': diskless, 'repl-diskless-sync-delay': '0' },
      });
      t.teardown(() => server.close());
      await cli(real, server, 'SET', 'key', 'value');
      await cli(real, server, 'SET', 'expiring', 'value', 'EX', '1000');
      const file = join(folder, `${diskless}.rdb`);
      const { output } = await cli(real, server, '--rdb', file);
      t.regex(output, /Transfer finished with success/);
      const checked = await run(real.programs['check-rdb'], file);
      t.regex(checked.output, /RDB looks OK/);
      t.regex(checked.output, /2 keys read/);
      const rdb = readRdb(readFileSync(file));
      t.false('malformed' in rdb);
      if ('snapshot' in rdb) t.is(rdb.snapshot.auxiliary.get('repl-offset'), '0');
    }
  }),
);

test(
  'redis-benchmark writes to the reference server',
  realServer('redis-7.0')(async (t, { server: real }) => {
    const server = await ReplicationServer.listen();
    t.teardown(() => server.close());
    const { output } = await run(
      real.programs.benchmark,
      ...['-h', '127.0.0.1', '-p', String(server.port)],
      ...['-n', '20000', '-P', '16', '-c', '20', '-t', 'set,get,incr', '-q'],
    );
    for (const name of ['SET', 'GET', 'INCR']) {
      t.regex(output, new RegExp(`${name}: [\\d.]+ requests per second`));
    }
  }),
);

test(
  'redis-cli --replica shows the stream of the reference as it comes',
  realServer('redis-7.0')(async (t, { server: real }) => {
    const server = await ReplicationServer.listen({
      settings: { 'repl-diskless-sync-delay': '0' },
    });
    t.teardown(() => server.close());
    await cli(real, server, 'SET', 'before', 'the snapshot');
    const port = String(server.port);
    const watch = spawnProgram(t, real.programs.cli, '-h', '127.0.0.1', '-p', port, '--replica');
    await until(t, 'it has taken the snapshot', async () => /SYNC.*done/is.test(watch.output()));
    await cli(real, server, 'SET', 'after', 'a value');
    await until(t, 'the write is shown', async () =>
      /"SET","after","a value"/i.test(watch.output()),
    );
    t.notRegex(watch.output(), /before/);
  }),
);

test('ioredis works with the reference as with any server', async (t) => {
  const server = await ReplicationServer.listen();
  t.teardown(() => server.close());
  const ioredis = new Redis({ host: server.host, port: server.port });
  t.teardown(() => ioredis.disconnect());
  await ioredis.set('key', 'value', 'EX', 100);
  t.is(await ioredis.get('key'), 'value');
  await ioredis.hset('hash', { one: '1', two: '2' });
  t.deepEqual(await ioredis.hgetall('hash'), { one: '1', two: '2' });
  const replies = await ioredis.multi().incr('n').lpush('list', 'a').exec();
  t.deepEqual(replies, [
    [null, 1],
    [null, 1],
  ]);
  t.regex(await ioredis.info('replication'), /role:master/);
  const keys: string[] = [];
  for await (const batch of ioredis.scanStream({ count: 2 })) keys.push(...batch);
  t.deepEqual(keys.sort(), ['hash', 'key', 'list', 'n']);
});
