import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CATALOGUE, isOfSeries, SERVER_NAMES } from '../../src/zoo/catalogue.ts';
import { ServerDidNotStart, start as startServer } from '../../src/zoo/start.ts';
import { realServer } from '../real-servers.ts';
import { ask, output } from './ask.ts';
import { eventually, runningIn } from './processes.ts';

for (const name of SERVER_NAMES) {
  test(
    `${name} starts, answers, and leaves nothing when it stops`,
    realServer(name)(async (t, { server, start }) => {
      t.true(isOfSeries(server.version, CATALOGUE[name].series));
      const running = await start({ config: { 'repl-backlog-size': '2mb' } });
      t.is(await ask(running, 'set', 'greeting', 'hello'), 'OK');
      t.is(await ask(running, 'get', 'greeting'), 'hello');
      t.is(await ask(running, 'config', 'get', 'repl-backlog-size'), 'repl-backlog-size\n2097152');
      const info = await ask(running, 'info');
      t.regex(info, new RegExp(`^${server.software}_version:${server.version}\r?$`, 'm'));
      t.regex(info, new RegExp(`^process_id:${running.pid}\r?$`, 'm'));
      t.true(existsSync(running.dir));
      await running.stop();
      t.deepEqual(runningIn(running.pid), []);
      t.false(existsSync(running.dir));
      t.deepEqual(await running.exited, { code: 0, signal: null });
      t.regex(running.log(), /Ready to accept connections/);
    }),
  );

  test(
    `${name} saves what its own tool for snapshots finds sound, and starts again with it`,
    realServer(name)(async (t, { server, start }) => {
      const dir = await mkdtemp(join(tmpdir(), 'psyncspec-data-'));
      t.teardown(() => rm(dir, { recursive: true }));
      const first = await start({ dir });
      await ask(first, 'set', 'greeting', 'hello');
      t.is(await ask(first, 'save'), 'OK');
      await first.stop();
      const { file, args } = server.programs['check-rdb'];
      t.regex(await output(file, [...args, join(dir, 'dump.rdb')]), /RDB looks OK/);
      const second = await start({ dir, port: first.port });
      t.is(second.port, first.port);
      t.is(await ask(second, 'get', 'greeting'), 'hello');
    }),
  );

  test(
    `${name} has tools that run`,
    realServer(name)(async (t, { server, start }) => {
      const running = await start();
      const { file, args } = server.programs.benchmark;
      const work = ['-p', String(running.port), '-n', '100', '-t', 'set', '-q'];
      t.regex(await output(file, [...args, ...work]), /SET: .* requests per second/);
      const { sentinel } = server.programs;
      const asSentinel = { ...server, programs: { ...server.programs, server: sentinel } };
      const watching = await startServer(asSentinel);
      t.teardown(watching.stop);
      t.regex(await ask(watching, 'info', 'server'), /_mode:sentinel/);
    }),
  );
}

test(
  'a server is ready only when it has loaded its data',
  realServer('redis-7.0')(async (t, redis) => {
    const dir = await mkdtemp(join(tmpdir(), 'psyncspec-data-'));
    t.teardown(() => rm(dir, { recursive: true }));
    const first = await redis.start({ dir, config: { 'enable-debug-command': 'yes' } });
    t.is(await ask(first, 'debug', 'populate', '200'), 'OK');
    t.is(await ask(first, 'save'), 'OK');
    await first.stop();
    // It answers INFO while it loads, for half a second or more.
    const slowly = { 'key-load-delay': 2500, 'loading-process-events-interval-bytes': 1024 };
    const second = await redis.start({ dir, config: slowly });
    t.is(await ask(second, 'dbsize'), '200');
  }),
);

test(
  'a server with a password is ready once it took the password',
  realServer('redis-7.0')(async (t, redis) => {
    const running = await redis.start({ config: { requirepass: 'secret' } });
    t.regex(await ask(running, 'ping'), /NOAUTH/);
    t.is(await ask(running, '-a', 'secret', '--no-auth-warning', 'ping'), 'PONG');
  }),
);

test(
  'a bad configuration gives the server’s own words',
  realServer('redis-7.0')(async (t, redis) => {
    const error = await t.throwsAsync(redis.start({ config: { 'repl-backlog-size': 'much' } }), {
      instanceOf: ServerDidNotStart,
    });
    t.regex(error?.message ?? '', /repl-backlog-size much/);
    t.regex(error?.log ?? '', /FATAL CONFIG FILE ERROR/);
  }),
);

test(
  'a port that another server has is refused, though that server answers',
  realServer('redis-7.0')(async (t, redis) => {
    const first = await redis.start();
    const error = await t.throwsAsync(redis.start({ port: first.port }), {
      instanceOf: ServerDidNotStart,
    });
    t.regex(error?.log ?? '', /Address already in use/);
    t.is(await ask(first, 'ping'), 'PONG');
  }),
);

test(
  'a port that somebody took in between is exchanged for another',
  realServer('redis-7.0')(async (t, { server }) => {
    const dir = await mkdtemp(join(tmpdir(), 'psyncspec-data-'));
    t.teardown(() => rm(dir, { recursive: true }));
    // The first time it behaves as a server whose port is taken, and says which one that was.
    const script = `mkdir "${dir}/once" 2>/dev/null || exec "$@"
      echo "$@" > "${dir}/first"; echo "bind: Address already in use"; exit 1`;
    const { file, args } = server.programs.server;
    const unlucky = { file: '/bin/sh', args: ['-c', script, 'unlucky', file, ...args] };
    const running = await startServer({
      ...server,
      programs: { ...server.programs, server: unlucky },
    });
    t.teardown(running.stop);
    t.is(await ask(running, 'ping'), 'PONG');
    const [, port] = /--port (\d+)/.exec(await readFile(join(dir, 'first'), 'utf8')) ?? [];
    t.truthy(port);
    t.not(Number(port), running.port);
  }),
);

test(
  'stop is one and the same however often it is called, and ends a server that is halted',
  realServer('redis-7.0')(async (t, redis) => {
    const running = await redis.start();
    t.true(running.kill('SIGSTOP'));
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
    t.deepEqual(await running.exited, { code: 0, signal: null });
    t.false(running.kill('SIGTERM'));
    t.deepEqual(runningIn(running.pid), []);
  }),
);

test(
  'a server that was killed keeps its folder until it is stopped',
  realServer('redis-7.0')(async (t, redis) => {
    const running = await redis.start();
    running.kill('SIGKILL');
    t.deepEqual(await running.exited, { code: null, signal: 'SIGKILL' });
    t.true(existsSync(running.dir));
    await running.stop();
    t.false(existsSync(running.dir));
  }),
);

test(
  'stop does not wait for a replica that lags',
  realServer('redis-7.0')(async (t, redis) => {
    const master = await redis.start({ config: { 'repl-diskless-sync-delay': 0 } });
    const replica = await redis.start({ config: { replicaof: `${master.host} ${master.port}` } });
    t.true(
      await eventually(async () => /state=online/.test(await ask(master, 'info', 'replication'))),
    );
    replica.kill('SIGSTOP');
    await ask(master, 'set', 'a', 'b');
    await master.stop();
    t.deepEqual(await master.exited, { code: 0, signal: null });
  }),
);
