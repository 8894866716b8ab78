import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { DataValue, Snapshot, StreamValue } from '../../../models/vocabulary/index.ts';
import { LONGEST_CHUNK } from '../../../src/wire/rdb/chunks.ts';
import { RDB_FORMS, type RdbHeader } from '../../../src/wire/rdb/forms.ts';
import { RdbReader, readRdb } from '../../../src/wire/rdb/reader.ts';
import { rdbLength, writeRdb } from '../../../src/wire/rdb/writer.ts';
import { snapshot } from './arbitrary.ts';

const bytesOf = (written: Snapshot, header?: RdbHeader): Buffer =>
  Buffer.concat([...writeRdb(written, header)]);

const readBack = (bytes: Buffer): Snapshot => {
  const read = readRdb(bytes);
  if ('malformed' in read) throw new Error(read.malformed);
  return read.snapshot;
};

/** A snapshot without what a form of an RDB has no place for. */
const within = (whole: Snapshot, header: RdbHeader): Snapshot => ({
  ...whole,
  databases: new Map(
    [...whole.databases].map(([index, database]) => [
      index,
      new Map(
        [...database].map(([key, { value, expiresAt }]) => [
          key,
          { expiresAt, value: valueWithin(value, header) },
        ]),
      ),
    ]),
  ),
});

const valueWithin = (value: DataValue, header: RdbHeader): DataValue =>
  value.type === 'stream' ? { ...value, stream: streamWithin(value.stream, header) } : value;

const streamWithin = (stream: StreamValue, header: RdbHeader): StreamValue => {
  const { stream: version } = RDB_FORMS[header];
  return {
    ...stream,
    ...(version === 1 && { firstId: '', maxDeletedId: '', entriesAdded: 0 }),
    groups: stream.groups.map((group) => ({
      ...group,
      ...(version === 1 && { entriesRead: 0 }),
      consumers: group.consumers.map((consumer) => ({
        ...consumer,
        ...(version < 3 && { activeAt: 0 }),
      })),
    })),
  };
};

for (const header of ['REDIS0011', 'VALKEY080'] as const) {
  test(`a snapshot written as ${header} reads back equal`, (t) => {
    fc.assert(
      fc.property(snapshot, (written) => {
        assert.deepEqual(readBack(bytesOf(written, header)), written);
      }),
    );
    t.pass();
  });
}

for (const header of ['REDIS0009', 'REDIS0010'] as const) {
  test(`a snapshot written as ${header} reads back equal but for what that form cannot say`, (t) => {
    fc.assert(
      fc.property(snapshot, (written) => {
        const read = readBack(bytesOf(written, header));
        assert.deepEqual(within(read, header), within(written, header));
      }),
    );
    t.pass();
  });
}

test('REDIS0009 is what is written unless another form is asked for', (t) => {
  fc.assert(
    fc.property(snapshot, (written) => {
      assert.deepEqual(bytesOf(written), bytesOf(written, 'REDIS0009'));
    }),
    { numRuns: 20 },
  );
  t.pass();
});

test('an RDB reads the same in any pieces, and what follows it is left', (t) => {
  const cuts = fc.array(fc.oneof(fc.nat(3), fc.nat(300), fc.nat(100000)), { minLength: 1 });
  const behind = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(snapshot, cuts, behind, (written, sizes, tail) => {
      const rdb = bytesOf(written, 'REDIS0011');
      const payload = Buffer.concat([rdb, tail]);
      const reader = new RdbReader();
      let start = 0;
      for (let turn = 0; start < payload.length; turn += 1) {
        const size = 1 + (sizes[turn % sizes.length] ?? 0);
        reader.push(payload.subarray(start, start + size));
        start += size;
        const read = reader.next();
        if (read === 'incomplete') {
          assert.ok(start < rdb.length, 'the whole RDB has come');
          continue;
        }
        if ('malformed' in read) throw new Error(read.malformed);
        assert.deepEqual(read.snapshot, written);
        assert.equal(read.header, 'REDIS0011');
        assert.equal(read.size, rdb.length);
        assert.deepEqual(read.rest, payload.subarray(rdb.length, start));
        return;
      }
      assert.fail('it never ended');
    }),
  );
  t.pass();
});

test('chunks are bounded, none is empty, and their sum is known beforehand', (t) => {
  fc.assert(
    fc.property(snapshot, fc.constantFrom(...headers), (written, header) => {
      let sum = 0;
      for (const chunk of writeRdb(written, header)) {
        assert.ok(chunk.length > 0 && chunk.length <= LONGEST_CHUNK);
        sum += chunk.length;
      }
      assert.equal(rdbLength(written, header), sum);
    }),
  );
  t.pass();
});

const headers = Object.keys(RDB_FORMS) as RdbHeader[];
