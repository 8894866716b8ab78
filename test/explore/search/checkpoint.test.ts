import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Model } from '../../../src/explore/model/model.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import { explore } from '../../../src/explore/search/explore.ts';
import { SIZES } from '../sizes.ts';

const model = psync2Core(SIZES.M.bounds);

const inFolder = async (t: ExecutionContext, body: (file: string) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'psyncspec-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await body(join(folder, 'checkpoint'));
};

const stopAt = (file: string, statesMax: number, options: { workers?: number; of?: Model } = {}) =>
  explore(options.of ?? model, {
    statesMax,
    workers: options.workers ?? 1,
    checkpoint: { file, everySeconds: 0 },
  });

for (const [from, to] of [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 3],
] as const) {
  test(`a search stopped with ${from} workers goes on with ${to}`, async (t) => {
    await inFolder(t, async (file) => {
      const stopped = await stopAt(file, 60_000, { workers: from });
      t.is(stopped.outcome, 'stopped');
      const found = await explore(model, { resume: file, workers: to });
      const { states, transitions, levels } = SIZES.M;
      t.deepEqual(
        { states: found.states, transitions: found.transitions, levels: found.levels },
        { states, transitions, levels },
      );
      const all = await explore(model);
      t.deepEqual(found.actions, all.actions);
      t.deepEqual(found.witnesses, all.witnesses);
    });
  });
}

test('a checkpoint written between levels holds all that was found', async (t) => {
  await inFolder(t, async (file) => {
    const whole = await explore(model, { checkpoint: { file, everySeconds: 0 } });
    t.is(whole.outcome, 'exhausted');
    const found = await explore(model, { resume: file });
    t.is(found.states, SIZES.M.states);
    t.is(found.transitions, SIZES.M.transitions);
  });
});

test('a checkpoint of another search is refused', async (t) => {
  await inFolder(t, async (file) => {
    await stopAt(file, 1000);
    await t.throwsAsync(explore(psync2Core(SIZES.S.bounds), { resume: file }), {
      name: 'CheckpointError',
      message: /it is of psync2-core with nodes 3, .* and this is psync2-core with nodes 2/,
    });
    await t.throwsAsync(explore(model, { resume: file, symmetry: true }), {
      message: /and this is psync2-core with .*, symmetry/,
    });
    await t.throwsAsync(explore(model, { resume: file, properties: ['SAFE'] }), {
      message: /the model or the machine has changed since/,
    });
  });
});

test('a damaged or foreign file is refused', async (t) => {
  await inFolder(t, async (file) => {
    await stopAt(file, 1000);
    const bytes = await readFile(file);
    const damaged = async (change: (copy: Buffer) => Buffer, message: RegExp) => {
      await writeFile(file, change(Buffer.from(bytes)));
      await t.throwsAsync(explore(model, { resume: file }), { name: 'CheckpointError', message });
    };
    const flipped = (copy: Buffer) => {
      const middle = Math.floor(copy.length * 0.8);
      copy[middle] = (copy[middle] ?? 0) ^ 1;
      return copy;
    };
    await damaged(flipped, /its digest does not fit/);
    await damaged((copy) => copy.subarray(0, -100), /bytes and should have/);
    await damaged(() => Buffer.from('no checkpoint\n'), /not the header of a checkpoint/);
    await damaged(() => Buffer.alloc(0), /not the header of a checkpoint/);
    const older = (copy: Buffer) =>
      Buffer.from(copy.toString('latin1').replace('"version":1', '"version":0'), 'latin1');
    await damaged(older, /it has version 0/);
  });
});

test('a checkpoint that is not there is said to be missing', async (t) => {
  await t.throwsAsync(explore(model, { resume: join(tmpdir(), 'no', 'such', 'checkpoint') }), {
    name: 'CheckpointError',
    message: /cannot be used: ENOENT/,
  });
});
