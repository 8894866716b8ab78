import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { spawnTied } from '../../src/zoo/tied-child.ts';
import { eventually, runningIn } from './processes.ts';
import { crash, separateProcess } from './separate-process.ts';

/** Two processes that would run for hours. The second one ignores every polite request. */
const STUBBORN = 'trap "" TERM INT HUP; sleep 10000 & echo up; exec sleep 10000';

const folderWithFile = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-tied-'));
  await writeFile(join(folder, 'data'), '');
  return folder;
};

test('a parent that is killed takes its child, what that forked, and the folder with it', async (t) => {
  const folder = await folderWithFile();
  const parent = separateProcess(t, 'tie-here.ts', [STUBBORN, folder]);
  const group = Number(await parent.line());
  // The child, what it forked, and the watchdog in their group.
  t.is(runningIn(group).length, 3);
  await crash(parent);
  t.true(await eventually(() => runningIn(group).length === 0 && !existsSync(folder)));
});

test('a child that is released is gone when its close event comes', async (t) => {
  const folder = await folderWithFile();
  const command = { file: '/bin/sh', args: ['-c', STUBBORN] };
  const { process: child, release } = spawnTied(command, { env: process.env, remove: folder });
  await once(child.stdout ?? child, 'data');
  t.is(runningIn(child.pid ?? 0).length, 3);
  const close = once(child, 'close');
  release();
  t.deepEqual(await close, [null, 'SIGKILL']);
  t.deepEqual(runningIn(child.pid ?? 0), []);
  t.false(existsSync(folder));
});

test('a child that ends by itself keeps its exit code, and the folder until it is released', async (t) => {
  const folder = await folderWithFile();
  const command = { file: '/bin/sh', args: ['-c', 'exit 7'] };
  const { process: child, release } = spawnTied(command, { env: process.env, remove: folder });
  t.deepEqual(await once(child, 'exit'), [7, null]);
  t.true(existsSync(folder));
  const close = once(child, 'close');
  release();
  await close;
  t.false(existsSync(folder));
});

test('signals reach the command itself', async (t) => {
  const command = { file: 'sleep', args: ['10000'] };
  const { process: child, release } = spawnTied(command, { env: process.env });
  t.teardown(release);
  child.kill('SIGUSR2');
  t.deepEqual(await once(child, 'exit'), [null, 'SIGUSR2']);
});

test('a folder that is not named is not removed', async (t) => {
  const folder = await folderWithFile();
  const { process: child, release } = spawnTied(
    { file: 'pwd', args: [] },
    { env: process.env, cwd: folder },
  );
  child.once('exit', release);
  await once(child, 'close');
  t.true(existsSync(folder));
});
