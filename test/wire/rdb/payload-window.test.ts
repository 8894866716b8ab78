import test from 'ava';
import { Crc64 } from '../../../src/wire/rdb/crc64.ts';
import { PayloadWindow } from '../../../src/wire/rdb/payload-window.ts';

const crcOf = (text: string): bigint => {
  const crc = new Crc64();
  crc.update(Buffer.from(text));
  return crc.value;
};

const windowOf = (...chunks: readonly string[]): PayloadWindow => {
  const window = new PayloadWindow(1000);
  for (const chunk of chunks) window.push(Buffer.from(chunk));
  return window;
};

test('the checksum is that of what was read, however often it is asked for', (t) => {
  const window = windowOf('12345', '6789abc');
  window.skip(9);
  t.is(window.checksum(), crcOf('123456789'));
  t.is(window.checksum(), crcOf('123456789'));
  window.skip(3);
  window.push(Buffer.from('d'));
  window.skip(1);
  t.is(window.checksum(), crcOf('123456789abcd'));
});

test('what is captured is what was read, over chunks', (t) => {
  const window = windowOf('xx12');
  window.skip(2);
  window.startCapture();
  window.skip(1);
  window.push(Buffer.from('345'));
  window.skip(4);
  window.push(Buffer.from('678'));
  window.skip(1);
  t.is(window.endCapture().toString(), '123456');
  t.is(window.rest.toString(), '78');
  t.is(window.position, 8);
});

test('text is the same whether it was decoded with what stands before it or alone', (t) => {
  const long = 'z'.repeat(5000);
  const window = windowOf(`ab${long}cd`, 'ef');
  t.is(window.takeText(2), 'ab');
  t.is(window.takeText(5000), long);
  t.is(window.takeText(1), 'c');
  t.is(window.takeText(2), 'de');
  t.is(window.takeText(0), '');
  t.is(window.takeText(1), 'f');
});

test('a window is ready once it has what was lacking', (t) => {
  const window = windowOf('ab');
  t.false(window.has(4));
  t.false(window.ready);
  window.push(Buffer.from('c'));
  t.false(window.ready);
  window.push(Buffer.from('d'));
  t.true(window.ready);
  t.true(window.has(4));
});

test('chunks that were pushed are not written to', (t) => {
  const first = Buffer.from('abcdef');
  const window = new PayloadWindow(1000);
  window.push(first);
  window.skip(5);
  window.push(Buffer.from('gh'));
  t.is(window.rest.toString(), 'fgh');
  t.is(first.toString(), 'abcdef');
});
