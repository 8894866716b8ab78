import { sameReplid } from '../../../models/rules/partial-resync.ts';
import { nextByte, type PsyncRequest, windowEnd } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { inconclusive, notApplicable } from '../outcome.ts';
import type { Observation } from '../target/observation.ts';

/** A window with bytes in it, so that its two edges are apart. */
const withBytes = async (lab: Lab): Promise<void> => {
  const { window } = await lab.observe();
  if (window === null) {
    (await lab.online()).peer.close();
    const begun = await lab.observe();
    expect(begun.window !== null, 'PSYNC to a master without a backlog', 'a backlog', 'none');
  }
  if (window === null || window.histlen < 2) await lab.write();
};

/** A position relative to the target's window. */
const ofWindow =
  (place: (window: NonNullable<Observation['window']>) => number) =>
  ({ ids, window }: Observation): PsyncRequest => {
    if (window === null) throw inconclusive('the target lost its backlog while it was asked');
    return { replid: ids.replid, nextByte: nextByte(place(window)) };
  };

const atWindow = (
  rule: 'PSYNC-3' | 'PSYNC-4' | 'PSYNC-5',
  name: string,
  title: string,
  place: (window: NonNullable<Observation['window']>) => number,
) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      await withBytes(lab);
      await lab.asksAsPredicted(ofWindow(place));
    },
    { needs: ['keys'] },
  );

const otherHistory = (name: string, title: string, replid: (lab: Lab, own: string) => string) =>
  check('PSYNC-1', name, title, async (lab) => {
    await lab.asksAsPredicted(({ ids, offset }) => ({
      replid: replid(lab, ids.replid),
      nextByte: nextByte(offset + 1),
    }));
  });

const inOtherCase = (name: string, title: string, respell: (replid: string) => string) =>
  check('PSYNC-7', name, title, async (lab) => {
    const { ids } = await lab.observe();
    if (respell(ids.replid) === ids.replid) throw notApplicable('the replid has no such letter');
    (await lab.online()).peer.close();
    await lab.asksAsPredicted((seen) => ({
      replid: respell(seen.ids.replid),
      nextByte: nextByte(seen.offset + 1),
    }));
  });

const onRequest = (name: string, title: string, request: (seen: Observation) => PsyncRequest) =>
  check('PSYNC-8', name, title, async (lab) => {
    await lab.asksAsPredicted(request);
  });

/** A position relative to the bound of the previous history, on a target that was promoted and has written since. */
const atBound = (
  rule: 'PSYNC-2' | 'PSYNC-6',
  name: string,
  title: string,
  place: (bound: number) => number,
) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      await withBytes(lab);
      await lab.promoted();
      await lab.write();
      await lab.asksAsPredicted(({ ids }) => {
        if (ids.replid2 === null || ids.secondReplOffset === null) {
          throw inconclusive('the promoted target shows no second replid');
        }
        return { replid: ids.replid2, nextByte: nextByte(place(ids.secondReplOffset)) };
      });
    },
    { needs: ['keys', 'role'] },
  );

export const PARTIAL_RESYNC_CHECKS = [
  otherHistory('unknown', 'a replid nobody gave out is resynchronized in full', (lab, own) => {
    const drawn = lab.chance.hex(40);
    return sameReplid(drawn, own) ? lab.chance.hex(40) : drawn;
  }),
  otherHistory(
    'one-digit-off',
    'a replid that differs in its last digit is another history',
    (_, own) => own.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
  ),
  otherHistory('prefix', 'the first 39 characters of the replid name no history', (_, own) =>
    own.slice(0, -1),
  ),
  otherHistory(
    'longer',
    'the replid with a character behind it names no history',
    (_, own) => `${own}0`,
  ),
  otherHistory('empty', 'an empty replid names no history', () => ''),
  otherHistory('zeros', 'forty zeros name no history', () => '0'.repeat(40)),

  atBound(
    'PSYNC-2',
    'one-past',
    'replid2 one byte past second_repl_offset is not continued',
    (bound) => bound + 1,
  ),
  atBound(
    'PSYNC-2',
    'far-past',
    'replid2 at the end of the backlog is not continued',
    (bound) => bound + 20,
  ),
  atBound('PSYNC-6', 'at-bound', 'replid2 at second_repl_offset is continued', (bound) => bound),
  atBound(
    'PSYNC-6',
    'one-before',
    'replid2 one byte before second_repl_offset is continued',
    (bound) => bound - 1,
  ),

  atWindow(
    'PSYNC-3',
    'one-before',
    'one byte before the backlog is not continued',
    ({ firstByte }) => firstByte - 1,
  ),
  atWindow('PSYNC-3', 'zero', 'byte 0, which no stream has, is not continued', () => 0),
  atWindow('PSYNC-3', 'negative', 'a negative position is not continued', () => -1),
  atWindow(
    'PSYNC-4',
    'one-beyond',
    'one byte beyond the next is not continued',
    (window) => windowEnd(window) + 1,
  ),
  atWindow(
    'PSYNC-4',
    'within-size',
    'a byte of the future is not continued even if the backlog has room for it',
    (window) => windowEnd(window) + 1000,
  ),
  atWindow(
    'PSYNC-4',
    'far-beyond',
    'a byte far in the future is not continued',
    (window) => windowEnd(window) + 2 ** 40,
  ),
  atWindow(
    'PSYNC-5',
    'first',
    'the first byte of the backlog is continued',
    ({ firstByte }) => firstByte,
  ),
  atWindow(
    'PSYNC-5',
    'second',
    'the second byte of the backlog is continued',
    ({ firstByte }) => firstByte + 1,
  ),
  atWindow(
    'PSYNC-5',
    'last',
    'the last byte of the backlog is continued',
    (window) => windowEnd(window) - 1,
  ),
  atWindow(
    'PSYNC-5',
    'next',
    'the next byte, by a replica that lacks nothing, is continued',
    windowEnd,
  ),

  inOtherCase('upper', 'the replid in capitals is the same history', (replid) =>
    replid.toUpperCase(),
  ),
  inOtherCase('mixed', 'the replid with one capital is the same history', (replid) =>
    replid.replace(/[a-f]/, (letter) => letter.toUpperCase()),
  ),

  onRequest('minus-one', 'PSYNC ? -1 is resynchronized in full', () => ({
    replid: '?',
    nextByte: nextByte(-1),
  })),
  onRequest(
    'with-offset',
    'PSYNC ? with an offset of the backlog is resynchronized in full',
    (seen) => ({
      replid: '?',
      nextByte: nextByte(seen.offset + 1),
    }),
  ),
  onRequest(
    'more-characters',
    'a replid that only begins with ? is resynchronized in full',
    (seen) => ({
      replid: `?${seen.ids.replid.slice(1)}`,
      nextByte: nextByte(seen.offset + 1),
    }),
  ),
];
