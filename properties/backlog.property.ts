import fc from 'fast-check';
import { atLeast, DIALECTS, type Dialect } from '../models/vocabulary/index.ts';
import { holds } from './holds.ts';
import { RememberedStream } from './oracle/stream.ts';

/** A backlog that can be put to the test: ours, or anybody's. */
export interface BacklogUnderTest {
  readonly window: { readonly firstByte: number; readonly histlen: number };
  feed(bytes: Uint8Array): void;
  /** A copy of up to `limit` bytes from a position on. */
  read(from: number, limit: number): Uint8Array;
  resize(capacity: number): void;
}

export type MakeBacklog = (options: {
  readonly capacity: number;
  readonly offset: number;
  readonly dialect: Dialect;
}) => BacklogUnderTest;

type Step =
  | { readonly feed: number }
  | { readonly resize: number }
  /** A place in the window and a limit, both as a share of what there is. */
  | { readonly readFrom: number; readonly limit: number };

interface BacklogCase {
  readonly capacity: number;
  readonly offset: number;
  readonly dialect: Dialect;
  readonly steps: readonly Step[];
}

/** Small on purpose: with a handful of bytes every wrap position comes up within a few steps. */
const CAPACITY_MAX = 9;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ feed: fc.nat({ max: 2 * CAPACITY_MAX }) }) },
  { weight: 1, arbitrary: fc.record({ resize: fc.integer({ min: 1, max: CAPACITY_MAX }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ readFrom: fc.nat({ max: 100 }), limit: fc.nat({ max: 100 }) }),
  },
);

const cases: fc.Arbitrary<BacklogCase> = fc.record({
  capacity: fc.integer({ min: 1, max: CAPACITY_MAX }),
  offset: fc.nat({ max: 20 }),
  dialect: fc.constantFrom(...DIALECTS),
  steps: fc.array(step, { maxLength: 20, size: 'max' }),
});

const demand = (holdsNow: boolean, what: string): void => {
  if (!holdsNow) throw new Error(what);
};

const same = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

export const BACKLOG_AGREES = holds<MakeBacklog, BacklogCase>({
  id: 'backlog-agrees-with-one-that-forgets-nothing',
  rules: ['BACKLOG-1', 'BACKLOG-2', 'BACKLOG-3', 'BACKLOG-4', 'STREAM-4'],
  sentence:
    'After any feeds and resizes a backlog holds the same window, and the same bytes in it, as one that forgets nothing.',
  cases,
  reaches: [
    'a read across the end of the ring',
    'a feed longer than the ring',
    'an empty window',
    'a full window',
    'a resize that keeps bytes',
    'a resize that drops bytes',
    'a read of nothing at the end of the window',
  ],
  check: (make, { capacity, offset, dialect, steps }, reach) => {
    const backlog = make({ capacity, offset, dialect });
    const oracle = new RememberedStream(offset, capacity);
    let size = capacity;
    let next = 0;
    for (const each of steps) {
      if ('feed' in each) {
        // Each byte differs from its neighbours for as long as a window can be, so a misplaced one shows.
        const bytes = Uint8Array.from({ length: each.feed }, (_, index) => (next + index) % 251);
        next += each.feed;
        if (bytes.length > size) reach('a feed longer than the ring');
        backlog.feed(bytes);
        oracle.feed(bytes);
      } else if ('resize' in each) {
        const before = oracle.histlen;
        size = each.resize;
        backlog.resize(size);
        oracle.resize(size, atLeast(dialect, 'redis-7'));
        if (oracle.histlen > 0) reach('a resize that keeps bytes');
        if (oracle.histlen < before) reach('a resize that drops bytes');
      } else {
        const from = oracle.firstByte + (each.readFrom % (oracle.histlen + 1));
        const heard = [...backlog.read(from, each.limit)];
        const remembered = oracle.from(from).slice(0, each.limit);
        if (from % size > (from + heard.length) % size && heard.length > 0) {
          reach('a read across the end of the ring');
        }
        if (from === oracle.firstByte + oracle.histlen) {
          reach('a read of nothing at the end of the window');
        }
        demand(
          same(heard, remembered),
          `bytes from position ${from}: ${heard} in place of ${remembered}`,
        );
      }
      if (oracle.histlen === 0) reach('an empty window');
      if (oracle.histlen === size) reach('a full window');
      const { firstByte, histlen } = backlog.window;
      demand(
        firstByte === oracle.firstByte && histlen === oracle.histlen,
        `a window of ${histlen} bytes from ${firstByte} in place of ${oracle.histlen} from ${oracle.firstByte}`,
      );
    }
  },
});
