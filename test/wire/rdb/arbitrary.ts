import fc from 'fast-check';
import type {
  Database,
  DataEntry,
  DataValue,
  ModuleAuxiliary,
  Snapshot,
  StreamEntry,
  StreamGroup,
  StreamValue,
} from '../../../models/vocabulary/index.ts';
import { compareIds } from '../../../src/wire/rdb/stream-id.ts';

/** Snapshots of every kind of value that an RDB of each form can say without loss. */

/** A record like those that the reader makes: fast-check's own have no prototype at times. */
const plain = <Shape>(
  shape: { [Name in keyof Shape]: fc.Arbitrary<Shape[Name]> },
): fc.Arbitrary<Shape> => fc.record(shape, { noNullPrototype: true }) as fc.Arbitrary<Shape>;

const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.integer().map(String),
  fc
    .constantFrom(63, 64, 4095, 4096, 16378, 16383, 16384, 40000)
    .map((length) => 'x'.repeat(length)),
);

/** Milliseconds since 1970, short of the end of exact numbers so that the difference of two is exact too. */
const time = fc.oneof(fc.nat(), fc.integer({ min: 1, max: 2 ** 50 }));

const count = fc.oneof(fc.nat(100), fc.nat(), fc.maxSafeNat());

const score = fc.double({ noNaN: true });

const string: fc.Arbitrary<DataValue> = text.map((value) => ({ type: 'string', value }));
const list: fc.Arbitrary<DataValue> = fc
  .array(text, { maxLength: 12 })
  .map((items) => ({ type: 'list', items }));
const set: fc.Arbitrary<DataValue> = fc
  .array(text, { maxLength: 12 })
  .map((members) => ({ type: 'set', members: new Set(members) }));
const zset: fc.Arbitrary<DataValue> = fc
  .array(fc.tuple(text, score), { maxLength: 12 })
  .map((scores) => ({ type: 'zset', scores: new Map(scores) }));

const hash: fc.Arbitrary<DataValue> = fc
  .array(fc.tuple(text, text, fc.option(time)), { maxLength: 12 })
  .map((triples) => {
    const fields = new Map(triples.map(([field, value]) => [field, value]));
    const expiries = new Map<string, number>();
    for (const [field, , expiry] of triples) if (expiry !== null) expiries.set(field, expiry);
    return expiries.size === 0 ? { type: 'hash', fields } : { type: 'hash', fields, expiries };
  });

const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 20n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const id = fc
  .tuple(uint64, uint64)
  .map(([milliseconds, sequence]) => `${milliseconds}-${sequence}`);
const ids = fc.uniqueArray(id, { maxLength: 12 }).map((unsorted) => unsorted.toSorted(compareIds));

const pairs = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 });

/** Entries of which many have the same fields, as they have in practice: those are written in another way. */
const entries: fc.Arbitrary<StreamEntry[]> = fc
  .tuple(ids, pairs, fc.infiniteStream(fc.option(pairs)))
  .map(([sortedIds, usual, unusual]) =>
    sortedIds.map((entryId) => ({ id: entryId, fields: unusual.next().value ?? usual })),
  );

/** So many entries that they fill several nodes. */
const manyEntries: fc.Arbitrary<StreamEntry[]> = fc
  .tuple(fc.nat(250), pairs)
  .map(([length, fields]) =>
    Array.from({ length }, (_, index) => ({ id: `${1700000000000 + index}-${index}`, fields })),
  );

const group = (name: string): fc.Arbitrary<StreamGroup> =>
  plain({
    lastId: id,
    entriesRead: fc.oneof(fc.constant(-1), count),
    consumers: fc.uniqueArray(
      plain({ name: text, seenAt: time, activeAt: fc.oneof(time, fc.constant(-1)) }),
      {
        selector: (consumer) => consumer.name,
        maxLength: 3,
      },
    ),
    pendingIds: ids,
    deliveries: fc.infiniteStream(fc.tuple(fc.nat(), time, count)),
  }).map(({ lastId, entriesRead, consumers, pendingIds, deliveries }) => ({
    name,
    lastId,
    entriesRead,
    consumers,
    pending: pendingIds.flatMap((pendingId) => {
      const [chosen, deliveredAt, times] = deliveries.next().value;
      const consumer = consumers[chosen % consumers.length];
      return consumer === undefined
        ? []
        : [{ id: pendingId, consumer: consumer.name, deliveredAt, deliveries: times }];
    }),
  }));

const streamValue: fc.Arbitrary<StreamValue> = plain({
  entries: fc.oneof(entries, manyEntries),
  lastId: id,
  firstId: id,
  maxDeletedId: id,
  entriesAdded: count,
  groups: fc
    .uniqueArray(text, { maxLength: 3 })
    .chain((names) => fc.tuple(...names.map(group)) as fc.Arbitrary<StreamGroup[]>),
});

const stream: fc.Arbitrary<DataValue> = streamValue.map((value) => ({
  type: 'stream',
  stream: value,
}));

const hex = (bytes: string): Buffer => Buffer.from(bytes, 'hex');

/** What a module may write: pieces that each say their kind. */
const modulePiece = fc.oneof(
  fc.nat(63).map((value) => Buffer.from([1, value])),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => {
    const piece = hex('02810000000000000000');
    piece.writeBigUInt64BE(value, 2);
    return piece;
  }),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from([3, ...bytes])),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from([4, ...bytes])),
  fc.uint8Array({ maxLength: 63 }).map((bytes) => Buffer.from([5, bytes.length, ...bytes])),
  fc.constant(hex('05c3050a0061e00000')), // a compressed string of ten letters
);
const moduleData = fc.array(modulePiece, { maxLength: 8 }).map((pieces) => [...pieces, hex('00')]);
const moduleId = hex('810102030405060708');

const opaque: fc.Arbitrary<DataValue> = moduleData.map((pieces) => ({
  type: 'opaque',
  encoding: 7,
  bytes: Buffer.concat([moduleId, ...pieces]),
}));

const moduleAuxiliary = (place: ModuleAuxiliary['place']): fc.Arbitrary<ModuleAuxiliary> =>
  moduleData.map((pieces) => ({
    place,
    bytes: Buffer.concat([moduleId, hex(place === 'before-keys' ? '0201' : '0202'), ...pieces]),
  }));

const value: fc.Arbitrary<DataValue> = fc.oneof(string, list, set, zset, hash, stream, opaque);

const entry: fc.Arbitrary<DataEntry> = plain({ value, expiresAt: fc.option(time) });

const database: fc.Arbitrary<Database> = fc
  .array(fc.tuple(text, entry), { maxLength: 10 })
  .map((pairsOfKeys) => new Map(pairsOfKeys));

export const snapshot: fc.Arbitrary<Snapshot> = plain({
  databases: fc.array(fc.tuple(fc.nat(20), database), { minLength: 1, maxLength: 3 }),
  functions: fc.array(text, { maxLength: 2 }),
  scripts: fc.array(text, { maxLength: 2 }),
  before: fc.array(moduleAuxiliary('before-keys'), { maxLength: 2 }),
  after: fc.array(moduleAuxiliary('after-keys'), { maxLength: 2 }),
  auxiliary: fc.array(fc.tuple(text, text), { maxLength: 4 }),
}).map(({ databases, functions, scripts, before, after, auxiliary }) => ({
  databases: new Map(databases),
  functions,
  scripts,
  moduleAuxiliary: [...before, ...after],
  auxiliary: new Map(auxiliary.filter(([name]) => name !== 'lua')),
}));
