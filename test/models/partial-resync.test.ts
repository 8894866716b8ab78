import test from 'ava';
import { judgePsync, REFUSED_BY } from '../../models/rules/partial-resync.ts';
import { nextByte } from '../../models/vocabulary/index.ts';

/** The worked case of docs/protocol.md 4.3: promoted at offset 163, written 50 bytes since. */
const IDS = {
  replid: 'b'.repeat(40),
  replid2: 'a'.repeat(40),
  secondReplOffset: nextByte(164),
};
const WINDOW = { firstByte: nextByte(1), histlen: 213 };

const verdict = (replid: string, next: number, window: typeof WINDOW | null = WINDOW) => {
  const judged = judgePsync({ replid, nextByte: nextByte(next) }, IDS, window);
  return judged.resync === 'partial'
    ? `continue from ${judged.from} under ${judged.under}`
    : `${judged.because} (${REFUSED_BY[judged.because]})`;
};

for (const [what, replid, next, expected] of [
  ['the first byte', IDS.replid, 1, 'continue from 1 under replid'],
  ['a byte in the middle', IDS.replid, 100, 'continue from 100 under replid'],
  ['the last byte', IDS.replid, 213, 'continue from 213 under replid'],
  ['the next byte', IDS.replid, 214, 'continue from 214 under replid'],
  ['one byte beyond the next', IDS.replid, 215, 'after-window (PSYNC-4)'],
  ['byte 0', IDS.replid, 0, 'before-window (PSYNC-3)'],
  ['a negative byte', IDS.replid, -1, 'before-window (PSYNC-3)'],
  ['the bound, under replid2', IDS.replid2, 164, 'continue from 164 under replid2'],
  ['one byte past the bound, under replid2', IDS.replid2, 165, 'past-second-offset (PSYNC-2)'],
  ['the replid in capitals', IDS.replid.toUpperCase(), 214, 'continue from 214 under replid'],
  ['another replid', 'c'.repeat(40), 214, 'unknown-history (PSYNC-1)'],
  ['39 characters of the replid', IDS.replid.slice(1), 214, 'unknown-history (PSYNC-1)'],
  ['everything', '?', -1, 'requested (PSYNC-8)'],
  ['everything, with an offset', '?abc', 214, 'requested (PSYNC-8)'],
] as const) {
  test(`a replica that asks for ${what} gets ${expected}`, (t) => {
    t.is(verdict(replid, next), expected);
  });
}

test('without a backlog nobody is continued, and the reasons keep their order', (t) => {
  t.is(verdict(IDS.replid, 214, null), 'no-backlog (PSYNC-9)');
  t.is(verdict('c'.repeat(40), 214, null), 'unknown-history (PSYNC-1)');
  t.is(verdict(IDS.replid2, 165, null), 'past-second-offset (PSYNC-2)');
});

test('a node that was never promoted continues nobody under forty zeros', (t) => {
  const ids = { replid: IDS.replid, replid2: null, secondReplOffset: null };
  const judged = judgePsync({ replid: '0'.repeat(40), nextByte: nextByte(214) }, ids, WINDOW);
  t.deepEqual(judged, { resync: 'full', because: 'unknown-history' });
});
