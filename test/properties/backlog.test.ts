import test from 'ava';
import { newWindow, windowAfterFeed } from '../../models/rules/backlog.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import { nextByte, processedOffset } from '../../models/vocabulary/index.ts';
import { BACKLOG_AGREES, type MakeBacklog } from '../../properties/backlog.property.ts';
import { search, unreached } from '../../properties/holds.ts';
import { Backlog } from '../../src/replication/backlog.ts';
import { SEED } from '../seed.ts';

const make =
  (rules: Ruleset): MakeBacklog =>
  ({ capacity, offset, dialect }) => {
    const backlog = new Backlog({ capacity, offset: processedOffset(offset), dialect, rules });
    return {
      get window() {
        return backlog.window;
      },
      feed: (bytes) => backlog.feed(bytes),
      read: (from, limit) => backlog.read(nextByte(from), limit),
      resize: (size) => backlog.resize(size),
    };
  };

test(`${BACKLOG_AGREES.sentence} (seed ${SEED})`, (t) => {
  const result = search(BACKLOG_AGREES, make(STANDARD), { runs: 5000, seed: SEED });
  t.is(result.counterexample, null);
  t.deepEqual(unreached(BACKLOG_AGREES, result), []);
});

const faults: Readonly<Record<string, Partial<Ruleset>>> = {
  'a new window begins one byte early': {
    newWindow: (offset) => ({ ...newWindow(offset), firstByte: nextByte(offset) }),
  },
  'a feed is counted one byte short': {
    windowAfterFeed: (window, bytes, capacity) =>
      windowAfterFeed(window, Math.max(0, bytes - 1), capacity),
  },
  'the window is one byte wider than the ring': {
    windowAfterFeed: (window, bytes, capacity) => windowAfterFeed(window, bytes, capacity + 1),
  },
  'a resize keeps too much': { windowAfterResize: (window) => window },
};

for (const [fault, swapped] of Object.entries(faults)) {
  test(`the property fails when ${fault} (seed ${SEED})`, (t) => {
    const result = search(BACKLOG_AGREES, make({ ...STANDARD, ...swapped }), {
      runs: 5000,
      seed: SEED,
    });
    t.not(result.counterexample, null);
  });
}
