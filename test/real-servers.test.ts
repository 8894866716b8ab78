import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { realServer } from './real-servers.ts';
import { lastSkips, recordSkip, runOf } from './skipped.ts';

/** Makes this process one in which redis-7.0 can't be had, with a cache folder of its own. */
const withoutServer = async (t: ExecutionContext): Promise<string> => {
  const cache = await mkdtemp(join(tmpdir(), 'psyncspec-cache-'));
  const { PSYNCSPEC_CACHE, PSYNCSPEC_REDIS_SERVER, CI } = process.env;
  process.env.PSYNCSPEC_CACHE = cache;
  process.env.PSYNCSPEC_REDIS_SERVER = '/nowhere/redis-server';
  delete process.env.CI;
  t.teardown(async () => {
    for (const [name, value] of Object.entries({ PSYNCSPEC_CACHE, PSYNCSPEC_REDIS_SERVER, CI })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(cache, { recursive: true });
  });
  return cache;
};

/** What a test that asks for redis-7.0 does here. */
const attempt = async (
  t: ExecutionContext,
): Promise<{ readonly ran: boolean; readonly logged: readonly string[] }> => {
  const logged: string[] = [];
  // All that `realServer` itself uses. The body, which may use everything, is not to run.
  const context = {
    title: 'a test',
    log: Object.assign((line: string) => void logged.push(line), { skip: () => undefined }),
    pass: t.pass,
    timeout: Object.assign(() => undefined, { clear: () => undefined }),
  } as Partial<ExecutionContext> as ExecutionContext;
  let ran = false;
  await realServer('redis-7.0')(async () => {
    ran = true;
  })(context);
  return { ran, logged };
};

test.serial('a test whose server can’t be had is skipped aloud and counted', async (t) => {
  const cache = await withoutServer(t);
  t.is(await lastSkips(cache), null);
  const { ran, logged } = await attempt(t);
  await attempt(t);
  t.false(ran);
  t.regex(logged.join('\n'), /^SKIPPED\. redis-7\.0 can't be had: .*\/nowhere\/redis-server/);
  const last = await lastSkips(cache);
  t.deepEqual(
    last?.skips.map(({ test, server }) => [test, server]),
    [
      ['a test', 'redis-7.0'],
      ['a test', 'redis-7.0'],
    ],
  );
});

test.serial('where CI is set, a server that can’t be had is a failure', async (t) => {
  const cache = await withoutServer(t);
  process.env.CI = 'true';
  await t.throwsAsync(attempt(t), { name: 'ServerUnavailable' });
  t.is(await lastSkips(cache), null);
});

test.serial('the skips of another run are not counted in', async (t) => {
  const cache = await withoutServer(t);
  await recordSkip(cache, 'earlier', { test: 'old', server: 'redis-6.0', reason: 'none' });
  await recordSkip(cache, runOf(process.pid), { test: 'new', server: 'redis-6.0', reason: 'none' });
  t.deepEqual(
    (await lastSkips(cache))?.skips.map((skip) => skip.test),
    ['new'],
  );
});

test('runs have different names, also where a number is used again', (t) => {
  t.not(runOf(process.pid), runOf(process.ppid));
  t.regex(runOf(process.pid), new RegExp(`^${process.pid}-\\d+$`));
});
