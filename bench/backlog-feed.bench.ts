import { processedOffset } from '../models/vocabulary/index.ts';
import { Backlog } from '../src/replication/backlog.ts';
import type { Bench } from './bench.ts';

const TOTAL = 2 ** 30;
const CAPACITY = 64 * 2 ** 20;
const TURNS = 7;
const CHUNKS = 16;

/** How fast `TOTAL` bytes go through, in bytes a second, by chunks that are used again and again. */
const speed = (size: number, take: (chunk: Buffer, done: number) => void): number => {
  const chunks = Array.from({ length: CHUNKS }, (_, at) => Buffer.alloc(size, at));
  const begun = process.hrtime.bigint();
  for (let done = 0, turn = 0; done < TOTAL; done += size, turn += 1) {
    take(chunks[turn % CHUNKS] ?? Buffer.alloc(0), done);
  }
  return TOTAL / (Number(process.hrtime.bigint() - begun) / 1e9);
};

/** Copies chunks into a ring, and does nothing else. */
const bare = (size: number): number => {
  const ring = Buffer.alloc(CAPACITY, 1);
  return speed(size, (chunk, done) => chunk.copy(ring, done % CAPACITY));
};

const fed = (size: number): number => {
  const backlog = new Backlog({
    capacity: CAPACITY,
    offset: processedOffset(0),
    dialect: 'redis-7',
  });
  return speed(size, (chunk) => backlog.feed(chunk));
};

export const BACKLOG_FEED: Bench = {
  name: 'backlog-feed',
  about: 'a backlog of 64 MiB that is fed, against a bare Buffer.copy into a ring of that size',
  run: async function* () {
    for (const size of [64 * 1024, 4096, 256]) {
      const turns = Array.from({ length: TURNS }, () => [fed(size), bare(size)] as const);
      yield {
        what: `chunks of ${size} bytes`,
        ours: turns.map(([ours]) => ours),
        theirs: turns.map(([, theirs]) => theirs),
        reach: size === 64 * 1024 ? 0.9 : null,
      };
    }
  },
};
