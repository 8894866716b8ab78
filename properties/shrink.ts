import type { Case, Operation } from './operations.ts';

/** Runs a smaller case, and tells whether it still shows what the larger one did. */
export type StillFails = (smaller: Case) => Promise<boolean>;

/** The same operation with less in it, simplest first. */
const simpler = (operation: Operation): readonly Operation[] => {
  switch (operation.do) {
    case 'write':
      return [
        ...(operation.size > 1 ? [{ ...operation, size: 1 }] : []),
        ...(operation.database > 0 ? [{ ...operation, database: 0 }] : []),
      ];
    case 'transaction':
      return [{ do: 'write', node: operation.node, size: 1, database: 0 }];
    case 'cut':
      return operation.after > 0 ? [{ ...operation, after: 0 }] : [];
    case 'expire':
      return [{ do: 'cut', node: operation.node, after: 0 }];
    case 'pass':
      return operation.milliseconds > 1 ? [{ ...operation, milliseconds: 1 }] : [];
    case 'restart':
      return operation.saves ? [] : [{ ...operation, saves: true }];
    default:
      return [];
  }
};

/** Every case that is a step smaller, the largest steps first. */
const smallerThan = function* ({ seed, diskless, operations }: Case): Generator<Case> {
  for (let size = Math.ceil(operations.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let from = 0; from < operations.length; from += size) {
      const left = [...operations.slice(0, from), ...operations.slice(from + size)];
      yield { seed, diskless, operations: left };
    }
  }
  for (const [index, operation] of operations.entries()) {
    for (const other of simpler(operation)) {
      yield { seed, diskless, operations: operations.with(index, other) };
    }
  }
  if (diskless) yield { seed, diskless: false, operations };
  for (let other = 0; other < Math.min(seed, SMALL_SEEDS); other += 1) {
    yield { seed: other, diskless, operations };
  }
};

const SMALL_SEEDS = 3;

/** Makes a case as small as it gets within so many tries, as long as it still fails. */
export const shrink = async (
  failing: Case,
  stillFails: StillFails,
  tries: number,
): Promise<Case> => {
  let smallest = failing;
  let left = tries;
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (left <= 0) return smallest;
      left -= 1;
      if (!(await stillFails(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
};
