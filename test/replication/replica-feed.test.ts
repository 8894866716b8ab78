import test from 'ava';
import fc from 'fast-check';
import { nextAfter, nextByte, windowEnd } from '../../models/vocabulary/index.ts';
import { ReplicaFeed } from '../../src/replication/replica-feed.ts';
import { ReplicationStream } from '../../src/replication/stream.ts';
import { SEED } from '../seed.ts';

const streamWith = (capacity: number): ReplicationStream => {
  const stream = new ReplicationStream({
    dialect: 'redis-7',
    ports: {
      now: () => 0,
      draw: () => 'a'.repeat(40),
      encodeCommand: () => new Uint8Array(0),
      decodeCommands: () => [],
      encodeReply: () => new Uint8Array(0),
    },
  });
  stream.serveFrom(capacity);
  return stream;
};

type Step =
  /** So many bytes, of their own or as a small part of what lies in memory, at once or cut in two. */
  | { readonly append: number; readonly asPart: boolean; readonly cutAt: number | null }
  | { readonly resize: number }
  /** A new replica at a place in the window, as a share of what there is. */
  | { readonly attach: number }
  | { readonly take: number; readonly limit: number };

const cutAt = fc.option(fc.nat({ max: 60 }), { nil: null });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ append: fc.nat({ max: 60 }), asPart: fc.boolean(), cutAt }),
  fc.record({ append: fc.nat({ max: 6 }), asPart: fc.boolean(), cutAt }),
  fc.record({ resize: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ attach: fc.nat({ max: 100 }) }),
  fc.record({ take: fc.nat({ max: 10 }), limit: fc.integer({ min: 1, max: 30 }) }),
);

test(`every replica gets every byte from its place on, however slow it is and whatever the backlog lets go of (seed ${SEED})`, (t) => {
  const reached = { behindTheWindow: 0, several: 0, atTheEnd: 0 };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.array(step, { maxLength: 40, size: 'max' }),
      (capacity, steps) => {
        const stream = streamWith(capacity);
        /** The whole stream: position 1 stands in slot 0. */
        const all: number[] = [];
        const replicas: { readonly feed: ReplicaFeed; readonly from: number; got: number[] }[] = [];
        for (const each of steps) {
          const { window } = stream;
          if (window === null) throw new Error('the backlog is gone');
          if ('append' in each) {
            const bytes = Uint8Array.from({ length: each.append }, (_, at) => all.length + at);
            all.push(...bytes);
            const part = new Uint8Array(500);
            part.set(bytes, 100);
            const added = each.asPart ? part.subarray(100, 100 + bytes.length) : bytes;
            const cut = each.cutAt ?? bytes.length;
            stream.append(added.subarray(0, cut));
            stream.append(added.subarray(cut));
          } else if ('resize' in each) stream.backlog?.resize(each.resize);
          else if ('attach' in each) {
            const from = nextByte(window.firstByte + (each.attach % (window.histlen + 1)));
            if (from === windowEnd(window)) reached.atTheEnd += 1;
            replicas.push({ feed: new ReplicaFeed(stream, from), from, got: [] });
          } else {
            const replica = replicas[each.take % Math.max(1, replicas.length)];
            if (replica === undefined) continue;
            if (replica.from + replica.got.length < window.firstByte) reached.behindTheWindow += 1;
            const taken = replica.feed.take(each.limit);
            t.true(taken.length <= each.limit);
            t.is(taken.length === 0, replica.from + replica.got.length > all.length);
            replica.got.push(...taken);
          }
        }
        if (replicas.length > 1) reached.several += 1;
        for (const { feed, from, got } of replicas) {
          t.is(feed.lag, all.length - (from - 1) - got.length);
          while (feed.lag > 0) got.push(...feed.take(7));
          t.deepEqual(
            got,
            all.slice(from - 1).map((byte) => byte % 256),
          );
        }
      },
    ),
    { seed: SEED, numRuns: 2000 },
  );
  for (const [what, times] of Object.entries(reached)) t.true(times > 0, what);
});

test('replicas that lag beyond the backlog share the memory of what it has let go of', (t) => {
  const stream = streamWith(16384);
  const from = nextAfter(stream.offset);
  const [one, other] = [new ReplicaFeed(stream, from), new ReplicaFeed(stream, from)];
  for (let round = 0; round < 100; round += 1) stream.append(new Uint8Array(16384));
  t.true(one.lag > 16384 * 50);
  while (one.lag > 0) t.is(one.take(65536).buffer, other.take(65536).buffer);
});

test('a replica goes on in a new backlog that begins where the last one ended', (t) => {
  const stream = streamWith(16384);
  const feed = new ReplicaFeed(stream, nextAfter(stream.offset));
  stream.append(Uint8Array.of(1, 2, 3));
  stream.giveUpHistory();
  stream.serveFrom(32768);
  stream.append(Uint8Array.of(4, 5));
  t.deepEqual([...feed.take(10)], [1, 2, 3]);
  t.deepEqual([...feed.take(10)], [4, 5]);
  t.is(feed.take(10).length, 0);
});
