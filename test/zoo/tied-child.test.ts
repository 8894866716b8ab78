import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/zoo/real-server.ts';
import { spawnTied } from '../../src/zoo/tied-child.ts';
import { eventually, runningIn, runsWith } from './processes.ts';
import { crash, separateProcess } from './separate-process.ts';

/** Two processes that would run for hours and ignore every polite request. */
const STUBBORN = 'trap "" TERM INT HUP; sleep 10000 & echo up; exec sleep 10000';

const shell = (script: string): Command => ({ file: '/bin/sh', args: ['-c', script] });

const folderWithFile = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-tied-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'data'), '');
  return folder;
};

test('a parent that is killed takes its child, what that forked, and the folder with it', async (t) => {
  const folder = await folderWithFile(t);
  const parent = separateProcess(t, 'tie-here.ts', [STUBBORN, folder]);
  const group = Number(await parent.line());
  t.is(runningIn(group).length, 2);
  await crash(parent);
  t.true(await eventually(() => runningIn(group).length === 0 && !existsSync(folder)));
});

test('a child is gone with all that it forked, and the folder, once it was ended', async (t) => {
  const folder = await folderWithFile(t);
  const tied = await spawnTied(shell(STUBBORN), { env: process.env, remove: folder });
  const { pid = 0, stdout } = tied.process;
  await once(stdout ?? tied.process, 'data');
  t.is(runningIn(pid).length, 2);
  await tied.end();
  t.deepEqual(await tied.exited, { code: null, signal: 'SIGKILL' });
  t.deepEqual(runningIn(pid), []);
  t.false(existsSync(folder));
});

test('what a child forked does not outlive it, but the folder does', async (t) => {
  const folder = await folderWithFile(t);
  const tied = await spawnTied(shell('sleep 10000 & exit 7'), {
    env: process.env,
    remove: folder,
  });
  t.deepEqual(await tied.exited, { code: 7, signal: null });
  t.true(await eventually(() => runningIn(tied.process.pid ?? 0).length === 0));
  t.true(existsSync(folder));
  await tied.end();
  t.false(existsSync(folder));
});

test('children that end at once leave no folder either', async (t) => {
  for (let turn = 0; turn < 30; turn += 1) {
    const folder = await folderWithFile(t);
    const tied = await spawnTied(shell('exit 1'), { env: process.env, remove: folder });
    await tied.end();
    t.false(existsSync(folder), `turn ${turn}`);
  }
});

test('signals reach the command itself', async (t) => {
  const tied = await spawnTied(shell('exec sleep 10000'), { env: process.env });
  tied.process.kill('SIGUSR2');
  t.deepEqual(await tied.exited, { code: null, signal: 'SIGUSR2' });
  await tied.end();
});

test('a folder that is not named is not removed', async (t) => {
  const folder = await folderWithFile(t);
  const tied = await spawnTied({ file: 'pwd', args: [] }, { env: process.env, cwd: folder });
  await tied.exited;
  await tied.end();
  t.true(existsSync(folder));
});

test('a folder to run in that does not exist is an error', async (t) => {
  const tied = spawnTied(shell('exit'), { env: process.env, cwd: '/nowhere' });
  await t.throwsAsync(tied, { code: 'ENOENT' });
});

test('a command that can’t be watched is never run', async (t) => {
  const marker = join(await folderWithFile(t), 'marker');
  // No argument of a program can hold this, so that there will be no watchdog.
  const unwatched = spawnTied(
    { file: 'touch', args: [marker] },
    { env: process.env, remove: 'a\0b' },
  );
  await t.throwsAsync(unwatched, { code: 'ERR_INVALID_ARG_VALUE' });
  t.true(await eventually(() => !runsWith(marker)));
  t.false(existsSync(marker));
});
