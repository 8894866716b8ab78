import { Fault, type Kernel } from '../compile/kernel.ts';
import type { Field, Layout } from '../compile/layout.ts';

/** Enough states to see which fields change often. */
const SAMPLE_STATES = 4000;

/** Of so many successors one may belong to another worker than the state that it follows. */
const KEPT_SUCCESSORS = 4;

/** One state as it stands in a sample, and one of its successors. */
type Seen = (before: Int32Array, after: Int32Array) => void;

/** Walks the first states breadth first. Ends early where the model makes a mistake, which the search will report. */
const sample = (kernel: Kernel, words: number, start: Int32Array, seen: Seen): void => {
  const known = new Set([start.join()]);
  const queue = [start];
  for (let next = 0; next < queue.length && queue.length < SAMPLE_STATES; next += 1) {
    const before = queue[next] ?? start;
    let end = 0;
    try {
      end = kernel.single(before, 0);
    } catch (error) {
      if (error instanceof Fault) return;
      throw error;
    }
    for (let at = 0; at < end; at += words) {
      const after = kernel.batch.slice(at, at + words);
      seen(before, after);
      const key = after.join();
      if (known.has(key)) continue;
      known.add(key);
      queue.push(after);
    }
  }
};

const maskOf = ({ shift, bits }: Field): number => ((2 ** bits - 1) * 2 ** shift) | 0;

/**
 * The bits of a state that decide who owns it, as a mask for each word: those of the fields that change least. A state
 * then has most of its successors with the same worker, which spares sending them, and finds there most of the states
 * that have the same successors, which spares looking these up.
 */
export const ownerMasks = (kernel: Kernel, layout: Layout, start: Int32Array): number[] => {
  const { words, fields } = layout;
  const changes = fields.map(() => 0);
  const moves: Int32Array[] = [];
  sample(kernel, words, start, (before, after) => {
    const changed = before.map((word, place) => word ^ (after[place] ?? 0));
    moves.push(changed);
    for (const [place, field] of fields.entries()) {
      if (((changed[field.word] ?? 0) & maskOf(field)) !== 0) {
        changes[place] = (changes[place] ?? 0) + 1;
      }
    }
  });
  const steady = fields
    .map((field, place) => ({ field, changes: changes[place] ?? 0 }))
    .filter((each) => each.changes > 0)
    .sort((one, other) => one.changes - other.changes);
  const masks = Array.from({ length: words }, () => 0);
  for (const { field } of steady) {
    const wider = masks.map((mask, word) => (word === field.word ? mask | maskOf(field) : mask));
    const leaving = moves.filter((move) =>
      move.some((bits, word) => (bits & (wider[word] ?? 0)) !== 0),
    );
    if (leaving.length * KEPT_SUCCESSORS > moves.length) break;
    masks.splice(0, words, ...wider);
  }
  return masks.every((mask) => mask === 0) ? masks.map(() => -1) : masks;
};
