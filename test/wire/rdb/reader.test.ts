import assert from 'node:assert/strict';
import test from 'ava';
import type { DataValue, Snapshot } from '../../../models/vocabulary/index.ts';
import { Crc64 } from '../../../src/wire/rdb/crc64.ts';
import { RDB_LIMITS, RdbReader, readRdb } from '../../../src/wire/rdb/reader.ts';

/** Bytes from hexadecimal digits, with text between quotes. */
const bytes = (text: string): Buffer =>
  Buffer.concat(
    text
      .split(/('[^']*')/)
      .map((part) =>
        part.startsWith("'")
          ? Buffer.from(part.slice(1, -1), 'latin1')
          : Buffer.from(part.replaceAll(' ', ''), 'hex'),
      ),
  );

/** An RDB of these parts, closed by its end and a checksum that says: not checked. */
const rdb = (body: string, header = 'REDIS0012'): Buffer =>
  bytes(`'${header}' ${body} ff 0000000000000000`);

const snapshotOf = (payload: Buffer): Snapshot => {
  const read = readRdb(payload);
  if ('malformed' in read) throw new Error(read.malformed);
  return read.snapshot;
};

/** The only value of an RDB. */
const valueIn = (body: string, header?: string): DataValue | undefined =>
  snapshotOf(rdb(body, header)).databases.get(0)?.get('k')?.value;

const refusal = (payload: Buffer, memory?: number): string => {
  const read = readRdb(payload, memory);
  return 'malformed' in read ? read.malformed : 'none';
};

test('an RDB without keys is an empty snapshot', (t) => {
  t.deepEqual(snapshotOf(rdb('')), {
    databases: new Map(),
    functions: [],
    scripts: [],
    moduleAuxiliary: [],
    auxiliary: new Map(),
  });
});

test('a string is read however its length is written', (t) => {
  const expected = { type: 'string', value: 'hi' } as const;
  t.deepEqual(valueIn("00 01'k' 02'hi'"), expected);
  t.deepEqual(valueIn("00 01'k' 4002'hi'"), expected);
  t.deepEqual(valueIn("00 01'k' 8000000002'hi'"), expected);
  t.deepEqual(valueIn("00 01'k' 810000000000000002'hi'"), expected);
});

test('a string is read from integers and from compressed bytes', (t) => {
  t.deepEqual(valueIn("00 01'k' c0ff"), { type: 'string', value: '-1' });
  t.deepEqual(valueIn("00 01'k' c10080"), { type: 'string', value: '-32768' });
  t.deepEqual(valueIn("00 01'k' c2ffffff7f"), { type: 'string', value: '2147483647' });
  t.deepEqual(valueIn("00 01'k' c3 05 0a 00'a' e00000"), { type: 'string', value: 'aaaaaaaaaa' });
});

test('a long string is read over many chunks', (t) => {
  const value = Array.from({ length: 70_000 }, (_, index) =>
    String.fromCharCode(40 + (index % 200)),
  ).join('');
  const payload = rdb(`00 01'k' 80${value.length.toString(16).padStart(8, '0')}'${value}'`);
  const reader = new RdbReader();
  for (let start = 0; start < payload.length; start += 997) {
    t.is(reader.next(), 'incomplete');
    reader.push(payload.subarray(start, start + 997));
  }
  const read = reader.next();
  if (read === 'incomplete' || 'malformed' in read) return t.fail();
  assert.deepEqual(read.snapshot.databases.get(0)?.get('k')?.value, { type: 'string', value });
});

test('the lists, sets, hashes and sorted sets of old are read', (t) => {
  t.deepEqual(valueIn("01 01'k' 02 01'b' 01'a'"), { type: 'list', items: ['b', 'a'] });
  t.deepEqual(valueIn("0a 01'k' 0d 0d000000 0a000000 0100 00f5 ff"), {
    type: 'list',
    items: ['4'],
  });
  t.deepEqual(valueIn("02 01'k' 02 01'b' 01'a'"), { type: 'set', members: new Set(['b', 'a']) });
  t.deepEqual(valueIn("04 01'k' 01 01'f' 01'v'"), {
    type: 'hash',
    fields: new Map([['f', 'v']]),
  });
  t.deepEqual(valueIn("09 01'k' 09 01 01'f' 03 00'val' ff"), {
    type: 'hash',
    fields: new Map([['f', 'val']]),
  });
  t.deepEqual(valueIn("03 01'k' 04 01'a' 03'1.5' 01'b' fe 01'c' ff 01'd' 06'-1e-05'"), {
    type: 'zset',
    scores: new Map([
      ['a', 1.5],
      ['b', Number.POSITIVE_INFINITY],
      ['c', Number.NEGATIVE_INFINITY],
      ['d', -1e-5],
    ]),
  });
});

test('the expiring hashes of the candidates of Redis 7.4 are read', (t) => {
  const expected = {
    type: 'hash',
    fields: new Map([
      ['f', 'v'],
      ['g', 'w'],
    ]),
    expiries: new Map([['f', 5]]),
  } as const;
  t.deepEqual(valueIn("16 01'k' 02 05 01'f' 01'v' 00 01'g' 01'w'"), expected);
  const listpack = '19000000 0600 8166 02 8176 02 05 01 8167 02 8177 02 00 01 ff';
  t.deepEqual(valueIn(`17 01'k' 17 17000000 ${listpack.slice(9)}`), expected);
});

test('type 22 means one thing in an RDB of Redis and another in one of Valkey', (t) => {
  t.deepEqual(valueIn("16 01'k' 01 01'f' 01'v' 0500000000000000", 'VALKEY080'), {
    type: 'hash',
    fields: new Map([['f', 'v']]),
    expiries: new Map([['f', 5]]),
  });
  t.deepEqual(valueIn("16 01'k' 01 01'f' 01'v' ffffffffffffffff", 'VALKEY080'), {
    type: 'hash',
    fields: new Map([['f', 'v']]),
  });
  t.regex(refusal(rdb("18 01'k'", 'VALKEY080')), /type 24, which is not known in an RDB of VALKEY/);
});

test('a key belongs to the database named last and expires as was said before it', (t) => {
  const { databases } = snapshotOf(
    rdb(
      "00 01'a' 01'1' fe01 fb0201 fd01000000 00 01'b' 01'2' fe00 fc0200000000000000 00 01'c' 01'3' 00 01'd' 01'4'",
    ),
  );
  const plain = [...databases].map(([index, database]) => [
    index,
    [...database].map(([key, { expiresAt }]) => [key, expiresAt]),
  ]);
  t.deepEqual(plain, [
    [
      0,
      [
        ['a', null],
        ['c', 2],
        ['d', null],
      ],
    ],
    [1, [['b', 1000]]],
  ]);
});

test('hints on eviction, sizes and slots are passed over', (t) => {
  const database = snapshotOf(
    rdb("fe00 fb0100 f4 520001 00 f805 00 01'k' 01'v' f9ff 00 01'l' 01'w'"),
  );
  t.deepEqual([...(database.databases.get(0)?.keys() ?? [])], ['k', 'l']);
});

test('auxiliary fields are kept, and scripts apart, because there can be many', (t) => {
  const { auxiliary, scripts } = snapshotOf(
    rdb("fa 09'redis-ver' 05'6.0.1' fa 03'lua' 01'1' fa 03'lua' 01'2' fa 05'ctime' c164 00"),
  );
  t.deepEqual(
    [...auxiliary],
    [
      ['redis-ver', '6.0.1'],
      ['ctime', '100'],
    ],
  );
  t.deepEqual(scripts, ['1', '2']);
});

test('functions are kept as their code, and those of the candidates of 7.0 made like them', (t) => {
  t.deepEqual(snapshotOf(rdb("f5 03'abc'")).functions, ['abc']);
  t.deepEqual(snapshotOf(rdb("f6 03'lib' 03'LUA' 00 04'code'")).functions, [
    '#!lua name=lib\ncode',
  ]);
  t.deepEqual(snapshotOf(rdb("f6 03'lib' 03'LUA' 01 04'desc' 04'code'")).functions, [
    '#!lua name=lib\ncode',
  ]);
});

test('what modules store is kept byte for byte, beside the keys and in them', (t) => {
  const data =
    "8140a1b2c3d4e5f607 02 01 01 03 02 8100000000ffffffff 03 00000000 04 0000000000000000 05 02'hi' 05 c0 01 00";
  const { databases, moduleAuxiliary } = snapshotOf(
    rdb(`f7 ${data} fe00 07 01'k' ${data} 00 01'l' 01'v' f7 ${data}`),
  );
  t.deepEqual(databases.get(0)?.get('k')?.value, {
    type: 'opaque',
    encoding: 7,
    bytes: bytes(data),
  });
  t.deepEqual(moduleAuxiliary, [
    { place: 'before-keys', bytes: bytes(data) },
    { place: 'after-keys', bytes: bytes(data) },
  ]);
});

const id = (sequence: number): string => `0000000000000001 000000000000000${sequence}`;

/** The one node of a stream, with its entries 1-1, 1-2 and 1-3, and how many it says there are. */
const node = (announced: number): string => {
  const entry = (sequence: number): string => `02 01 00 01 0${sequence} 01 8176 02 04 01`;
  const elements = `03 01 00 01 01 01 8166 02 00 01 ${entry(0)} ${entry(1)} ${entry(2)}`;
  const size = (7 + bytes(elements).length).toString(16);
  return `01 10 ${id(1)} ${size} ${size}000000 1400 ${elements} ff 0${announced} 01 03`;
};

test('a stream without counters gets those that Redis 7 assumes', (t) => {
  const group = (name: string, sequence: number): string =>
    `01'${name}' 01 0${sequence} 01 ${id(2)} 0a00000000000000 07 01 01'c' 0b00000000000000 01 ${id(2)}`;
  const all = ['a', 'b', 'c', 'd', 'e'].map((name, sequence) => group(name, sequence));
  const value = valueIn(`0f 01'k' ${node(3)} 05 ${all.join(' ')}`);
  if (value?.type !== 'stream') return t.fail();
  const { groups, entries, ...counters } = value.stream;
  t.deepEqual(counters, {
    lastId: '1-3',
    firstId: '1-1',
    maxDeletedId: '0-0',
    entriesAdded: 3,
  });
  t.deepEqual(entries[2], { id: '1-3', fields: [['f', 'v']] });
  t.deepEqual(
    groups.map(({ entriesRead }) => entriesRead),
    [0, 1, -1, 3, -1],
  );
  t.deepEqual(groups[0]?.consumers, [{ name: 'c', seenAt: 11, activeAt: 11 }]);
  t.deepEqual(groups[0]?.pending, [{ id: '1-2', consumer: 'c', deliveredAt: 10, deliveries: 7 }]);
});

test('a stream that contradicts itself is refused', (t) => {
  const group = (consumers: string): string =>
    `01'g' 01 03 01 ${id(2)} 0a00000000000000 07 ${consumers}`;
  const consumer = (name: string, sequence: number): string =>
    `01'${name}' 0b00000000000000 01 ${id(sequence)}`;
  const refused = (body: string): string => refusal(rdb(`0f 01'k' ${body}`));
  t.regex(refused(`${node(2)} 00`), /a stream of 2 entries in which 3 are/);
  t.regex(
    refused(`${node(3)} 01 ${group('00')}`),
    /1-2 is pending for a group, not for a consumer/,
  );
  t.regex(
    refused(`${node(3)} 01 ${group(`01 ${consumer('c', 3)}`)}`),
    /1-3 is pending for a consumer, not for its group/,
  );
  t.regex(
    refused(`${node(3)} 01 ${group(`02 ${consumer('c', 2)} ${consumer('d', 2)}`)}`),
    /1-2 is pending for two consumers/,
  );
  t.regex(
    refused(`${node(3)} 02 ${group(`01 ${consumer('c', 2)}`)} ${group(`01 ${consumer('c', 2)}`)}`),
    /the group "g" stands there twice/,
  );
});

test('the reader knows where the RDB ends, with a checksum and without', (t) => {
  for (const [payload, size] of [
    [bytes("'REDIS0004' 00 01'k' 01'v' ff 'after'"), 15],
    [bytes("'REDIS0005' 00 01'k' 01'v' ff 0000000000000000 'after'"), 23],
  ] as const) {
    const read = readRdb(payload);
    if ('malformed' in read) return t.fail(read.malformed);
    t.is(read.size, size);
    t.is(read.rest.toString(), 'after');
  }
});

test('a checksum that is not that of the bytes is refused, and zero stands for none', (t) => {
  const body = bytes("'REDIS0012' 00 01'k' 01'v' ff");
  const crc = new Crc64();
  crc.update(body);
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(crc.value);
  t.is(refusal(Buffer.concat([body, checksum])), 'none');
  t.is(refusal(Buffer.concat([body, Buffer.alloc(8)])), 'none');
  checksum.writeUInt8(checksum.readUInt8(0) ^ 1);
  t.regex(
    refusal(Buffer.concat([body, checksum])),
    /^byte 15 of the RDB: its checksum is [0-9a-f]{16}, and that of its bytes is [0-9a-f]{16}/,
  );
});

test('what is no RDB is refused at once', (t) => {
  t.is(
    refusal(bytes("'HTTP/1.1 200 OK'")),
    'byte 0 of the RDB: "HTTP/1.1 " where "REDIS" or "VALKEY" and a version are due',
  );
  t.regex(refusal(rdb('', 'REDIS0000')), /"REDIS0000" where/);
  t.regex(refusal(rdb('', 'VALKEY80x')), /"VALKEY80x" where/);
  t.regex(refusal(Buffer.alloc(0)), /9 bytes are due, and the payload can have 0 more/);
});

test('a refusal says at which byte, in which value, and what was met', (t) => {
  t.is(
    refusal(rdb("00 01'a' 01'b' 1a 01'k' 00")),
    'byte 14 of the RDB: a value of type 26, which is not known in an RDB of REDIS',
  );
  t.is(
    refusal(rdb('f2')),
    'byte 9 of the RDB: a value of type 242, which is not known in an RDB of REDIS',
  );
  t.is(
    refusal(rdb("14 01'k' 05 00000000 00")),
    'byte 12 of the RDB, in the value of "k": a listpack of 5 bytes: 2 bytes are due at byte 4, and 1 left',
  );
});

test('a length that the payload cannot hold is refused before the bytes are awaited', (t) => {
  const reader = new RdbReader({ ...RDB_LIMITS, payload: 1000 });
  reader.push(bytes("'REDIS0012' 00 01'k' 80000003e8"));
  t.deepEqual(reader.next(), {
    malformed:
      'byte 17 of the RDB, in the value of "k": 1000 bytes are due, and the payload can have 983 more',
  });
});

test('a number of elements that the payload cannot hold is refused before the first', (t) => {
  for (const [type, each] of Object.entries({
    '01': 1,
    '02': 1,
    '03': 2,
    '04': 2,
    '05': 9,
    '0e': 1,
    '12': 2,
  })) {
    const count = Math.ceil(983 / each) + 1;
    const reader = new RdbReader({ ...RDB_LIMITS, payload: 1000 });
    reader.push(bytes(`'REDIS0012' ${type} 01'k' 80${count.toString(16).padStart(8, '0')}`));
    t.regex(
      JSON.stringify(reader.next()),
      new RegExp(`${count} elements are announced, and the payload can have 983 more bytes`),
      type,
    );
  }
});

test('lengths beyond 2^53 - 1 are refused, never rounded', (t) => {
  t.regex(refusal(rdb("00 01'k' 810020000000000000")), /9007199254740992 is beyond 2\^53 - 1/);
  t.regex(refusal(rdb("00 01'k' 81ffffffffffffffff")), /18446744073709551615 is beyond 2\^53 - 1/);
  t.regex(refusal(rdb('fc 0000000000002000')), /9007199254740992 is beyond 2\^53 - 1/);
});

test('a string longer than a program can hold is refused when it is announced', (t) => {
  const reader = new RdbReader();
  reader.push(bytes("'REDIS0012' 00 01'k' 8040000000"));
  t.regex(
    JSON.stringify(reader.next()),
    /a string of 1073741824 bytes, where 536870888 can be held/,
  );
});

test('what is small when packed and large when not is refused at the limit of memory', (t) => {
  const long = bytes("'REDIS0012' 00 01'k' c3 05 0a 00'a' e00000 ff 0000000000000000");
  t.is(refusal(long, 300), 'none');
  t.regex(refusal(long, 180), /takes more than the 180 bytes of memory it may take/);
});

test('names that stand twice are refused', (t) => {
  t.is(
    refusal(rdb("00 01'k' 01'v' 00 01'k' 01'w'")),
    'byte 17 of the RDB: the key "k" stands there twice',
  );
  t.regex(refusal(rdb("02 01'k' 02 01'a' 01'a'")), /the member "a" stands there twice/);
  t.regex(refusal(rdb("04 01'k' 02 01'a' 00 01'a' 00")), /the field "a" stands there twice/);
  t.regex(
    refusal(rdb("0b 01'k' 0c 02000000 02000000 01000100")),
    /the member "1" stands there twice/,
  );
});

test('scores that are none are refused', (t) => {
  t.regex(refusal(rdb("03 01'k' 01 01'a' fd")), /a score that is not a number/);
  t.regex(refusal(rdb("03 01'k' 01 01'a' 03'0x1'")), /"0x1" is no score/);
  t.regex(refusal(rdb("03 01'k' 01 01'a' 00")), /"" is no score/);
  t.regex(refusal(rdb("05 01'k' 01 01'a' 000000000000f87f")), /a score that is not a number/);
});

test('what is not known is refused by its number', (t) => {
  t.regex(refusal(rdb("00 01'k' c4")), /a string in encoding 4, which is not known/);
  t.regex(refusal(rdb("02 01'k' 82")), /a length is due, and none begins with byte 130/);
  t.regex(refusal(rdb("12 01'k' 01 03 00")), /a list node of kind 3, where 1 and 2 are known/);
  t.regex(refusal(rdb("06 01'k' 00")), /a module from a candidate of Redis 4/);
  t.regex(refusal(rdb("07 01'k' 01 06")), /module data of kind 6, which is not known/);
  t.regex(refusal(rdb('f7 01 01 01')), /module data whose time of loading begins with 1, not 2/);
  t.regex(refusal(rdb('fe 80ffffffff')), /database 4294967295, which no server has/);
});

test('slots on their way into a node of a cluster are refused with what to do', (t) => {
  t.regex(refusal(rdb("f3 28'0' 01 00 05", 'VALKEY080')), /try again when the migration is done/);
});

test('a refusal is final', (t) => {
  const reader = new RdbReader();
  reader.push(bytes("'NONSENSE!'"));
  const refused = reader.next();
  reader.push(rdb(''));
  t.is(reader.next(), refused);
});
