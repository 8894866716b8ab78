import type { Cell, Cells } from '../model/cells.ts';
import { cellName } from '../model/cells.ts';
import { FIELD_BITS_MAX, ModelError } from '../model/check.ts';
import { type Domain, edgesOf, type SequenceDomain } from '../model/domain.ts';
import type { CellValue } from '../model/model.ts';

const WORD_BITS = 32;

/**
 * Where a cell stands in a packed state. A number `v` is kept as `v - base`. A sequence is kept as one digit of
 * `digitBits` bits for each item, the first lowest, with `item - base` as the digit; no item has digit 0, which marks
 * the end.
 */
export interface Field {
  readonly cell: Cell;
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  readonly base: number;
  /** 0 for a field that is no sequence. */
  readonly digitBits: number;
}

/** How states are packed into 32-bit words. */
export interface Layout {
  readonly words: number;
  /** In the order of `Cells`. */
  readonly fields: readonly Field[];
  /** A word that is never 0, so that 0 can mark a free slot of a table, and what is added to make it so. */
  readonly tag: { readonly word: number; readonly bit: number };
}

const bitsFor = (count: number): number => Math.ceil(Math.log2(count));

interface Size {
  readonly bits: number;
  readonly base: number;
  readonly digitBits: number;
}

const sequenceSize = (domain: SequenceDomain): Size => {
  const digitBits = bitsFor(domain.high - domain.low + 2);
  return { bits: digitBits * domain.longest, base: domain.low - 1, digitBits };
};

/** A number keeps its own value where that costs no bit more, which saves a subtraction at every use. */
const sizeOf = (domain: Domain): Size => {
  if (domain.holds === 'sequence') return sequenceSize(domain);
  const { low, high } = edgesOf(domain);
  const bits = bitsFor(high - low + 1);
  const base = low >= 0 && bitsFor(high + 1) === bits ? 0 : low;
  return { bits, base, digitBits: 0 };
};

/** Members of the same index together, so that an action about one node changes few words. */
const byMember = (one: Cell, other: Cell): number => {
  if (one.at.length === 0 || other.at.length === 0) return other.at.length - one.at.length;
  return (one.at[0] ?? 0) - (other.at[0] ?? 0);
};

interface Sized {
  readonly cell: Cell;
  readonly size: Size;
}

const firstFit = (items: readonly Sized[]): { fields: Field[]; used: number[] } => {
  const used: number[] = [];
  const fields = items.map(({ cell, size }) => {
    let word = used.findIndex((bits) => bits + size.bits <= WORD_BITS);
    if (word === -1) word = used.push(0) - 1;
    const shift = used[word] ?? 0;
    used[word] = shift + size.bits;
    return { cell, word, shift, ...size };
  });
  return { fields, used };
};

/** A bit that is always set, in the last word with room, or in a word of its own. */
const tagBit = (used: readonly number[]): { word: number; bit: number } => {
  const roomy = used.findLastIndex((bits) => bits < WORD_BITS);
  return roomy === -1 ? { word: used.length, bit: 0 } : { word: roomy, bit: used[roomy] ?? 0 };
};

/** A field that is never 0 does the work of the bit. */
const findTag = (fields: readonly Field[], used: readonly number[]): Layout['tag'] => {
  const nonZero = fields.find(
    ({ cell: { variable }, base }) =>
      variable.domain.holds === 'number' && variable.domain.low - base > 0,
  );
  if (nonZero !== undefined) return { word: nonZero.word, bit: -1 };
  return tagBit(used);
};

/** Packs the cells of a model. Throws a `ModelError` where a single cell is too wide for a field. */
export const layoutOf = (cells: Cells): Layout => {
  const sized = cells.list.map((cell) => ({ cell, size: sizeOf(cell.variable.domain) }));
  const wide = sized.find(({ size }) => size.bits > FIELD_BITS_MAX);
  if (wide !== undefined) {
    const name = cellName(wide.cell.variable.name, wide.cell.at);
    throw new ModelError(
      `${name} takes ${wide.size.bits} bits, and one variable may take ${FIELD_BITS_MAX}: lower a bound`,
    );
  }
  const near = firstFit(sized.toSorted((one, other) => byMember(one.cell, other.cell)));
  const dense = firstFit(sized.toSorted((one, other) => other.size.bits - one.size.bits));
  const { fields, used } = dense.used.length < near.used.length ? dense : near;
  const tag = findTag(fields, used);
  const byCell = new Map(fields.map((field) => [field.cell, field]));
  return {
    words: Math.max(used.length, tag.word + 1),
    fields: cells.list.flatMap((cell) => byCell.get(cell) ?? []),
    tag,
  };
};

const packSequence = (items: readonly number[], { base, digitBits }: Field): number =>
  items.reduce((packed, item, index) => packed | ((item - base) << (index * digitBits)), 0);

const unpackSequence = (packed: number, { base, digitBits }: Field): number[] => {
  const items: number[] = [];
  for (let rest = packed; rest > 0; rest >>>= digitBits) {
    items.push((rest & ((1 << digitBits) - 1)) + base);
  }
  return items;
};

/** A state of values within their domains as words. */
export const pack = (layout: Layout, state: readonly CellValue[]): Int32Array => {
  const words = new Int32Array(layout.words);
  for (const [index, field] of layout.fields.entries()) {
    const value = state[index] ?? 0;
    const packed = typeof value === 'number' ? value - field.base : packSequence(value, field);
    words[field.word] = (words[field.word] ?? 0) | (packed << field.shift);
  }
  const { word, bit } = layout.tag;
  if (bit >= 0) words[word] = (words[word] ?? 0) | (1 << bit);
  return words;
};

/** Undoes `pack`. */
export const unpack = (layout: Layout, words: ArrayLike<number>): CellValue[] =>
  layout.fields.map((field) => {
    const mask = 2 ** field.bits - 1;
    const packed = ((words[field.word] ?? 0) >>> field.shift) & mask;
    return field.digitBits > 0 ? unpackSequence(packed, field) : packed + field.base;
  });
