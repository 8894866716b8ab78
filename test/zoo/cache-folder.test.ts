import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cacheFolder } from '../../src/zoo/cache-folder.ts';

const project = async (t: ExecutionContext, content: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-project-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'src', 'zoo'), { recursive: true });
  await writeFile(join(folder, 'package.json'), content);
  return folder;
};

test('a checkout of psyncspec keeps its servers in itself, wherever in it one stands', async (t) => {
  const folder = await project(t, '{"name": "psyncspec"}');
  t.is(cacheFolder({ HOME: '/home/x' }, folder), join(folder, '.cache/psyncspec'));
  t.is(cacheFolder({}, join(folder, 'src/zoo')), join(folder, '.cache/psyncspec'));
});

test('other projects keep nothing: the user’s cache folder does', async (t) => {
  for (const content of ['{"name": "other"}', '[]', 'null', 'no JSON']) {
    const folder = await project(t, content);
    t.is(cacheFolder({ HOME: '/home/x' }, folder), '/home/x/.cache/psyncspec');
    t.is(cacheFolder({ HOME: '/home/x', XDG_CACHE_HOME: '/c' }, folder), '/c/psyncspec');
    t.is(cacheFolder({}, folder), join(homedir(), '.cache/psyncspec'));
  }
});

test('PSYNCSPEC_CACHE goes before everything else', async (t) => {
  const folder = await project(t, '{"name": "psyncspec"}');
  t.is(cacheFolder({ PSYNCSPEC_CACHE: '/elsewhere' }, folder), '/elsewhere');
  t.is(cacheFolder({ PSYNCSPEC_CACHE: 'here' }, folder), join(folder, 'here'));
});
