import type { MemoryBudget } from './memory-budget.ts';
import { Packed } from './packed.ts';

const END = 255;

/** The length of the element before, where it does not fit into one byte. */
const LONG = 254;

/** The count of a ziplist with so many elements or more: count them yourself. */
const UNCOUNTED = 65535;

/** The elements of a ziplist, which Redis before 7 used where it uses a listpack now. */
export function readZiplist(bytes: Buffer, budget: MemoryBudget): string[] {
  const packed: Packed = new Packed('a ziplist', bytes, budget);
  const total = packed.unsigned(4);
  const tailOffset = 4;
  packed.skip(tailOffset);
  const count = packed.unsigned(2);
  if (total !== packed.length) packed.refuse(`its header says that it has ${total}`);
  const elements: string[] = [];
  for (;;) {
    const lengthBefore = packed.byte();
    if (lengthBefore === END) break;
    if (lengthBefore === LONG) packed.skip(4);
    elements.push(readElement(packed, packed.byte()));
  }
  if (packed.left > 0) packed.refuse(`its end mark stands ${packed.left} bytes before its end`);
  if (count !== UNCOUNTED && count !== elements.length) {
    packed.refuse(`its header announces ${count} elements, and it has ${elements.length}`);
  }
  return elements;
}

const readElement = (packed: Packed, first: number): string => {
  if (first < 0x40) return packed.text(first);
  if (first < 0x80) return packed.text(((first & 0x3f) << 8) | packed.byte());
  if (first > 0xf0 && first < 0xfe) return packed.asText((first & 0x0f) - 1);
  switch (first) {
    case 0x80:
      return packed.text(packed.bigEndian(4));
    case 0xc0:
      return packed.integer(2);
    case 0xd0:
      return packed.integer(4);
    case 0xe0:
      return packed.integer(8);
    case 0xf0:
      return packed.integer(3);
    case 0xfe:
      return packed.integer(1);
    default:
      return packed.refuse(`no element begins with byte ${first}`);
  }
};
