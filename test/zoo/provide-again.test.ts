import { once } from 'node:events';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { provideAs } from '../../src/zoo/provide.ts';
import { type Provisioning, treeFolder } from '../../src/zoo/provisioning.ts';
import { fakeDebian } from './fake-debian.ts';
import { eventually, runningIn } from './processes.ts';
import { crash, separateProcess } from './separate-process.ts';

/** What may have happened to a finished tree, and what is said of it. */
const DAMAGES: readonly (readonly [string, RegExp, (tree: string) => Promise<void>])[] = [
  [
    'a library is cut short',
    /libc\.so\.6 has 1 bytes/,
    (tree) => truncate(join(tree, 'lib/libc.so.6'), 1),
  ],
  ['a program is missing', /lacks bin\/redis-cli/, (tree) => rm(join(tree, 'bin/redis-cli'))],
  [
    'a link is missing',
    /lacks bin\/redis-sentinel/,
    (tree) => rm(join(tree, 'bin/redis-sentinel')),
  ],
  ['the record is missing', /has no tree\.json/, (tree) => rm(join(tree, 'tree.json'))],
  [
    'the record is cut short',
    /tree\.json is not readable/,
    (tree) => truncate(join(tree, 'tree.json'), 30),
  ],
  [
    'the record says something else',
    /tree\.json is not readable/,
    (tree) => writeFile(join(tree, 'tree.json'), '{"loader": 1}'),
  ],
  [
    'the server is other bytes of the same length',
    /does not run/,
    async (tree) => {
      const file = join(tree, 'bin/redis-server');
      const { length } = await readFile(file);
      await writeFile(file, 'exit 3\n'.padEnd(length, '#'));
    },
  ],
];

for (const [damage, said, inflict] of DAMAGES) {
  test(`a tree in which ${damage} is made anew`, async (t) => {
    const { provisioning, steps } = await fakeDebian(t, 'none');
    const first = await provideAs(provisioning);
    await inflict(treeFolder(provisioning));
    t.deepEqual(await provideAs(provisioning), first);
    const complaints = steps.filter((step) => step.includes('of no use'));
    t.is(complaints.length, 1);
    t.regex(complaints[0] ?? '', said);
  });
}

/** Waits until the stand-in for apt hangs in a download, and returns its process group. */
const hangingGroup = async (t: ExecutionContext, { env }: Provisioning): Promise<number> => {
  const file = join(env.FAKE ?? '', 'hanging');
  t.true(await eventually(() => readFile(file, 'utf8').then(Boolean, () => false)));
  return Number(await readFile(file, 'utf8'));
};

test('processes that ask at once get one download', async (t) => {
  const { provisioning, calls } = await fakeDebian(t, 'none');
  const processes = [1, 2, 3].map(() => separateProcess(t, 'provide-here.ts', provisioning));
  const servers = await Promise.all(processes.map((each) => each.line()));
  t.deepEqual(servers[1], servers[0]);
  t.deepEqual(servers[2], servers[0]);
  t.is((await calls()).filter((call) => call.startsWith('apt-get download')).length, 1);
});

test('an attempt that was killed leaves neither lock nor process, and the next one goes on', async (t) => {
  const { provisioning, calls, set } = await fakeDebian(t, 'download hangs');
  const first = separateProcess(t, 'provide-here.ts', provisioning);
  const group = await hangingGroup(t, provisioning);
  t.true(runningIn(group).length > 0);
  await crash(first);
  t.true(await eventually(() => runningIn(group).length === 0));
  await set('none');
  const server = await provideAs(provisioning);
  t.is(server.version, '6.0.99');
  // The file of an older version that the first attempt left is not unpacked.
  t.deepEqual(
    (await calls()).filter((call) => call.includes('2.35')),
    [],
  );
});

test('one that waits for another process says so', async (t) => {
  const { provisioning, set, steps } = await fakeDebian(t, 'download hangs');
  const first = separateProcess(t, 'provide-here.ts', provisioning);
  await hangingGroup(t, provisioning);
  await set('none');
  const second = provideAs(provisioning);
  t.true(await eventually(() => steps.includes('waiting for another process that is getting it')));
  const end = once(first.process, 'exit');
  first.process.kill('SIGTERM');
  await end;
  t.is((await second).version, '6.0.99');
});
