import type { Folded } from '../compile/folded.ts';
import type { Cells } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import { type Domain, edgesOf } from '../model/domain.ts';

/** How the exported model keeps a variable: so many bits, holding the value less `base`, or the digits of a sequence. */
export interface PromelaField {
  readonly bits: number;
  readonly base: number;
  /** 0 for a variable that is no sequence. */
  readonly digitBits: number;
}

const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));

/** SPIN's bit fields hold no negative numbers. A sequence is packed into one field: a digit for each item, 0 for none. */
export const fieldFor = (domain: Domain): PromelaField => {
  if (domain.holds === 'sequence') {
    const digitBits = bitsFor(domain.high - domain.low + 2);
    const bits = digitBits * domain.longest;
    if (bits > 31) throw new ModelError('Promela export: a sequence takes more than 31 bits');
    return { bits, base: domain.low - 1, digitBits };
  }
  const { low, high } = edgesOf(domain);
  const base = Math.min(low, 0);
  return { bits: bitsFor(high - base + 1), base, digitBits: 0 };
};

const INFIX = {
  plus: '+',
  minus: '-',
  equal: '==',
  same: '==',
  below: '<',
  atMost: '<=',
  and: '&&',
  or: '||',
} as const;

/** Writes folded expressions as Promela. Families live in records, one for each member: `node[1].off`. */
export class PromelaExpressions {
  readonly #cells: Cells;

  constructor(cells: Cells) {
    this.#cells = cells;
  }

  #domain(variable: string): Domain {
    const cell = this.#cells.list.find((known) => known.variable.name === variable);
    // Only names of declared variables come here, and every variable has a cell.
    if (cell === undefined) throw new RangeError(`there is no variable ${variable}`);
    return cell.variable.domain;
  }

  /** The place of a variable, its indices written already. */
  place(variable: string, indices: readonly string[]): string {
    const set = this.#cells.list.find((known) => known.variable.name === variable)?.variable
      .over[0];
    const [first, ...rest] = indices;
    if (set === undefined || first === undefined) return variable;
    return `${set.name}[${first}].${variable}${rest.map((index) => `[${index}]`).join('')}`;
  }

  #read(variable: string, indices: readonly string[]): string {
    const { base, digitBits } = fieldFor(this.#domain(variable));
    const place = this.place(variable, indices);
    return base === 0 || digitBits > 0 ? place : `(${place} + (${base}))`;
  }

  /** The fields of the sequence that an expression stands for; of the empty one, those of its partner. */
  #encoding(folded: Folded): PromelaField | null {
    switch (folded.op) {
      case 'cell':
        return fieldFor(this.#domain(this.#cells.list[folded.cell]?.variable.name ?? ''));
      case 'dynamic':
        return fieldFor(this.#domain(folded.variable));
      case 'append':
        return this.#encoding(folded.left);
      case 'choose':
        return this.#encoding(folded.chosen) ?? this.#encoding(folded.otherwise);
      default:
        return null;
    }
  }

  #known(folded: Folded): PromelaField {
    const encoding = this.#encoding(folded);
    if (encoding !== null) return encoding;
    throw new ModelError('Promela export: an operation on a sequence whose items are not known');
  }

  #length(folded: Folded): string {
    if (this.#encoding(folded) === null) return '0';
    const { bits, digitBits } = this.#known(folded);
    const code = this.write(folded);
    // A sequence has more than n items if digit n is not 0, and so is at least as large as that digit's 1.
    const longer = Array.from(
      { length: bits / digitBits },
      (_, n) => `(${code} >= ${2 ** (n * digitBits)})`,
    );
    return `(${longer.join(' + ')})`;
  }

  write(folded: Folded): string {
    switch (folded.op) {
      case 'constant':
        return folded.value < 0 ? `(${folded.value})` : String(folded.value);
      case 'fault':
        throw new ModelError('Promela export: an index names no member');
      case 'cell': {
        const cell = this.#cells.list[folded.cell];
        return this.#read(cell?.variable.name ?? '', (cell?.at ?? []).map(String));
      }
      case 'dynamic':
        return this.#read(
          folded.variable,
          folded.at.map((index) => this.write(index)),
        );
      case 'table':
        throw new ModelError(
          `Promela export: ${folded.table.name} is a table, which has no form there`,
        );
      case 'not':
        return this.#negation(folded.of);
      case 'length':
        return this.#length(folded.of);
      case 'choose':
        return this.#choice(
          this.write(folded.condition),
          this.write(folded.chosen),
          this.write(folded.otherwise),
        );
      case 'max':
      case 'min': {
        const [left, right] = [this.write(folded.left), this.write(folded.right)];
        const order = folded.op === 'max' ? '>=' : '<=';
        return this.#choice(`${left} ${order} ${right}`, left, right);
      }
      case 'append': {
        const { base, digitBits } = this.#known(folded.left);
        const digit = this.#less(this.write(folded.right), base);
        return `(${this.write(folded.left)} | (${digit} << (${digitBits} * ${this.#length(folded.left)})))`;
      }
      case 'item': {
        const { base, digitBits } = this.#known(folded.left);
        const shift = `${digitBits} * (${this.write(folded.right)} - 1)`;
        const digit = `((${this.write(folded.left)} >> (${shift})) & ${2 ** digitBits - 1})`;
        return base === 0 ? digit : `(${digit} + (${base}))`;
      }
      case 'prefix':
        return this.#prefix(folded.left, folded.right);
      default:
        return `(${this.write(folded.left)} ${INFIX[folded.op]} ${this.write(folded.right)})`;
    }
  }

  #negation(folded: Folded): string {
    if (folded.op !== 'equal' && folded.op !== 'same') return `!(${this.write(folded)})`;
    return `(${this.write(folded.left)} != ${this.write(folded.right)})`;
  }

  #choice(condition: string, chosen: string, otherwise: string): string {
    return `(${condition} -> ${chosen} : ${otherwise})`;
  }

  #less(code: string, base: number): string {
    return base === 0 ? code : `(${code} - (${base}))`;
  }

  #prefix(left: Folded, right: Folded): string {
    if (this.#encoding(left) === null) return '1';
    const { digitBits } = this.#known(left);
    const mask = `((1 << (${digitBits} * ${this.#length(left)})) - 1)`;
    return `(((${this.write(left)} ^ ${this.write(right)}) & ${mask}) == 0)`;
  }

  /** A value as the field of a variable keeps it. */
  stored(variable: string, folded: Folded): string {
    const { base, digitBits } = fieldFor(this.#domain(variable));
    const code = this.write(folded);
    return digitBits > 0 ? code : this.#less(code, base);
  }
}
