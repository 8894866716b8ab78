import test from 'ava';
import fc from 'fast-check';
import { readIntset } from '../../../src/wire/rdb/intset.ts';
import { readListpack } from '../../../src/wire/rdb/listpack.ts';
import { ListpackText } from '../../../src/wire/rdb/listpack-text.ts';
import { MalformedRdb } from '../../../src/wire/rdb/malformed.ts';
import { MemoryBudget } from '../../../src/wire/rdb/memory-budget.ts';
import { readZiplist } from '../../../src/wire/rdb/ziplist.ts';
import { readZipmap } from '../../../src/wire/rdb/zipmap.ts';

type Unpack = (bytes: Buffer, budget: MemoryBudget) => string[];

const read = (unpack: Unpack, bytes: Buffer): string[] =>
  unpack(bytes, new MemoryBudget(Number.MAX_SAFE_INTEGER));

const refusal = (unpack: Unpack, bytes: Buffer): string => {
  try {
    read(unpack, bytes);
  } catch (error) {
    if (error instanceof MalformedRdb) return error.message;
    throw error;
  }
  return 'none';
};

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A listpack around its elements. */
const listpack = (elements: string, count: number): Buffer => {
  const body = hex(`${elements} ff`);
  const head = Buffer.alloc(6);
  head.writeUInt32LE(6 + body.length, 0);
  head.writeUInt16LE(count, 4);
  return Buffer.concat([head, body]);
};

/** A ziplist around its elements. */
const ziplist = (elements: string, count: number): Buffer => {
  const body = hex(`${elements} ff`);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(10 + body.length, 0);
  head.writeUInt16LE(count, 8);
  return Buffer.concat([head, body]);
};

test('a listpack gives each form of an integer', (t) => {
  const elements = [
    '00 01', // 0 in seven bits
    '7f 01', // 127
    'c0 80 02', // 128 in thirteen bits
    'df ff 02', // -1
    'd0 00 02', // -4096
    'f1 00 80 03', // -32768
    'f2 ff ff 7f 04', // 8388607
    'f3 00 00 00 80 05', // -2147483648
    'f4 ff ff ff ff ff ff ff 7f 09', // 2^63 - 1
  ];
  t.deepEqual(read(readListpack, listpack(elements.join(' '), elements.length)), [
    '0',
    '127',
    '128',
    '-1',
    '-4096',
    '-32768',
    '8388607',
    '-2147483648',
    '9223372036854775807',
  ]);
});

test('a listpack gives each form of a string', (t) => {
  const long = Buffer.alloc(300, 'l').toString('hex');
  const elements = ['80 01', '82 6869 03', `e1 2c ${long} 82 ae`, 'f0 01000000 78 06'];
  t.deepEqual(read(readListpack, listpack(elements.join(' '), 4)), [
    '',
    'hi',
    'l'.repeat(300),
    'x',
  ]);
});

test('a listpack with too many elements for its header is counted', (t) => {
  t.deepEqual(read(readListpack, listpack('01 01 02 01', 65535)), ['1', '2']);
});

test('the length behind 2^14 - 1 bytes is read in both forms that servers write', (t) => {
  const item = 'x'.repeat(16378);
  const element = `f0 fa3f0000 ${Buffer.from(item).toString('hex')}`;
  t.deepEqual(read(readListpack, listpack(`${element} 00ffff 01 01`, 2)), [item, '1']);
  t.deepEqual(read(readListpack, listpack(`${element} 7fff 01 01`, 2)), [item, '1']);
});

test('a listpack that is wrong is refused with its fault', (t) => {
  t.regex(refusal(readListpack, hex('0700')), /4 bytes are due at byte 0, and 2 left/);
  t.regex(refusal(readListpack, hex('ffffffff0000ff')), /header says that it has 4294967295/);
  t.regex(refusal(readListpack, listpack('01 01', 2)), /announces 2 elements, and it has 1/);
  t.regex(refusal(readListpack, listpack('bf 01', 1)), /63 bytes are due at byte 7, and 2 left/);
  t.regex(refusal(readListpack, listpack('f5 01', 1)), /no element begins with byte 245/);
  t.regex(refusal(readListpack, listpack('f0 ffffffff', 1)), /4294967295 bytes are due/);
  t.regex(refusal(readListpack, listpack('ff', 0)), /end mark stands 1 bytes before its end/);
  t.regex(refusal(readListpack, hex('06000000 0000')), /1 bytes are due at byte 6, and 0 left/);
});

test('the length behind an element takes a byte more where Redis has it so', (t) => {
  const sizeBehind = (form: 'shortest' | 'redis', length: number): number => {
    const writer = new ListpackText(form);
    const header = length < 66 ? 1 : length < 4098 ? 2 : 5;
    writer.string('x'.repeat(length - header));
    return writer.whole.length - 7 - length;
  };
  const lengths = [1, 126, 127, 128, 16382, 16383, 16384, 2097150, 2097151, 2097152];
  t.deepEqual(
    lengths.map((length) => sizeBehind('shortest', length)),
    [1, 1, 1, 2, 2, 2, 3, 3, 3, 4],
  );
  t.deepEqual(
    lengths.map((length) => sizeBehind('redis', length)),
    [1, 1, 1, 2, 2, 3, 3, 3, 4, 4],
  );
});

