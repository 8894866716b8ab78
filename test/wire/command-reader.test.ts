import test from 'ava';
import fc from 'fast-check';
import { COMMAND_LIMITS } from '../../src/wire/command-header.ts';
import { CommandReader } from '../../src/wire/command-reader.ts';
import { splitInline } from '../../src/wire/inline.ts';
import { encodeCommand, encodeReply } from '../../src/wire/resp.ts';
import { SEED } from '../seed.ts';

const word = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const piece = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => ({
    bytes: encodeCommand(words),
    words,
  })),
  fc
    .constantFrom('\n', '\r\n', '*0\r\n', '*-1\r\n')
    .map((text) => ({ bytes: Buffer.from(text), words: null })),
  fc
    .array(fc.constantFrom('PING', 'x', '1'), { minLength: 1, maxLength: 3 })
    .map((words) => ({ bytes: Buffer.from(`${words.join('  ')}\r\n`), words })),
);

test(`commands read byte by byte are those that were sent, and their sizes add up (seed ${SEED})`, (t) => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.nat({ max: 7 }), (sent, step) => {
      const bytes = Buffer.concat(sent.map((each) => each.bytes));
      const reader = new CommandReader();
      const heard: (readonly string[] | null)[] = [];
      let size = 0;
      for (let at = 0; at < bytes.length; at += step + 1) {
        reader.push(bytes.subarray(at, at + step + 1));
        for (let read = reader.next(); read !== 'incomplete'; read = reader.next()) {
          if ('malformed' in read) throw new Error(read.malformed);
          size += read.size;
          heard.push('nothing' in read ? null : read.command);
        }
      }
      t.deepEqual(
        heard,
        sent.map(({ words }) => words),
      );
      t.is(size, bytes.length);
      t.is(reader.unread, 0);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

test('the bytes of half a command are unread', (t) => {
  const whole = encodeCommand(['SET', 'key', 'value']);
  for (let length = 0; length < whole.length; length += 1) {
    const reader = new CommandReader();
    reader.push(whole.subarray(0, length));
    t.is(reader.next(), 'incomplete');
    t.is(reader.unread, length);
  }
});

test('a word of the greatest length is read, written and answered byte for byte, and a longer one is refused', (t) => {
  const { bulk } = COMMAND_LIMITS;
  const reader = new CommandReader();
  const value = Buffer.alloc(bulk);
  value[bulk - 1] = 0xff;
  reader.push(Buffer.from(`*2\r\n$3\r\nGET\r\n$${bulk}\r\n`));
  reader.push(value);
  reader.push(Buffer.from('\r\n'));
  const read = reader.next();
  t.true(typeof read === 'object' && 'command' in read);
  const word = typeof read === 'object' && 'command' in read ? (read.command[1] ?? '') : '';
  const header = `$${bulk}\r\n`;
  const written = encodeCommand(['GET', word]);
  t.is(written.length, '*2\r\n$3\r\nGET\r\n'.length + header.length + bulk + 2);
  t.true(written.subarray(-bulk - 2, -2).equals(value));
  t.true(encodeReply({ bulk: word }).subarray(header.length, -2).equals(value));

  const longer = new CommandReader();
  longer.push(Buffer.from(`*2\r\n$3\r\nGET\r\n$${bulk + 1}\r\n`));
  t.deepEqual(longer.next(), { malformed: 'invalid bulk length' });
});

for (const [line, words] of [
  ['', []],
  ['   ', []],
  ['PING', ['PING']],
  ['  SET  a   b ', ['SET', 'a', 'b']],
  ['SET "a b" \'c d\'', ['SET', 'a b', 'c d']],
  ['ECHO "\\x41\\n\\"" x', ['ECHO', 'A\n"', 'x']],
  ["ECHO 'it\\'s'", ['ECHO', "it's"]],
  ['ECHO ""', ['ECHO', '']],
  ['ECHO "a"b', null],
  ['ECHO "a', null],
  ["ECHO 'a", null],
] as const) {
  test(`the inline command ${JSON.stringify(line)} is ${JSON.stringify(words)}`, (t) => {
    t.deepEqual(splitInline(line), words && [...words]);
  });
}
