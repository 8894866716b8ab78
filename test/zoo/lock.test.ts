import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { withLock } from '../../src/zoo/lock.ts';

const lockFile = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'lock');
};

const options = { env: process.env, patience: 60, onWait: () => undefined };

test('a lock is held by one at a time', async (t) => {
  const file = await lockFile(t);
  let inside = 0;
  const most = await Promise.all(
    Array.from({ length: 8 }, () =>
      withLock(file, options, async () => {
        inside += 1;
        await new Promise(setImmediate);
        const seen = inside;
        inside -= 1;
        return seen;
      }),
    ),
  );
  t.deepEqual(most, Array(8).fill(1));
});

test('a lock is free again after an action that failed', async (t) => {
  const file = await lockFile(t);
  const failing = withLock(file, options, () => Promise.reject(new Error('no luck')));
  await t.throwsAsync(failing, { message: 'no luck' });
  t.is(await withLock(file, { ...options, patience: 0 }, async () => 'free'), 'free');
});

test('who waits is told so, and is turned away in the end', async (t) => {
  const file = await lockFile(t);
  let waits = 0;
  const onWait = () => {
    waits += 1;
  };
  await withLock(file, options, async () => {
    const second = withLock(file, { ...options, patience: 0, onWait }, async () => undefined);
    await t.throwsAsync(second, {
      message: 'another process holds the lock for over 0 s',
    });
  });
  t.is(waits, 1);
});

test('a lock file that can’t be written is named', async (t) => {
  const file = join(await lockFile(t), 'below', 'lock');
  const locked = withLock(file, options, async () => undefined);
  const error = await t.throwsAsync(locked);
  t.true(error?.message.includes(file), error?.message);
});
