import type { Cells } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import type { Table } from '../model/expression.ts';
import type { Folded } from './folded.ts';
import type { Knowledge } from './knowledge.ts';
import type { Field, Layout } from './layout.ts';
import type { TableNames } from './table-names.ts';

/** How the items of a sequence are kept, see `Field`. */
interface Encoding {
  readonly digitBits: number;
  readonly base: number;
  readonly longest: number;
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

const SYMBOLS = {
  plus: '+',
  minus: '-',
  equal: '===',
  below: '<',
  atMost: '<=',
  and: '&&',
  or: '||',
} as const;

/**
 * Writes folded expressions as JavaScript over the words of a state (`w0`, `w1`, ...). Cells become local constants
 * (`c4`), which the function that uses them declares at its start: see `locals`.
 */
export class ExpressionWriter {
  readonly #cells: Cells;
  readonly #layout: Layout;
  readonly #used = new Set<number>();
  readonly #tables: TableNames;
  #temporaries = 0;

  constructor(cells: Cells, layout: Layout, tables: TableNames) {
    this.#cells = cells;
    this.#layout = layout;
    this.#tables = tables;
  }

  /** Declarations of all cells and temporaries that what was written so far needs. */
  locals(): string[] {
    const cells = [...this.#used]
      .sort((one, other) => one - other)
      .map((cell) => `const c${cell} = ${this.#unpacked(this.field(cell))};`);
    const names = Array.from({ length: this.#temporaries }, (_, index) => `t${index} = 0`);
    return names.length === 0 ? cells : [...cells, `let ${names.join(', ')};`];
  }

  field(cell: number): Field {
    const field = this.#layout.fields[cell];
    // Every cell that an expression names was found in the same list that the layout was made from.
    if (field === undefined) throw new RangeError(`cell ${cell} has no field`);
    return field;
  }

  /** A number as it is, a sequence as it is packed. */
  #unpacked({ word, shift, bits, base, digitBits }: Field): string {
    if (bits === 0) return String(base);
    const moved = shift === 0 ? `w${word}` : `w${word} >>> ${shift}`;
    const top = shift + bits === 32;
    const value = top ? `(${moved})` : `(${moved} & ${hex(2 ** bits - 1)})`;
    return base === 0 || digitBits > 0 ? value : `${value} + ${base}`;
  }

  #temporary(): string {
    this.#temporaries += 1;
    return `t${this.#temporaries - 1}`;
  }

  cell(cell: number): string {
    this.#used.add(cell);
    return `c${cell}`;
  }

  /** As a JavaScript boolean. */
  condition(folded: Folded, knowledge: Knowledge): string {
    switch (folded.op) {
      case 'constant':
        return String(folded.value !== 0);
      case 'cell':
        return `${this.cell(folded.cell)} !== 0`;
      case 'not':
        return this.#negation(folded.of, knowledge);
      case 'and':
      case 'or': {
        const left = this.condition(folded.left, knowledge);
        const right = this.condition(
          folded.right,
          knowledge.after(folded.left, folded.op === 'and'),
        );
        return `(${left} ${SYMBOLS[folded.op]} ${right})`;
      }
      case 'equal':
      case 'below':
      case 'atMost':
        return `${this.number(folded.left, knowledge)} ${SYMBOLS[folded.op]} ${this.number(folded.right, knowledge)}`;
      case 'same':
        return `${this.sequence(folded.left, knowledge).code} === ${this.sequence(folded.right, knowledge).code}`;
      case 'prefix':
        return this.#prefix(folded.left, folded.right, knowledge);
      case 'choose':
      case 'item':
      case 'table':
      case 'fault':
        return `${this.number(folded, knowledge)} !== 0`;
      default:
        // What is left are numbers and sequences, and places that were settled before they came here.
        throw new TypeError(`'${folded.op}' is not a condition`);
    }
  }

  #negation(folded: Folded, knowledge: Knowledge): string {
    if (folded.op === 'cell') return `${this.cell(folded.cell)} === 0`;
    if (folded.op === 'equal') {
      return `${this.number(folded.left, knowledge)} !== ${this.number(folded.right, knowledge)}`;
    }
    return `!(${this.condition(folded, knowledge)})`;
  }

