import type { MemoryBudget } from './memory-budget.ts';
import { Packed } from './packed.ts';

const END = 255;

/** A length that does not fit into one byte. */
const LONG = 254;

/** The fields and values of a small hash of Redis before 2.6, one after the other. */
export function readZipmap(bytes: Buffer, budget: MemoryBudget): string[] {
  const packed: Packed = new Packed('a zipmap', bytes, budget);
  const count = packed.byte();
  const strings: string[] = [];
  for (;;) {
    const length = packed.byte();
    if (length === END) break;
    strings.push(packed.text(longOrShort(packed, length)));
    const valueLength = longOrShort(packed, packed.byte());
    const unused = packed.byte();
    strings.push(packed.text(valueLength));
    packed.skip(unused);
  }
  if (packed.left > 0) packed.refuse(`its end mark stands ${packed.left} bytes before its end`);
  if (count < LONG && count * 2 !== strings.length) {
    packed.refuse(`its header announces ${count} fields, and it has ${strings.length / 2}`);
  }
  return strings;
}

const longOrShort = (packed: Packed, first: number): number => {
  if (first === END) return packed.refuse('it ends between a field and its value');
  return first === LONG ? packed.unsigned(4) : first;
};
