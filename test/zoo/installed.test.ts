import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { provideAs } from '../../src/zoo/provide.ts';
import type { Provisioning } from '../../src/zoo/provisioning.ts';
import { fakeDebian } from './fake-debian.ts';

/** A folder with a stand-in for a server of a version, and the tools that are named. */
const installation = async (
  t: ExecutionContext,
  version: string,
  tools = ['cli', 'check-rdb', 'benchmark'],
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-installed-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const program of ['server', ...tools]) {
    const file = join(folder, `redis-${program}`);
    await writeFile(file, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`);
    await chmod(file, 0o755);
  }
  return folder;
};

const asking = async (
  t: ExecutionContext,
  env: (path: string) => Provisioning['env'],
): Promise<Provisioning> => {
  const { provisioning } = await fakeDebian(t, 'network down');
  const entry = { ...provisioning.entry, mayBeInstalled: true };
  const merged = { ...provisioning.env, ...env(provisioning.env.PATH ?? '') };
  return { ...provisioning, entry, env: merged };
};

test('an installed server of the right series is used as it is', async (t) => {
  const folder = await installation(t, '6.0.42');
  const provisioning = await asking(t, (path) => ({ PATH: `${folder}:${path}` }));
  const server = await provideAs(provisioning);
  t.is(server.version, '6.0.42');
  t.is(server.origin, join(folder, 'redis-server'));
  t.is(server.size, 0);
  t.deepEqual(server.programs['check-rdb'], { file: join(folder, 'redis-check-rdb'), args: [] });
  t.true(server.programs.sentinel.file.endsWith('/redis-sentinel'));
  t.deepEqual(await provideAs(provisioning), server);
});

test('only an entry that allows it takes an installed server', async (t) => {
  const folder = await installation(t, '6.0.42');
  const provisioning = await asking(t, (path) => ({ PATH: `${folder}:${path}` }));
  const entry = { ...provisioning.entry, mayBeInstalled: false };
  await t.throwsAsync(provideAs({ ...provisioning, entry }), { message: /Is the network up/ });
});

test('an installed server that does not fit is passed over', async (t) => {
  for (const folder of [await installation(t, '7.0.1'), await installation(t, '6.0.42', ['cli'])]) {
    const provisioning = await asking(t, (path) => ({ PATH: `${folder}:${path}` }));
    await t.throwsAsync(provideAs(provisioning), { message: /Is the network up/ });
  }
});

test('the server that PSYNCSPEC_REDIS_SERVER names goes before the one on PATH', async (t) => {
  const [named, found] = [await installation(t, '6.0.1'), await installation(t, '6.0.2')];
  const provisioning = await asking(t, (path) => ({
    PATH: `${found}:${path}`,
    PSYNCSPEC_REDIS_SERVER: join(named, 'redis-server'),
  }));
  t.is((await provideAs(provisioning)).version, '6.0.1');
});

test('a server that was named and does not fit is refused, not passed over', async (t) => {
  const other = join(await installation(t, '7.0.1'), 'redis-server');
  const bare = join(await installation(t, '6.0.1', ['cli', 'benchmark']), 'redis-server');
  const silent = join(await installation(t, ''), 'redis-server');
  for (const [file, reason] of [
    [other, /which is 7\.0\.1 and not 6\.0\./],
    [bare, /which has no redis-check-rdb beside it/],
    [silent, /which tells no version/],
    ['/nowhere/redis-server', /names \/nowhere\/redis-server, which is no program/],
  ] as const) {
    const provisioning = await asking(t, () => ({ PSYNCSPEC_REDIS_SERVER: file }));
    const error = await t.throwsAsync(provideAs(provisioning), { name: 'ServerUnavailable' });
    t.regex(error?.message ?? '', reason);
    t.regex(error?.message ?? '', /or unset it\.$/);
  }
});
