import test from 'ava';
import { parsePsyncReply, parseSnapshotHeader } from '../../src/wire/psync-reply.ts';

const ID = 'f'.repeat(40);

for (const [line, expected] of [
  ['+CONTINUE', { answer: 'continue', replid: null }],
  [`+CONTINUE ${ID}`, { answer: 'continue', replid: ID }],
  [`+FULLRESYNC ${ID} 163`, { answer: 'fullresync', replid: ID, offset: 163 }],
  ['-NOMASTERLINK no', { answer: 'error', text: 'NOMASTERLINK no' }],
] as const) {
  test(`${line.slice(0, 20)} is read for what it says`, (t) => {
    t.deepEqual(parsePsyncReply(line), expected);
  });
}

for (const line of [
  '',
  '+OK',
  '+CONTINUED',
  `+CONTINUE ${ID} 5`,
  '+FULLRESYNC',
  `+FULLRESYNC ${ID}`,
  '+FULLRESYNC short 5',
  `+FULLRESYNC ${ID} 5x`,
  `+FULLRESYNC ${ID} 9007199254740993`,
  `+FULLRESYNC ${ID} 5 6`,
  `+fullresync ${ID} 5`,
]) {
  test(`${JSON.stringify(line.slice(0, 60))} is no answer to PSYNC`, (t) => {
    t.deepEqual(parsePsyncReply(line), { answer: 'none-of-these', line });
  });
}

test('a snapshot begins with its length or with a mark of 40 characters', (t) => {
  t.deepEqual(parseSnapshotHeader('$0'), { target: 'disk', length: 0 });
  t.deepEqual(parseSnapshotHeader('$171'), { target: 'disk', length: 171 });
  t.deepEqual(parseSnapshotHeader(`$EOF:${ID}`), { target: 'socket', mark: ID });
  for (const line of ['', '171', '$', '$-1', '$1x', '$EOF:short', `$EOF:${ID}0`]) {
    t.true('malformed' in parseSnapshotHeader(line), line);
  }
});
