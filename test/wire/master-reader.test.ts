import test from 'ava';
import fc from 'fast-check';
import { CONTROL_COMMANDS } from '../../models/rules/application.ts';
import { readCommands } from '../../src/wire/command-reader.ts';
import { MasterReader } from '../../src/wire/master-reader.ts';
import { encodeCommand } from '../../src/wire/resp.ts';
import { SEED } from '../seed.ts';

const BLANK: readonly string[] = [];

const data = fc.tuple(fc.constantFrom('SET', 'incr', 'UNKNOWN'), fc.string({ maxLength: 9 }));
const control = fc.constantFrom(
  ['MULTI'],
  ['exec'],
  ['SELECT', '3'],
  ['REPLCONF', 'GETACK', '*'],
  BLANK,
);
const streams = fc.array(fc.oneof(data, data, control), { maxLength: 20 });

const bytesOf = (words: readonly string[]): Buffer =>
  words.length === 0 ? Buffer.from('\n') : encodeCommand(words);

test(`a stream in any chunks is heard whole and in order, data in runs and the rest by itself (seed ${SEED})`, (t) => {
  let runs = 0;
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 60 }), (sent, size) => {
      const bytes = Buffer.concat(sent.map(bytesOf));
      const reader = new MasterReader(CONTROL_COMMANDS);
      reader.takeStream();
      const heard: (readonly string[])[] = [];
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        reader.push(bytes.subarray(at, at + size));
        for (let read = reader.next(); read !== 'incomplete'; read = reader.next()) {
          if ('data' in read) {
            const words = [...readCommands(read.data)];
            t.is(words.length, read.count);
            if (read.count > 1) runs += 1;
            heard.push(...words);
            pieces.push(...read.data);
          } else if ('words' in read) {
            t.false(['SET', 'incr', 'UNKNOWN'].includes(read.words[0] ?? ''));
            heard.push(read.words);
            pieces.push(read.bytes);
          } else t.fail(JSON.stringify(read));
        }
      }
      t.deepEqual(heard, sent);
      t.true(Buffer.concat(pieces).equals(bytes));
    }),
    { seed: SEED, numRuns: 2000 },
  );
  t.true(runs > 0, 'no two commands were heard at once');
});

test('bytes that are no command end the stream behind all that came before', (t) => {
  const reader = new MasterReader(CONTROL_COMMANDS);
  reader.takeStream();
  reader.push(Buffer.concat([encodeCommand(['SET', 'key', 'value']), Buffer.from('PING\r\n')]));
  const first = reader.next();
  t.true(typeof first === 'object' && 'data' in first && first.count === 1);
  t.deepEqual(reader.next(), { broken: 'an inline command' });
});

test('a command without end is given up at the limit, and nothing is kept of what follows', (t) => {
  const reader = new MasterReader(CONTROL_COMMANDS, 5000);
  reader.takeStream();
  reader.push(Buffer.concat([encodeCommand(['SET', 'key', 'value']), Buffer.from('*1000000\r\n')]));
  const first = reader.next();
  t.true(typeof first === 'object' && 'data' in first);
  const word = encodeCommand(['x'.repeat(100)]).subarray('*1\r\n'.length);
  let read = reader.next();
  for (let words = 0; read === 'incomplete' && words < 1000; words += 1) {
    reader.push(word);
    read = reader.next();
  }
  t.deepEqual(read, { broken: 'too big a command' });
  reader.push(encodeCommand(['SET', 'key', 'value']));
  t.deepEqual(reader.next(), { broken: 'too big a command' });
});
