import { connect } from 'node:net';
import test from 'ava';
import type { Need } from '../../src/conformance/check.ts';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { PreflightFailure, preflight } from '../../src/conformance/preflight.ts';
import { type RunResult, runChecks } from '../../src/conformance/runner.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { flood, type Script, ScriptedTarget } from './scripted-target.ts';

/** Long enough for honest answers on a machine under load, so that what runs out is the target's doing, in ms. */
const TIMEOUT = 1000;

/** How much memory a hostile target may make the tool hold beyond what it had, in bytes. */
const MEMORY_MAX = 150 * 1024 * 1024;

const run = (port: number, rule: string, seed = 1): Promise<RunResult> =>
  runChecks({
    address: { host: '127.0.0.1', port },
    checks: MASTER_CHECKS.filter((check) => check.id.startsWith(rule)),
    seed,
    timeout: TIMEOUT,
    allowed: new Set<Need>(['keys', 'settings', 'role']),
  });

/** A proxy in front of the reference server that does something of its own with what the server says. */
const proxying =
  (
    server: ReplicationServer,
    tamper: (chunk: Buffer, client: Parameters<Script>[0]) => void,
  ): Script =>
  (client) => {
    const upstream = connect(server.port, server.host);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => tamper(chunk, client));
  };

const outcomes = ({ results }: RunResult): string[] =>
  results.map(({ check, outcome }) => `${check.id} ${outcome.outcome}`);

test('a link that is cut after any number of bytes gives a verdict', async (t) => {
  const server = await ReplicationServer.listen();
  t.teardown(() => server.close());
  const seen = new Set<string>();
  for (let limit = 0; limit < 2600; limit += 61) {
    const target = await ScriptedTarget.listen((client) => {
      let left = limit;
      proxying(server, (chunk, socket) => {
        socket.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) socket.end();
      })(client);
    });
    try {
      const { results } = await run(target.port, 'PSYNC-5/next');
      seen.add(results[0]?.outcome.outcome ?? 'none');
    } catch (error) {
      t.true(error instanceof PreflightFailure, String(error));
      seen.add('preflight');
    } finally {
      target.close();
    }
  }
  t.true(seen.has('preflight'));
  t.true(seen.size > 1, [...seen].join(', '));
});

/** Replaces the answer to PSYNC, and what follows it, on every link. */
const answeringPsync = (
  server: ReplicationServer,
  answer: (client: Parameters<Script>[0]) => void,
): Script =>
  proxying(server, (chunk, client) => {
    if (/\+(FULLRESYNC|CONTINUE)/.test(chunk.toString('latin1'))) answer(client);
    else client.write(chunk);
  });

const lies: Readonly<Record<string, (client: Parameters<Script>[0]) => void>> = {
  'a +FULLRESYNC without a replid': (client) => client.write('+FULLRESYNC\r\n'),
  'a +FULLRESYNC with a short replid': (client) => client.write('+FULLRESYNC abc 5\r\n'),
  'a +FULLRESYNC with an offset beyond 2^63': (client) =>
    client.write(`+FULLRESYNC ${'a'.repeat(40)} 99999999999999999999\r\n`),
  'a line without end': (client) => flood(client, Buffer.alloc(64 * 1024, 'x')),
  'keep-alives without end': (client) => flood(client, Buffer.alloc(64 * 1024, '\n')),
  'a status line and then nothing': (client) => client.write(`+FULLRESYNC ${'a'.repeat(40)} 5\r\n`),
  'a snapshot of 1 GiB that never comes': (client) =>
    client.write(`+FULLRESYNC ${'a'.repeat(40)} 5\r\n$1073741824\r\n`),
  'a snapshot of 1 GiB that does': (client) => {
    client.write(`+FULLRESYNC ${'a'.repeat(40)} 5\r\n$1073741824\r\n`);
    flood(client, Buffer.alloc(64 * 1024, 'x'));
  },
  'a snapshot without its end mark': (client) => {
    client.write(`+FULLRESYNC ${'a'.repeat(40)} 5\r\n$EOF:${'b'.repeat(40)}\r\n`);
    flood(client, Buffer.alloc(64 * 1024, 'x'));
  },
  'a snapshot of a negative length': (client) =>
    client.write(`+FULLRESYNC ${'a'.repeat(40)} 5\r\n$-5\r\n`),
  'a stream of garbage': (client) => {
    client.write(`+CONTINUE ${'a'.repeat(40)}\r\n`);
    flood(client, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)));
  },
  'a stream of a command without end': (client) => {
    client.write(`+CONTINUE ${'a'.repeat(40)}\r\n*3\r\n$3\r\nSET\r\n$1073741824\r\n`);
    flood(client, Buffer.alloc(64 * 1024, 'x'));
  },
};

for (const [lie, answer] of Object.entries(lies)) {
  test.serial(`${lie} is a violation, found in bounded time and memory`, async (t) => {
    const server = await ReplicationServer.listen();
    t.teardown(() => server.close());
    const target = await ScriptedTarget.listen(answeringPsync(server, answer));
    t.teardown(() => target.close());
    const before = process.memoryUsage().rss;
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 20);
    t.teardown(() => clearInterval(watch));
    const result = await run(target.port, 'STREAM-1/writes');
    clearInterval(watch);
    t.deepEqual(outcomes(result), ['STREAM-1/writes violates']);
    t.true(highest - before < MEMORY_MAX, `${Math.round((highest - before) / 2 ** 20)} MiB more`);
  });
}

test('a target that dies during a check leaves a partial report that says so', async (t) => {
  const server = await ReplicationServer.listen();
  let target: ScriptedTarget | undefined;
  target = await ScriptedTarget.listen(
    answeringPsync(server, () => {
      target?.close();
      server.close();
    }),
  );
  const result = await run(target.port, 'PSYNC-5');
  const [first, ...rest] = result.results.map(({ outcome }) => outcome);
  t.is(first?.outcome, 'violates');
  t.regex(first?.outcome === 'violates' ? first.heard : '', /the target is gone/);
  t.true(rest.length > 0);
  for (const outcome of rest) {
    t.is(outcome.outcome, 'inconclusive');
    t.regex('why' in outcome ? outcome.why : '', /went away during PSYNC-5\/first/);
  }
});

test('an interrupted run puts back what it changed and says what it did not get to', async (t) => {
  const server = await ReplicationServer.listen({ settings: { 'repl-timeout': '17' } });
  t.teardown(() => server.close());
  const abort = new AbortController();
  const result = await runChecks({
    address: { host: server.host, port: server.port },
    checks: MASTER_CHECKS.filter(({ rule }) => /^(PSYNC|FULL|LIVE)-/.test(rule)),
    seed: 1,
    timeout: TIMEOUT,
    allowed: new Set<Need>(['keys', 'settings', 'role']),
    signal: abort.signal,
    onResult: ({ check }) => {
      if (check.id === 'FULL-9/same-offset') abort.abort();
    },
  });
  t.deepEqual(result.leftBehind, []);
  const why = result.results.map(({ outcome }) => ('why' in outcome ? outcome.why : ''));
  t.true(why.filter((each) => each === 'the run was interrupted').length > 5);
  const { control } = await preflight(
    { host: server.host, port: server.port },
    { timeout: TIMEOUT },
  );
  t.teardown(() => control.close());
  t.like(await control.command('CONFIG', 'GET', 'repl-timeout'), {
    array: [{ bulk: 'repl-timeout' }, { bulk: '17' }],
  });
  t.deepEqual(await control.command('DBSIZE'), { integer: 0 });
});
