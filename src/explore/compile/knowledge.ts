import type { Cells } from '../model/cells.ts';
import { edgesOf } from '../model/domain.ts';
import type { Table } from '../model/expression.ts';
import type { Folded, Interval } from './folded.ts';

const ANY: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

const meet = (one: Interval, other: Interval): Interval => ({
  low: Math.max(one.low, other.low),
  high: Math.min(one.high, other.high),
});

const tableEdges = new WeakMap<Table, Interval>();

/** The least and greatest value in a table, which may be long and is asked for often. */
const edgesOfTable = (table: Table): Interval => {
  const found = tableEdges.get(table) ?? {
    low: table.values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    high: table.values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  };
  tableEdges.set(table, found);
  return found;
};

/**
 * What is known of the cells at one point of a compiled program: their domains, narrowed by the conditions that led
 * there. Values are immutable: a branch learns without its sibling knowing.
 */
export class Knowledge {
  readonly #cells: Cells;
  readonly #learned: ReadonlyMap<number, Interval>;
  /** How many cases the program has been split into on the way here. */
  readonly cases: number;

  constructor(cells: Cells, learned: ReadonlyMap<number, Interval> = new Map(), cases = 1) {
    this.#cells = cells;
    this.#learned = learned;
    this.cases = cases;
  }

  /** The same where the program has been split into so many cases more. */
  splitInto(cases: number): Knowledge {
    return new Knowledge(this.#cells, this.#learned, this.cases * cases);
  }

  cell(cell: number): Interval {
    const learned = this.#learned.get(cell);
    if (learned !== undefined) return learned;
    const domain = this.#cells.list[cell]?.variable.domain;
    return domain === undefined || domain.holds === 'sequence' ? ANY : edgesOf(domain);
  }

  narrowed(cell: number, interval: Interval): Knowledge {
    const learned = new Map(this.#learned).set(cell, meet(this.cell(cell), interval));
    return new Knowledge(this.#cells, learned, this.cases);
  }

  #items(folded: Folded): Interval {
    if (folded.op === 'append') return this.#items(folded.left);
    const domain =
      folded.op === 'cell' ? this.#cells.list[folded.cell]?.variable.domain : undefined;
    return domain?.holds === 'sequence' ? domain : ANY;
  }

  interval(folded: Folded): Interval {
    switch (folded.op) {
      case 'constant':
        return { low: folded.value, high: folded.value };
      case 'cell':
        return this.cell(folded.cell);
      case 'choose': {
        const [one, other] = [this.interval(folded.chosen), this.interval(folded.otherwise)];
        return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
      }
      case 'item':
        return this.#items(folded.left);
      case 'table':
        return edgesOfTable(folded.table);
      case 'plus':
      case 'minus':
      case 'max':
      case 'min':
        return this.#arithmetic(folded.op, folded.left, folded.right);
      case 'dynamic':
      case 'fault':
      case 'append':
      case 'length':
        return ANY;
      default:
        return { low: 0, high: 1 };
    }
  }

  #arithmetic(op: 'plus' | 'minus' | 'max' | 'min', left: Folded, right: Folded): Interval {
    const [one, other] = [this.interval(left), this.interval(right)];
    switch (op) {
      case 'plus':
        return { low: one.low + other.low, high: one.high + other.high };
      case 'minus':
        return { low: one.low - other.high, high: one.high - other.low };
      case 'max':
        return { low: Math.max(one.low, other.low), high: Math.max(one.high, other.high) };
      case 'min':
        return { low: Math.min(one.low, other.low), high: Math.min(one.high, other.high) };
    }
  }

  /** What is known besides, where a condition turned out as `outcome`. */
  after(condition: Folded, outcome: boolean): Knowledge {
    switch (condition.op) {
      case 'cell':
        return this.narrowed(condition.cell, { low: Number(outcome), high: Number(outcome) });
      case 'not':
        return this.after(condition.of, !outcome);
      case 'and':
      case 'or':
        if (outcome !== (condition.op === 'and')) return this;
        return this.after(condition.left, outcome).after(condition.right, outcome);
      case 'equal':
        return this.#afterEqual(condition.left, condition.right, outcome);
      case 'below':
        return outcome
          ? this.#afterOrder(condition.left, condition.right, 1)
          : this.#afterOrder(condition.right, condition.left, 0);
      case 'atMost':
        return outcome
          ? this.#afterOrder(condition.left, condition.right, 0)
          : this.#afterOrder(condition.right, condition.left, 1);
      default:
        return this;
    }
  }

  /** After `lesser + gap <= greater`. */
  #afterOrder(lesser: Folded, greater: Folded, gap: number): Knowledge {
    const [one, other] = [this.interval(lesser), this.interval(greater)];
    const bounded =
      lesser.op === 'cell'
        ? this.narrowed(lesser.cell, { low: one.low, high: other.high - gap })
        : this;
    return greater.op === 'cell'
      ? bounded.narrowed(greater.cell, { low: one.low + gap, high: other.high })
      : bounded;
  }

  #afterEqual(left: Folded, right: Folded, outcome: boolean): Knowledge {
    if (left.op !== 'cell') {
      return right.op === 'cell' ? this.#afterEqual(right, left, outcome) : this;
    }
    const [mine, other] = [this.interval(left), this.interval(right)];
    if (outcome) return this.narrowed(left.cell, other);
    if (other.low !== other.high) return this;
    if (mine.low === other.low) return this.narrowed(left.cell, { ...mine, low: mine.low + 1 });
    if (mine.high === other.high) {
      return this.narrowed(left.cell, { ...mine, high: mine.high - 1 });
    }
    return this;
  }
}