test('a listpack reads back as it was written', (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 70 }),
    fc
      .constantFrom(62, 63, 64, 125, 126, 127, 4094, 4095, 4096, 16377, 16378, 16379)
      .map((length) => 'x'.repeat(length)),
  );
  const elements = fc.array(fc.oneof(texts, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })));
  fc.assert(
    fc.property(elements, fc.constantFrom('shortest' as const, 'redis' as const), (list, form) => {
      const writer = new ListpackText(form);
      for (const element of list) {
        if (typeof element === 'string') writer.string(element);
        else writer.integer(element);
      }
      t.deepEqual(read(readListpack, Buffer.from(writer.whole, 'latin1')), list.map(String));
    }),
  );
});

test('a ziplist gives each form of an integer', (t) => {
  const elements = [
    '00 f1', // 0 in the form itself
    '02 fd', // 12
    '02 fe 80', // -128
    '03 c0 0080', // -32768
    '04 f0 ffff7f', // 8388607
    '05 d0 00000080', // -2147483648
    '06 e0 ffffffffffffff7f', // 2^63 - 1
  ];
  t.deepEqual(read(readZiplist, ziplist(elements.join(' '), elements.length)), [
    '0',
    '12',
    '-128',
    '-32768',
    '8388607',
    '-2147483648',
    '9223372036854775807',
  ]);
});

test('a ziplist gives each form of a string, behind a short and a long one', (t) => {
  const long = Buffer.alloc(300, 'l').toString('hex');
  const elements = ['00 02 6869', `04 412c ${long}`, 'fe 2f010000 00', '07 80 00000001 78'];
  t.deepEqual(read(readZiplist, ziplist(elements.join(' '), 4)), ['hi', 'l'.repeat(300), '', 'x']);
});

test('a ziplist that is wrong is refused with its fault', (t) => {
  t.regex(refusal(readZiplist, ziplist('00 f1', 3)), /announces 3 elements, and it has 1/);
  t.regex(refusal(readZiplist, ziplist('00 c1', 1)), /no element begins with byte 193/);
  t.regex(refusal(readZiplist, ziplist('00 ff', 1)), /no element begins with byte 255/);
  t.regex(refusal(readZiplist, ziplist('00 80 ffffffff', 1)), /4294967295 bytes are due/);
  t.regex(refusal(readZiplist, ziplist('ff', 0)), /end mark stands 1 bytes before its end/);
  t.regex(refusal(readZiplist, hex('0b000000 00000000 0000')), /header says that it has 11/);
});

test('an intset gives integers of each size', (t) => {
  t.deepEqual(read(readIntset, hex('02000000 02000000 ffff 0100')), ['-1', '1']);
  t.deepEqual(read(readIntset, hex('04000000 01000000 00000080')), ['-2147483648']);
  t.deepEqual(read(readIntset, hex('08000000 01000000 ffffffffffffff7f')), ['9223372036854775807']);
});

test('an intset that is wrong is refused with its fault', (t) => {
  t.regex(refusal(readIntset, hex('03000000 01000000 000000')), /integers of 3 bytes/);
  t.regex(refusal(readIntset, hex('02000000 ffffffff 0000')), /announces 4294967295 integers/);
  t.regex(refusal(readIntset, hex('02000000 01000000 000000')), /announces 1 integers of 2 bytes/);
});

test('a zipmap gives fields and values, and passes over unused bytes', (t) => {
  t.deepEqual(read(readZipmap, hex('02 01 61 03 00 626262 fe01000000 63 01 02 64 0000 ff')), [
    'a',
    'bbb',
    'c',
    'd',
  ]);
});

test('a zipmap of 254 fields or more is counted', (t) => {
  t.deepEqual(read(readZipmap, hex('fe 01 61 01 00 62 ff')), ['a', 'b']);
});

test('a zipmap that is wrong is refused with its fault', (t) => {
  t.regex(refusal(readZipmap, hex('02 01 61 01 00 62 ff')), /announces 2 fields, and it has 1/);
  t.regex(refusal(readZipmap, hex('01 01 61 ff')), /ends between a field and its value/);
  t.regex(refusal(readZipmap, hex('01 01 61 01 00 62 ff 00')), /end mark stands 1 bytes before/);
  t.regex(refusal(readZipmap, hex('01 fe ffffffff 61')), /4294967295 bytes are due/);
});

test('any bytes are unpacked or refused, whatever they claim to be', (t) => {
  let refused = 0;
  for (const unpack of [readListpack, readZiplist, readIntset, readZipmap]) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        if (refusal(unpack, Buffer.from(bytes)) !== 'none') refused += 1;
      }),
      { numRuns: 1000 },
    );
  }
  t.true(refused > 0);
});
