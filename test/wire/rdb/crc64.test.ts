import test from 'ava';
import fc from 'fast-check';
import { Crc64 } from '../../../src/wire/rdb/crc64.ts';

const crcOf = (...chunks: readonly Uint8Array[]): bigint => {
  const crc = new Crc64();
  for (const chunk of chunks) crc.update(chunk);
  return crc.value;
};

/** The definition, bit by bit. */
const slowCrcOf = (bytes: Uint8Array): bigint => {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
    }
  }
  return crc;
};

test('the checksum of "123456789" is the one that Redis publishes', (t) => {
  t.is(crcOf(Buffer.from('123456789')), 0xe9c6d914c4b8d9can);
});

test('nothing has the checksum zero', (t) => {
  t.is(crcOf(), 0n);
});

test('the checksum follows its definition bit by bit, wherever the bytes are cut', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      t.is(crcOf(bytes.subarray(0, cut), bytes.subarray(cut)), slowCrcOf(bytes));
    }),
  );
});

test('a part of a buffer has the checksum of its bytes alone', (t) => {
  const crc = new Crc64();
  crc.update(Buffer.from('xx123456789yy'), 2, 11);
  t.is(crc.value, 0xe9c6d914c4b8d9can);
});
