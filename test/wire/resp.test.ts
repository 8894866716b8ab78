import test from 'ava';
import fc from 'fast-check';
import type { RespValue } from '../../models/vocabulary/index.ts';
import { ByteQueue } from '../../src/wire/byte-queue.ts';
import { encodeReply, type ReplyLimits, ReplyReader } from '../../src/wire/resp.ts';
import { SEED } from '../seed.ts';

const line = fc.string({ unit: fc.constantFrom('a', ' ', '-', '+', 'é'), maxLength: 8 });
const bulk = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const { value } = fc.letrec<{ value: RespValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    line.map((simple): RespValue => ({ simple })),
    line.map((error): RespValue => ({ error })),
    fc.maxSafeInteger().map((integer): RespValue => ({ integer })),
    bulk.map((text): RespValue => ({ bulk: text })),
    fc.constant<RespValue>(null),
    fc.array(tie('value'), { maxLength: 4 }).map((array): RespValue => ({ array })),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 })
      .map((map): RespValue => ({ map })),
  ),
}));

/** Cuts bytes at arbitrary places. */
const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
};

test(`replies read in any pieces are the replies that were written (seed ${SEED})`, (t) => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      (values, cuts) => {
        const bytes = Buffer.concat(values.map((each) => encodeReply(each, 3)));
        const reader = new ReplyReader();
        const heard: RespValue[] = [];
        for (const piece of pieces(bytes, cuts)) {
          reader.push(piece);
          for (let read = reader.next(); read !== 'incomplete'; read = reader.next()) {
            if ('malformed' in read) throw new Error(read.malformed);
            heard.push(read.reply);
          }
        }
        t.deepEqual(heard, values);
      },
    ),
    { seed: SEED, numRuns: 2000 },
  );
  t.pass();
});

test(`any bytes give replies or a clear end, and never an exception (seed ${SEED})`, (t) => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('*', '$', '+', ':', '%', '-', '1', '9', '0', '\r\n', 'x', '#t')),
      (parts) => {
        const reader = new ReplyReader();
        reader.push(Buffer.from(parts.join(''), 'latin1'));
        for (;;) {
          const read = reader.next();
          if (read === 'incomplete') ends.add('incomplete');
          else if ('malformed' in read) ends.add('malformed');
          else continue;
          return;
        }
      },
    ),
    { seed: SEED, numRuns: 5000 },
  );
  t.deepEqual([...ends].sort(), ['incomplete', 'malformed']);
});

const LIMITS: ReplyLimits = { line: 24, bulk: 10, items: 3, depth: 2 };

for (const [what, bytes, message] of [
  ['a line longer than allowed', `+${'x'.repeat(24)}`, /a line longer than 24 bytes/],
  ['a bulk string longer than allowed', '$11\r\n', /a bulk string of 11 bytes/],
  ['a bulk string of length -2', '$-2\r\n', /a bulk string of -2 bytes/],
  ['a length beyond 2^53', '$9007199254740993\r\n', /beyond 2\^53/],
  ['a length that is no number', '$1x\r\n', /is not a signed 64-bit integer/],
  ['an integer beyond 2^63', ':9223372036854775808\r\n', /is not a signed 64-bit integer/],
  ['an integer with a plus sign', ':+1\r\n', /is not a signed 64-bit integer/],
  ['more items than allowed', '*4\r\n', /an array of 4 items/],
  ['arrays nested too deep', '*1\r\n*1\r\n*1\r\n', /nested deeper than 2/],
  ['a bulk string without its end', '$3\r\nabcXY', /does not end with CRLF/],
  ['an unknown kind of reply', '?\r\n', /not a RESP reply: "\?"/],
] as const) {
  test(`${what} is refused by name`, (t) => {
    const reader = new ReplyReader(new ByteQueue(), LIMITS);
    reader.push(Buffer.from(bytes, 'latin1'));
    const read = reader.next();
    t.regex(typeof read === 'object' && 'malformed' in read ? read.malformed : '', message);
  });
}