  /** As a JavaScript number; flags as 1 and 0. */
  number(folded: Folded, knowledge: Knowledge): string {
    switch (folded.op) {
      case 'constant':
        return folded.value < 0 ? `(${folded.value})` : String(folded.value);
      case 'cell':
        return this.cell(folded.cell);
      case 'fault':
        return 'fault()';
      case 'plus':
      case 'minus':
        return `(${this.number(folded.left, knowledge)} ${SYMBOLS[folded.op]} ${this.number(folded.right, knowledge)} | 0)`;
      case 'max':
      case 'min': {
        const { op, left, right } = folded;
        return `Math.${op}(${this.number(left, knowledge)}, ${this.number(right, knowledge)})`;
      }
      case 'choose': {
        const condition = this.condition(folded.condition, knowledge);
        const chosen = this.number(folded.chosen, knowledge.after(folded.condition, true));
        const otherwise = this.number(folded.otherwise, knowledge.after(folded.condition, false));
        return `(${condition} ? ${chosen} : ${otherwise})`;
      }
      case 'item':
        return this.#item(folded.left, folded.right, knowledge);
      case 'table':
        return this.#table(folded.table, folded.of, knowledge);
      case 'length': {
        const { code, encoding } = this.sequence(folded.of, knowledge);
        return encoding === null ? '0' : `(${digits(code, encoding)})`;
      }
      default:
        return `(${this.condition(folded, knowledge)} ? 1 : 0)`;
    }
  }

  /** As a packed number, with the way its items are kept; null for the empty sequence, which fits all of them. */
  sequence(folded: Folded, knowledge: Knowledge): { code: string; encoding: Encoding | null } {
    switch (folded.op) {
      case 'cell': {
        const { digitBits, base, cell } = this.field(folded.cell);
        const { domain } = cell.variable;
        const longest = domain.holds === 'sequence' ? domain.longest : 0;
        return { code: this.cell(folded.cell), encoding: { digitBits, base, longest } };
      }
      case 'append':
        return this.#append(folded.left, folded.right, knowledge);
      case 'choose': {
        const condition = this.condition(folded.condition, knowledge);
        const chosen = this.sequence(folded.chosen, knowledge);
        const otherwise = this.sequence(folded.otherwise, knowledge);
        return {
          code: `(${condition} ? ${chosen.code} : ${otherwise.code})`,
          encoding: this.#joint(chosen.encoding, otherwise.encoding),
        };
      }
      case 'fault':
        return { code: 'fault()', encoding: null };
      default:
        return { code: '0', encoding: null };
    }
  }

  /** Refuses sequences that are kept in different ways, whose packed forms mean nothing to one another. */
  #joint(one: Encoding | null, other: Encoding | null): Encoding | null {
    if (one === null || other === null) return one ?? other;
    if (one.digitBits === other.digitBits && one.base === other.base) return one;
    throw new ModelError(
      'two sequences meet whose items have different ranges: declare both with the same range',
    );
  }

  /** The code of a sequence that a field with this encoding can take. */
  sequenceFor(folded: Folded, field: Field, knowledge: Knowledge): string {
    const { code, encoding } = this.sequence(folded, knowledge);
    this.#joint(encoding, { ...field, longest: 0 });
    return code;
  }

