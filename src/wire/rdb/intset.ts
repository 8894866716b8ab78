import type { MemoryBudget } from './memory-budget.ts';
import { Packed } from './packed.ts';

/** The members of a set of integers, as the text that they stand for. */
export function readIntset(bytes: Buffer, budget: MemoryBudget): string[] {
  const packed: Packed = new Packed('an intset', bytes, budget);
  const size = packed.unsigned(4);
  const count = packed.unsigned(4);
  if (size !== 2 && size !== 4 && size !== 8) packed.refuse(`integers of ${size} bytes`);
  if (count * size !== packed.left) {
    packed.refuse(`its header announces ${count} integers of ${size} bytes each`);
  }
  const members: string[] = [];
  while (members.length < count) members.push(packed.integer(size));
  return members;
}
