import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freePort, HOST } from '../../src/zoo/free-port.ts';
import type { RealServer } from '../../src/zoo/real-server.ts';
import type { StartOptions } from '../../src/zoo/running.ts';
import { ServerDidNotStart, start } from '../../src/zoo/start.ts';
import { runningIn } from './processes.ts';
import { standIn } from './stand-in.ts';

const failure = async (
  t: ExecutionContext,
  server: RealServer,
  options: StartOptions = {},
): Promise<ServerDidNotStart> => {
  const error = await t.throwsAsync(start(server, options), { instanceOf: ServerDidNotStart });
  if (error === undefined) throw new Error('it started');
  return error;
};

/** What a stand-in says of itself first: its process, and the folder that it was started in. */
const INTRODUCTION = 'echo "pid=$$ dir=$(pwd)"';

const traces = (log: string): { readonly pid: number; readonly dir: string } => {
  const [, pid, dir = ''] = /^pid=(\d+) dir=(.*)$/m.exec(log) ?? [];
  return { pid: Number(pid), dir };
};

const leavesNothing = (t: ExecutionContext, log: string): void => {
  const { pid, dir } = traces(log);
  t.true(pid > 0 && dir !== '', log);
  t.deepEqual(runningIn(pid), []);
  t.false(existsSync(dir));
};

test('a server that ends at once gives its exit code and its log, and leaves nothing', async (t) => {
  const error = await failure(t, standIn(`${INTRODUCTION}; echo 'Bad directive' >&2; exit 3`));
  t.regex(
    error.message,
    /^redis-7\.0 \(7\.0\.99, a stand-in\) did not start: it ended with code 3\./,
  );
  t.regex(error.message, /It wrote last:\n.*\n?Bad directive$/);
  leavesNothing(t, error.log);
});

test('a server that dies silently is said to have written nothing', async (t) => {
  const error = await failure(t, standIn('kill -SEGV $$'));
  t.regex(error.message, /it ended by SIGSEGV\.\nIt wrote nothing\.$/);
  t.is(error.log, '');
});

test('a server that never listens is given up, with all that it forked', async (t) => {
  const script = `${INTRODUCTION}; sleep 10000 & exec sleep 10000`;
  const error = await failure(t, standIn(script), { patience: 300 });
  t.regex(error.message, /it was not ready within 300 ms: .*ECONNREFUSED/);
  leavesNothing(t, error.log);
});

test('a server that ignores requests to end is killed', async (t) => {
  const script = `trap "" TERM; ${INTRODUCTION}; while :; do sleep 1; done`;
  const error = await failure(t, standIn(script), { patience: 300 });
  leavesNothing(t, error.log);
});

test('an endless log is cut at its beginning', async (t) => {
  const script = 'yes "much of the same" | head -c 3000000; echo the end; exit 1';
  const error = await failure(t, standIn(script));
  t.true(error.log.endsWith('the end\n'));
  t.true(error.log.length < 400_000);
  t.regex(error.log, /^\(\d+ earlier bytes dropped\)/);
});

test('a program that does not exist is named', async (t) => {
  const server = standIn('');
  const gone = { file: '/nowhere/redis-server', args: [] };
  const error = await failure(t, { ...server, programs: { ...server.programs, server: gone } });
  t.regex(error.message, /\/nowhere\/redis-server/);
});

test('a server is told its port, its folder, and to listen on the loopback interface only', async (t) => {
  const error = await failure(t, standIn('cat "$1"; shift; echo "$@"; exit 1'), {
    config: { 'repl-timeout': 7 },
    port: 1234,
  });
  t.regex(
    error.log,
    /^save ""\nshutdown-timeout 0\nrepl-timeout 7\n--port 1234 --bind 127\.0\.0\.1 --dir \/.* --daemonize no$/m,
  );
});

test('a folder that was given stays', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'psyncspec-given-'));
  t.teardown(() => rm(parent, { recursive: true }));
  const dir = join(parent, 'made', 'when needed');
  await failure(t, standIn('echo data > dump; exit 1'), { dir });
  t.is(await readFile(join(dir, 'dump'), 'utf8'), 'data\n');
});

test('a port that was given and is taken is not exchanged for another', async (t) => {
  const script = 'echo "bind: Address already in use"; echo "$@"; exit 1';
  const error = await failure(t, standIn(script), { port: 1234 });
  t.is(error.log.match(/--port/g)?.length, 1);
});

test('where every port is taken, a few are tried', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-ports-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const script = `echo "$3" >> '${folder}/ports'; echo 'bind: Address already in use'; exit 1`;
  await failure(t, standIn(script));
  const ports = (await readFile(join(folder, 'ports'), 'utf8')).trimEnd().split('\n');
  t.is(ports.length, 5);
  for (const port of ports) t.true(Number(port) > 0, port);
});

test('the answer of whoever else listens on the port does not count', async (t) => {
  const info = 'process_id:1\r\nloading:0\r\n';
  const other = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(`$${info.length}\r\n${info}\r\n`));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, HOST, resolve));
  t.teardown(() => other.close());
  const error = await failure(t, standIn('exec sleep 10000'), { port, patience: 300 });
  t.regex(error.message, new RegExp(`another server listens on port ${port}`));
});

test('whatever listens and is no server does not count', async (t) => {
  for (const [words, said] of [
    ['HTTP/1.1 400 Bad Request\r\n', /it answered with not a RESP reply/],
    ['-NOAUTH Authentication required.\r\n', /it answered INFO with .*NOAUTH/],
    ['', /it closed the connection/],
  ] as const) {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(words));
    });
    await new Promise<void>((resolve) => other.listen(0, HOST, resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const error = await failure(t, standIn('exec sleep 10000'), { port: port ?? 0, patience: 300 });
    t.regex(error.message, said);
    other.close();
  }
});
