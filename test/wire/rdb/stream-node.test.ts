import test from 'ava';
import type { StreamEntry } from '../../../models/vocabulary/index.ts';
import { nodesOf } from '../../../src/wire/rdb/stream-node-text.ts';

const entries = (count: number, length: number): StreamEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}-0`,
    fields: [['f', 'x'.repeat(length - 1)]],
  }));

const sizesOf = (of: readonly StreamEntry[]): number[] => nodesOf(of).map((node) => node.length);

test('a node takes a hundred entries', (t) => {
  t.deepEqual(sizesOf(entries(0, 10)), []);
  t.deepEqual(sizesOf(entries(100, 10)), [100]);
  t.deepEqual(sizesOf(entries(250, 10)), [100, 100, 50]);
});

test('a node takes no more entries once it has 4096 bytes', (t) => {
  t.deepEqual(sizesOf(entries(5, 2048)), [2, 2, 1]);
  t.deepEqual(sizesOf(entries(3, 5000)), [1, 1, 1]);
});