  #append(
    left: Folded,
    right: Folded,
    knowledge: Knowledge,
  ): { code: string; encoding: Encoding | null } {
    const { code, encoding } = this.sequence(left, knowledge);
    if (encoding === null) {
      throw new ModelError('an item is appended to a sequence whose range of items is not known');
    }
    const { digitBits, base, longest } = encoding;
    const low = base + 1;
    const high = this.#highestItem(left);
    const whole = this.#temporary();
    const item = this.#withinOrFault(right, { low, high }, knowledge);
    const digit = base === 0 ? item : `(${item} - ${base})`;
    const room = `(${whole} = ${code}) < ${hex(2 ** (digitBits * (longest - 1)))}`;
    const shift =
      digitBits === 1 ? `(32 - Math.clz32(${whole}))` : `${digits(whole, encoding)} * ${digitBits}`;
    return {
      code: `(${room} ? ${whole} | (${digit} << (${shift})) : fault())`,
      encoding: { ...encoding },
    };
  }

  #highestItem(folded: Folded): number {
    if (folded.op === 'append') return this.#highestItem(folded.left);
    if (folded.op === 'choose') return this.#highestItem(folded.chosen);
    const domain =
      folded.op === 'cell' ? this.#cells.list[folded.cell]?.variable.domain : undefined;
    return domain?.holds === 'sequence' ? domain.high : Number.POSITIVE_INFINITY;
  }

  /** A number that is checked where it is not plain that it lies within an interval. */
  #withinOrFault(
    folded: Folded,
    { low, high }: { readonly low: number; readonly high: number },
    knowledge: Knowledge,
  ): string {
    const possible = knowledge.interval(folded);
    const code = this.number(folded, knowledge);
    const needsLow = possible.low < low;
    const needsHigh = possible.high > high;
    if (!needsLow && !needsHigh) return code;
    const value = this.#temporary();
    const first = `(${value} = ${code})`;
    const above = `${needsLow ? value : first} <= ${high}`;
    const tests = [...(needsLow ? [`${first} >= ${low}`] : []), ...(needsHigh ? [above] : [])];
    return `(${tests.join(' && ')} ? ${value} : fault())`;
  }

  /** The value that a field that is no sequence takes, checked against its domain. */
  numberFor(folded: Folded, field: Field, knowledge: Knowledge): string {
    const { domain } = field.cell.variable;
    if (domain.holds === 'sequence') return this.sequenceFor(folded, field, knowledge);
    const edges =
      domain.holds === 'number'
        ? domain
        : { low: 0, high: domain.holds === 'flag' ? 1 : domain.of.size - 1 };
    return this.#withinOrFault(folded, edges, knowledge);
  }

  #item(left: Folded, right: Folded, knowledge: Knowledge): string {
    const { code, encoding } = this.sequence(left, knowledge);
    if (encoding === null) return 'fault()';
    const { digitBits, base, longest } = encoding;
    const position = this.#withinOrFault(right, { low: 1, high: longest }, knowledge);
    const shift = digitBits === 1 ? `(${position} - 1)` : `(${position} - 1) * ${digitBits}`;
    const digit = this.#temporary();
    const taken = `(${digit} = (${code} >>> (${shift})) & ${hex(2 ** digitBits - 1)})`;
    const value = base === 0 ? digit : `${digit} + ${base}`;
    return `(${taken} !== 0 ? ${value} : fault())`;
  }

  #table(table: Table, of: readonly Folded[], knowledge: Knowledge): string {
    const place = table.axes.reduce((code, axis, index) => {
      const argument = of[index] ?? { op: 'fault' };
      const value = this.#withinOrFault(argument, axis, knowledge);
      const digit = axis.low === 0 ? value : `(${value} - ${axis.low})`;
      return code === '' ? digit : `(${code} * ${axis.high - axis.low + 1} + ${digit})`;
    }, '');
    return `${this.#tables.nameOf(table)}[${place}]`;
  }

  #prefix(left: Folded, right: Folded, knowledge: Knowledge): string {
    const start = this.sequence(left, knowledge);
    const whole = this.sequence(right, knowledge);
    const encoding = this.#joint(start.encoding, whole.encoding);
    if (encoding === null || start.encoding === null) return 'true';
    const held = this.#temporary();
    const bits =
      encoding.digitBits === 1
        ? `32 - Math.clz32(${held})`
        : `(${digits(held, encoding)}) * ${encoding.digitBits}`;
    return `(((${held} = ${start.code}) ^ ${whole.code}) & ~(-1 << (${bits}))) === 0`;
  }
}

/** How many items a packed sequence has. */
const digits = (code: string, { digitBits }: Encoding): string =>
  digitBits === 1
    ? `32 - Math.clz32(${code})`
    : `((${31 + digitBits} - Math.clz32(${code})) / ${digitBits} | 0)`;
