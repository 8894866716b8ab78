import type { MemoryBudget } from './memory-budget.ts';
import { Packed } from './packed.ts';

const END = 255;

/** The count of a listpack with so many elements or more: count them yourself. */
const UNCOUNTED = 65535;

/** The elements of a listpack, integers as the text that they stand for. */
export function readListpack(bytes: Buffer, budget: MemoryBudget): string[] {
  const packed: Packed = new Packed('a listpack', bytes, budget);
  const total = packed.unsigned(4);
  const count = packed.unsigned(2);
  if (total !== packed.length) packed.refuse(`its header says that it has ${total}`);
  const elements: string[] = [];
  for (;;) {
    const before = packed.left;
    const first = packed.byte();
    if (first === END) break;
    elements.push(readElement(packed, first));
    skipBackLength(packed, before - packed.left);
  }
  if (packed.left > 0) packed.refuse(`its end mark stands ${packed.left} bytes before its end`);
  if (count !== UNCOUNTED && count !== elements.length) {
    packed.refuse(`its header announces ${count} elements, and it has ${elements.length}`);
  }
  return elements;
}

const readElement = (packed: Packed, first: number): string => {
  if (first < 0x80) return packed.asText(first);
  if (first < 0xc0) return packed.text(first & 0x3f);
  if (first < 0xe0) {
    const unsigned = ((first & 0x1f) << 8) | packed.byte();
    return packed.asText(unsigned >= 0x1000 ? unsigned - 0x2000 : unsigned);
  }
  if (first < 0xf0) return packed.text(((first & 0x0f) << 8) | packed.byte());
  switch (first) {
    case 0xf0:
      return packed.text(packed.unsigned(4));
    case 0xf1:
      return packed.integer(2);
    case 0xf2:
      return packed.integer(3);
    case 0xf3:
      return packed.integer(4);
    case 0xf4:
      return packed.integer(8);
    default:
      return packed.refuse(`no element begins with byte ${first}`);
  }
};

/**
 * Passes over an element's length, which is repeated behind it for reading backwards. Redis takes a byte more than it
 * needs for 2^14 - 1, 2^21 - 1 and 2^28 - 1, and so does Valkey before 9; then the first byte is zero.
 */
const skipBackLength = (packed: Packed, length: number): void => {
  const first = packed.byte();
  packed.skip(first === 0 ? backLengthSize(length) : backLengthSize(length) - 1);
};

/** How many bytes an element's length needs behind it: seven bits in each. */
export const backLengthSize = (length: number): number => {
  if (length < 2 ** 7) return 1;
  if (length < 2 ** 14) return 2;
  if (length < 2 ** 21) return 3;
  return length < 2 ** 28 ? 4 : 5;
};
