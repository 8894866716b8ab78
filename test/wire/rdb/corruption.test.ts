import test from 'ava';
import { RdbReader, readRdb } from '../../../src/wire/rdb/reader.ts';
import { FIXTURES, type Fixture, fixtureBytes } from './fixtures.ts';

const CHECKSUM_BYTES = 8;

/** The same file with the checksum that means: not checked. So a changed byte meets what reads it, not the checksum. */
const unchecked = (rdb: Buffer): Buffer =>
  Buffer.concat([rdb.subarray(0, -CHECKSUM_BYTES), Buffer.alloc(CHECKSUM_BYTES)]);

const nameOf = (fixture: Fixture): string => `${fixture.server}, ${fixture.variant}`;

/** Small numbers that look random and are the same each time. */
const noise = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
};

for (const fixture of FIXTURES) {
  test(`an RDB that comes byte by byte is whole with its last byte and not before: ${nameOf(fixture)}`, (t) => {
    const rdb = fixtureBytes(fixture);
    const reader = new RdbReader();
    let early = 0;
    for (let at = 0; at < rdb.length - 1; at += 1) {
      reader.push(rdb.subarray(at, at + 1));
      if (reader.next() !== 'incomplete') early += 1;
    }
    t.is(early, 0);
    reader.push(rdb.subarray(-1));
    const read = reader.next();
    t.true(read !== 'incomplete' && 'snapshot' in read);
  });
}

for (const [fixture, step] of [
  [{ server: 'redis-8.0', variant: 'cluster' }, 1],
  [{ server: 'redis-8-forky', variant: 'packed' }, 11],
  [{ server: 'valkey-9-forky', variant: 'plain' }, 13],
] as const) {
  test(`a truncated RDB whose length is known is refused: ${nameOf(fixture)}`, (t) => {
    const rdb = fixtureBytes(fixture);
    const accepted: number[] = [];
    for (let length = 0; length < rdb.length; length += step) {
      const read = readRdb(rdb.subarray(0, length));
      if (!('malformed' in read && /^byte \d+ of the RDB/.test(read.malformed))) {
        accepted.push(length);
      }
    }
    t.deepEqual(accepted, []);
  });
}

for (const fixture of FIXTURES) {
  test(`a byte that changed anywhere is refused: ${nameOf(fixture)}`, (t) => {
    const rdb = fixtureBytes(fixture);
    const random = noise(1);
    const accepted: number[] = [];
    for (let at = random() % 20; at < rdb.length; at += 1 + (random() % 60)) {
      const changed = Buffer.from(rdb);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 + (random() % 255)), at);
      if (!('malformed' in readRdb(changed))) accepted.push(at);
    }
    t.deepEqual(accepted, []);
  });

  test(`a byte that changed where no checksum tells is read or refused, in bounded memory: ${nameOf(fixture)}`, (t) => {
    const rdb = unchecked(fixtureBytes(fixture));
    const random = noise(2);
    let [refused, largest] = [0, 0];
    const { allocUnsafe, allocUnsafeSlow } = Buffer;
    Buffer.allocUnsafe = (size) => {
      largest = Math.max(largest, size);
      return allocUnsafe(size);
    };
    Buffer.allocUnsafeSlow = (size) => {
      largest = Math.max(largest, size);
      return allocUnsafeSlow(size);
    };
    try {
      for (let at = random() % 20; at < rdb.length; at += 1 + (random() % 60)) {
        const changed = Buffer.from(rdb);
        changed.writeUInt8(random() % 256, at);
        if ('malformed' in readRdb(changed, 2 ** 24)) refused += 1;
      }
    } finally {
      Object.assign(Buffer, { allocUnsafe, allocUnsafeSlow });
    }
    t.true(refused > 0);
    t.true(largest <= 100 * rdb.length, `${largest} bytes at once for ${rdb.length}`);
  });
}
