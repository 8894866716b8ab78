import test from 'ava';
import fc from 'fast-check';
import { decompress } from '../../../src/wire/rdb/lzf.ts';
import { MalformedRdb } from '../../../src/wire/rdb/malformed.ts';

const unpack = (bytes: readonly number[], length: number): string =>
  decompress(Buffer.from(bytes), length).toString('latin1');

const refusal = (bytes: readonly number[], length: number): string => {
  try {
    unpack(bytes, length);
  } catch (error) {
    if (error instanceof MalformedRdb) return error.message;
    throw error;
  }
  return 'none';
};

test('a run of bytes is taken as it is', (t) => {
  t.is(unpack([2, 97, 98, 99], 3), 'abc');
});

test('a reference repeats what stands so far back', (t) => {
  // Three bytes as they are, then five from three back: more than there are, so they repeat themselves.
  t.is(unpack([2, 97, 98, 99, 0x60, 2], 8), 'abcabcab');
});

test('a long reference adds its length in a byte of its own', (t) => {
  t.is(unpack([0, 97, 0xe0, 11, 0], 21), 'a'.repeat(21));
});

test('a reference reaches back 8192 bytes', (t) => {
  const far = Array.from({ length: 256 }, (_, run) => [
    31,
    ...Array.from({ length: 32 }, (_, index) => (run === 0 && index < 3 ? 65 + index : 46)),
  ]).flat();
  t.is(unpack([...far, 0x3f, 0xff], 8195).slice(-3), 'ABC');
});

test('what does not unpack is refused with its fault', (t) => {
  t.regex(refusal([5, 97], 6), /a run of bytes goes beyond the end/);
  t.regex(refusal([0x20], 3), /a reference is cut off/);
  t.regex(refusal([0xe0, 1], 3), /a reference is cut off/);
  t.regex(refusal([0x20, 0], 3), /points before the start/);
  t.regex(refusal([0, 97], 2), /there are 1 bytes, not 2/);
  t.regex(refusal([1, 97, 97], 1), /more than 1 bytes/);
  t.regex(refusal([0, 97, 0xe0, 255, 0], 100), /more than 100 bytes/);
});

test('a length that the compressed bytes cannot have is refused before memory is taken', (t) => {
  t.regex(refusal([0xe0, 255, 0], 2 ** 52), /3 compressed bytes are said to hold 4503599627370496/);
});

test('any bytes are unpacked to the length asked for or refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(600), (bytes, length) => {
      const packed = [...bytes];
      if (refusal(packed, length) === 'none') t.is(unpack(packed, length).length, length);
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
