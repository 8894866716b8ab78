import { BACKLOG_SIZE_MIN } from '../../../models/rules/backlog.ts';
import { nextAfter, offsetBefore, windowEnd } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { inconclusive } from '../outcome.ts';

/** The target's window, which it must have by now. */
const windowOf = async (lab: Lab) => {
  const { window, ids, offset } = await lab.observe();
  if (window === null) throw inconclusive('the target has no backlog');
  return { window, ids, offset };
};

const endsAtOffset = (name: string, title: string, prepare: (lab: Lab) => Promise<void>) =>
  check(
    'BACKLOG-2',
    name,
    title,
    async (lab) => {
      (await lab.online()).peer.close();
      await prepare(lab);
      const { window, offset } = await windowOf(lab);
      expectEqual(
        windowEnd(window),
        nextAfter(offset),
        'INFO',
        'a backlog whose first byte plus length is',
      );
    },
    { needs: ['keys'] },
  );

/** Writes until at least `bytes` more are in the stream. */
const writeBytes = async (lab: Lab, bytes: number): Promise<void> => {
  const value = 'x'.repeat(1024);
  const commands = Array.from({ length: Math.ceil(bytes / value.length) }, () => [
    'SET',
    lab.newKey().key,
    value,
  ]);
  await lab.inDatabase(0, ...commands);
};

const keepsItsSize = check(
  'BACKLOG-3',
  'three-times',
  'after three times its size of writes the backlog holds its size, and continues from its first byte',
  async (lab) => {
    (await lab.online()).peer.close();
    await lab.settings.change('repl-backlog-size', String(BACKLOG_SIZE_MIN));
    await writeBytes(lab, 3 * BACKLOG_SIZE_MIN);
    const { window, ids, offset } = await windowOf(lab);
    const sent = `${3 * BACKLOG_SIZE_MIN} bytes of SET with repl-backlog-size ${BACKLOG_SIZE_MIN}`;
    expect(
      window.histlen >= BACKLOG_SIZE_MIN,
      sent,
      `at least ${BACKLOG_SIZE_MIN} bytes in the backlog`,
      `${window.histlen}`,
    );
    const replica = await lab.replica();
    const answer = await replica.psync(ids.replid, window.firstByte);
    expectEqual(
      answer.answer,
      'continue',
      `${sent}, PSYNC ${ids.replid} ${window.firstByte}`,
      'to',
    );
    replica.offset = offsetBefore(window.firstByte);
    await replica.streamTo(offset);
  },
  { needs: ['keys', 'settings'] },
);

const keepsWhenGrowing = check(
  'BACKLOG-4',
  'double',
  'doubling repl-backlog-size keeps every byte',
  async (lab) => {
    (await lab.online()).peer.close();
    await lab.write();
    const before = await windowOf(lab);
    const { backlogSize } = await lab.observe();
    await lab.settings.change('repl-backlog-size', String(backlogSize * 2));
    const after = await windowOf(lab);
    expectEqual(
      after.window.firstByte,
      before.window.firstByte,
      `CONFIG SET repl-backlog-size ${backlogSize * 2}`,
      'a backlog from byte',
    );
  },
  { needs: ['keys', 'settings'] },
);

const leastSize = check(
  'BACKLOG-5',
  'one-byte',
  'a repl-backlog-size of 1 is taken as 16384',
  async (lab) => {
    await lab.settings.change('repl-backlog-size', '1');
    const { backlogSize } = await lab.observe();
    expectEqual(backlogSize, BACKLOG_SIZE_MIN, 'CONFIG SET repl-backlog-size 1', 'a size of');
  },
  { needs: ['settings'] },
);

export const BACKLOG_CHECKS = [
  endsAtOffset('quiet', 'the backlog ends at the offset', async () => {}),
  endsAtOffset('after-writes', 'the backlog ends at the offset after writes', async (lab) => {
    await lab.write();
    await lab.write(1);
  }),
  keepsItsSize,
  keepsWhenGrowing,
  leastSize,
];
