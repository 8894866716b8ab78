import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { provideAs } from '../../src/zoo/provide.ts';
import { treeFolder, workFolder } from '../../src/zoo/provisioning.ts';
import { fakeDebian } from './fake-debian.ts';

const downloads = (calls: readonly string[]): number =>
  calls.filter((call) => call.startsWith('apt-get download')).length;

test('a server is provided with all its programs and the version that it tells itself', async (t) => {
  const { provisioning } = await fakeDebian(t, 'none');
  const server = await provideAs(provisioning);
  t.is(server.version, '6.0.99');
  t.is(server.origin, 'Debian bullseye, redis-server 5:6.0.99-1');
  t.true(server.size > 0);
  const tree = treeFolder(provisioning);
  for (const { file, args } of Object.values(server.programs)) {
    t.is(file, join(tree, 'lib/ld-linux-x86-64.so.2'));
    t.true(existsSync(args.at(-1) ?? ''), args.join(' '));
  }
  const { file, args } = server.programs.sentinel;
  const said = await promisify(execFile)(file, [...args, '--version'], { env: provisioning.env });
  t.regex(said.stdout, /v=6\.0\.99/);
});

test('only what a server needs is downloaded and kept', async (t) => {
  const { provisioning, calls } = await fakeDebian(t, 'none');
  await provideAs(provisioning);
  const asked = (await calls()).filter((call) => call.startsWith('apt-get download'));
  t.deepEqual(asked, ['apt-get download libc6=2.36-9 redis-server=5:6.0.99-1']);
  t.false(existsSync(workFolder(provisioning)));
  t.deepEqual((await readdir(join(treeFolder(provisioning), 'lib'))).sort(), [
    'ld-linux-x86-64.so.2',
    'libc.so.6',
    'libgcc_s.so.1',
  ]);
});

test('another release comes from the machine’s own mirror of Debian', async (t) => {
  const { provisioning, sources } = await fakeDebian(t, 'none');
  await provideAs(provisioning);
  const [keyring] = provisioning.keyrings;
  t.is(
    await sources(),
    `deb [arch=amd64 signed-by=${keyring}] http://mirror.invalid/debian bullseye main\n`,
  );
});

test('the machine’s own release comes with its updates and security fixes', async (t) => {
  const { provisioning, sources } = await fakeDebian(t, 'none');
  const entry = { ...provisioning.entry, suite: 'bookworm' };
  await provideAs({ ...provisioning, entry });
  const places = (await sources())
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/.*\] /, ''));
  t.deepEqual(places, [
    'http://mirror.invalid/debian bookworm main',
    'http://mirror.invalid/debian bookworm-updates main',
    'http://mirror.invalid/debian-security bookworm-security main',
  ]);
});

test('a finished server is provided again without apt', async (t) => {
  const { provisioning, calls, set } = await fakeDebian(t, 'none');
  const first = await provideAs(provisioning);
  const before = await calls();
  await set('network down');
  t.deepEqual(await provideAs(provisioning), first);
  t.deepEqual(await calls(), before);
});

test('many who ask at once get one download', async (t) => {
  const { provisioning, calls, steps } = await fakeDebian(t, 'none');
  const servers = await Promise.all(Array.from({ length: 6 }, () => provideAs(provisioning)));
  t.is(new Set(servers.map((server) => server.programs.server.file)).size, 1);
  t.is(downloads(await calls()), 1);
  t.is(steps.filter((step) => step.startsWith('unpacking')).length, 1);
});

test('a finished server may be moved to another cache', async (t) => {
  const { provisioning, calls } = await fakeDebian(t, 'none');
  await provideAs(provisioning);
  const before = await calls();
  const cacheFolder = `${provisioning.cacheFolder}-moved`;
  await rename(provisioning.cacheFolder, cacheFolder);
  const moved = await provideAs({ ...provisioning, cacheFolder });
  t.is(moved.version, '6.0.99');
  t.deepEqual(await calls(), before);
});
