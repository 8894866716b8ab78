import { combinations } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import type { IndexSet } from '../model/domain.ts';
import type { Model } from '../model/model.ts';
import type { Field, Layout } from './layout.ts';
import { wordList } from './write-program.ts';

/** A renumbering of the members of each index set: `of(set)[member]` is the new number. */
export type Renumbering = ReadonlyMap<IndexSet, readonly number[]>;

/** Every state is compared with this many others at most. */
const RENUMBERINGS_MAX = 720;

const permutations = (size: number): number[][] => {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((shorter) =>
    Array.from({ length: size }, (_, place) => shorter.toSpliced(place, 0, size - 1)),
  );
};

/** All ways to renumber the interchangeable members of a model, the one that changes nothing left out. */
export const renumberingsOf = (model: Model): Renumbering[] => {
  const sets = model.indexSets.filter(({ interchangeable }) => interchangeable);
  const orders = sets.map(({ size }) => permutations(size));
  const count = orders.reduce((product, { length }) => product * length, 1);
  if (count > RENUMBERINGS_MAX) {
    throw new ModelError(
      `${count} renumberings are too many for symmetry reduction: at most ${RENUMBERINGS_MAX}`,
    );
  }
  return combinations(orders.map(({ length }) => length))
    .map(
      (picked) =>
        new Map(sets.map((set, place) => [set, orders[place]?.[picked[place] ?? 0] ?? []])),
    )
    .filter((renumbering) =>
      [...renumbering.values()].some((order) => order.some((to, from) => to !== from)),
    );
};

const renumbered = (renumbering: Renumbering, set: IndexSet, member: number): number =>
  renumbering.get(set)?.[member] ?? member;

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

const shiftedBy = (code: string, by: number): string =>
  by === 0 ? code : by > 0 ? `(${code} << ${by})` : `(${code} >>> ${-by})`;

/** Writes one renumbering of a packed state as expressions over its words, one for each word of the result. */
class RenumberingWriter {
  readonly #layout: Layout;
  readonly #renumbering: Renumbering;
  /** Bits that move alike: from one word to one word by one distance. */
  readonly #moves = new Map<string, { from: number; to: number; by: number; mask: number }>();
  readonly #mapped: { readonly to: number; readonly code: string }[] = [];

  constructor(layout: Layout, renumbering: Renumbering) {
    this.#layout = layout;
    this.#renumbering = renumbering;
    for (const field of layout.fields) this.#place(field);
    const { word, bit } = layout.tag;
    if (bit >= 0) this.#move(word, word, 0, 2 ** bit);
  }

  #target({ cell: { variable, at } }: Field): Field {
    const moved = at.map((member, dimension) => {
      const set = variable.over[dimension];
      return set === undefined ? member : renumbered(this.#renumbering, set, member);
    });
    const target = this.#layout.fields.find(
      ({ cell }) =>
        cell.variable === variable && cell.at.every((member, place) => member === moved[place]),
    );
    // A renumbering maps members to members, so the cell exists.
    if (target === undefined) throw new RangeError(`no cell ${variable.name}[${moved.join('][')}]`);
    return target;
  }

  #place(field: Field): void {
    const target = this.#target(field);
    const { domain } = field.cell.variable;
    const order = domain.holds === 'index' ? this.#renumbering.get(domain.of) : undefined;
    if (order === undefined) {
      const mask = (2 ** field.bits - 1) * 2 ** field.shift;
      this.#move(field.word, target.word, target.shift - field.shift, mask);
    } else {
      this.#mapped.push({ to: target.word, code: this.#lookUp(field, target, order) });
    }
  }

  #move(from: number, to: number, by: number, mask: number): void {
    const key = `${from} ${to} ${by}`;
    const move = this.#moves.get(key) ?? { from, to, by, mask: 0 };
    move.mask |= mask;
    this.#moves.set(key, move);
  }

  /** The new numbers stand in one constant, from which the old number picks. A group of 720 has 6 members at most. */
  #lookUp(field: Field, target: Field, order: readonly number[]): string {
    if (field.bits === 0) return '0';
    const mask = 2 ** field.bits - 1;
    const table = order.reduce((sum, to, from) => sum + to * 2 ** (from * field.bits), 0);
    const old = `((x${field.word} >>> ${field.shift}) & ${hex(mask)})`;
    return shiftedBy(`((${hex(table)} >>> (${old} * ${field.bits})) & ${hex(mask)})`, target.shift);
  }

  word(word: number): string {
    const moved = [...this.#moves.values()]
      .filter(({ to }) => to === word)
      .map(({ from, by, mask }) => shiftedBy(`(x${from} & ${hex(mask)})`, by));
    const mapped = this.#mapped.filter(({ to }) => to === word).map(({ code }) => code);
    return [...moved, ...mapped].join(' | ') || '0';
  }
}

const isLess = (words: number, one: string, other: string, word = 0): string => {
  const less = `${one}${word} < ${other}${word}`;
  if (word === words - 1) return less;
  return `${less} || (${one}${word} === ${other}${word} && (${isLess(words, one, other, word + 1)}))`;
};

/** Text of `canonical(i)`: puts the least of all renumberings of the state at place `i` of the batch there. */
export const writeCanonical = (model: Model, layout: Layout): string => {
  const words = Array.from({ length: layout.words }, (_, word) => word);
  const blocks = renumberingsOf(model).map((renumbering) => {
    const writer = new RenumberingWriter(layout, renumbering);
    return [
      '{',
      ...words.map((word) => `const y${word} = ${writer.word(word)};`),
      `if (${isLess(layout.words, 'y', 'm')}) {`,
      ...words.map((word) => `m${word} = y${word};`),
      '}}',
    ].join(' ');
  });
  return [
    'function canonical(i) {',
    ...words.map((word) => `const x${word} = b[i + ${word}];`),
    `let ${wordList(layout.words, 'm').replaceAll(/m(\d+)/g, 'm$1 = x$1')};`,
    ...blocks,
    ...words.map((word) => `b[i + ${word}] = m${word};`),
    '}',
  ].join('\n');
};
