import { type Bindings, choices } from '../interpret/evaluate.ts';
import type { Cells } from '../model/cells.ts';
import type { BinaryOperator, Expression } from '../model/expression.ts';
import { type Folded, isKnown, known, mayFault } from './folded.ts';
import type { Knowledge } from './knowledge.ts';

const ALWAYS = known(1);
const NEVER = known(0);

/** Works out what can be known of an expression before any state is. */
export class Fold {
  readonly #cells: Cells;
  readonly #knowledge: Knowledge;
  readonly #bindings: Bindings;

  constructor(cells: Cells, knowledge: Knowledge, bindings: Bindings) {
    this.#cells = cells;
    this.#knowledge = knowledge;
    this.#bindings = bindings;
  }

  of(expression: Expression): Folded {
    switch (expression.op) {
      case 'constant':
        return known(expression.value);
      case 'empty':
        return known(0);
      case 'parameter':
        return known(this.#bindings.get(expression.binder) ?? Number.NaN);
      case 'read': {
        const at = expression.place.at.map((index) => this.of(index));
        return this.#place(expression.place.variable, at);
      }
      case 'not':
        return this.#not(this.of(expression.of));
      case 'length':
        return { op: 'length', of: this.of(expression.of) };
      case 'table':
        return {
          op: 'table',
          table: expression.table,
          of: expression.of.map((argument) => this.of(argument)),
        };
      case 'choose':
        return this.#choose(
          this.of(expression.condition),
          this.of(expression.chosen),
          this.of(expression.otherwise),
        );
      case 'every':
      case 'some':
        return this.#quantified(expression);
      default:
        return this.#binary(expression.op, this.of(expression.left), this.of(expression.right));
    }
  }

  /** Folds once more with what has been learned since. */
  again(folded: Folded): Folded {
    switch (folded.op) {
      case 'constant':
      case 'fault':
        return folded;
      case 'cell':
        return this.#cell(folded.cell);
      case 'dynamic':
        return this.#place(
          folded.variable,
          folded.at.map((index) => this.again(index)),
        );
      case 'not':
        return this.#not(this.again(folded.of));
      case 'length':
        return { op: 'length', of: this.again(folded.of) };
      case 'table':
        return { ...folded, of: folded.of.map((argument) => this.again(argument)) };
      case 'choose':
        return this.#choose(
          this.again(folded.condition),
          this.again(folded.chosen),
          this.again(folded.otherwise),
        );
      default:
        return this.#binary(folded.op, this.again(folded.left), this.again(folded.right));
    }
  }

  /**
   * Replaces places that the state decides by choices between cells, for expressions that stand where no branch can be
   * written for each value.
   */
  settled(folded: Folded): Folded {
    switch (folded.op) {
      case 'constant':
      case 'cell':
      case 'fault':
        return folded;
      case 'dynamic':
        return this.#choices(
          folded.variable,
          folded.at.map((index) => this.settled(index)),
          [],
        );
      case 'table':
        return { ...folded, of: folded.of.map((argument) => this.settled(argument)) };
      case 'not':
      case 'length':
        return { op: folded.op, of: this.settled(folded.of) };
      case 'choose':
        return {
          op: 'choose',
          condition: this.settled(folded.condition),
          chosen: this.settled(folded.chosen),
          otherwise: this.settled(folded.otherwise),
        };
      default:
        return {
          op: folded.op,
          left: this.settled(folded.left),
          right: this.settled(folded.right),
        };
    }
  }

  /** One cell for each combination of the indices that are left, each index compared with all of its members. */
  #choices(variable: string, left: readonly Folded[], found: readonly Folded[]): Folded {
    const [index, ...rest] = left;
    if (index === undefined) return this.#place(variable, found);
    if (index.op === 'constant') return this.#choices(variable, rest, [...found, index]);
    const members = this.#cells.sizeAt(variable, found.length);
    return Array.from({ length: members }, (_, member) => known(member)).reduceRight<Folded>(
      (otherwise, member) => ({
        op: 'choose',
        condition: { op: 'equal', left: index, right: member },
        chosen: this.#choices(variable, rest, [...found, member]),
        otherwise,
      }),
      { op: 'fault' },
    );
  }

  #place(variable: string, at: readonly Folded[]): Folded {
    const indices = at.flatMap((index) => (index.op === 'constant' ? [index.value] : []));
    if (indices.length < at.length) return { op: 'dynamic', variable, at };
    const cell = this.#cells.find(variable, indices);
    return cell === -1 ? { op: 'fault' } : this.#cell(cell);
  }

  #cell(cell: number): Folded {
    const { low, high } = this.#knowledge.cell(cell);
    return low === high ? known(low) : { op: 'cell', cell };
  }

  #quantified({ op, binder, body }: Extract<Expression, { op: 'every' | 'some' }>): Folded {
    const joined = op === 'every' ? 'and' : 'or';
    return choices(binder)
      .map((choice) => {
        const bindings = new Map(this.#bindings).set(binder, choice);
        return new Fold(this.#cells, this.#knowledge, bindings).of(body);
      })
      .reduceRight<Folded>(
        (rest, first) => this.#binary(joined, first, rest),
        op === 'every' ? ALWAYS : NEVER,
      );
  }

  #not(of: Folded): Folded {
    if (of.op === 'constant') return known(Number(of.value === 0));
    if (of.op === 'not') return of.of;
    return { op: 'not', of };
  }

  #choose(condition: Folded, chosen: Folded, otherwise: Folded): Folded {
    if (condition.op === 'constant') return condition.value === 0 ? otherwise : chosen;
    return { op: 'choose', condition, chosen, otherwise };
  }

  #binary(op: BinaryOperator, left: Folded, right: Folded): Folded {
    switch (op) {
      case 'and':
        if (isKnown(left, 0) || isKnown(right, 1)) return left;
        return isKnown(left, 1) ? right : { op, left, right };
      case 'or':
        if (isKnown(left, 1) || isKnown(right, 0)) return left;
        return isKnown(left, 0) ? right : { op, left, right };
      case 'plus':
      case 'minus':
      case 'max':
      case 'min':
        return this.#arithmetic(op, left, right);
      case 'equal':
      case 'below':
      case 'atMost':
        return this.#comparison(op, left, right);
      default:
        return { op, left, right };
    }
  }

  /** Gathers the numbers of a sum on its right, so that `off + 1 - 2` costs one subtraction. */
  #arithmetic(op: 'plus' | 'minus' | 'max' | 'min', left: Folded, right: Folded): Folded {
    const whole: Folded = { op, left, right };
    if (mayFault(whole)) return whole;
    const { low, high } = this.#knowledge.interval(whole);
    if (low === high) return known(low);
    if (op === 'max' || op === 'min') return this.#extreme(op, left, right);
    if (left.op === 'constant' && op === 'plus') return this.#arithmetic(op, right, left);
    if (right.op !== 'constant') return whole;
    const added = op === 'plus' ? right.value : -right.value;
    if (added === 0) return left;
    if (left.op === 'plus' && left.right.op === 'constant') {
      return this.#arithmetic('plus', left.left, known(left.right.value + added));
    }
    return { op: 'plus', left, right: known(added) };
  }

  #extreme(op: 'max' | 'min', left: Folded, right: Folded): Folded {
    const [one, other] = [this.#knowledge.interval(left), this.#knowledge.interval(right)];
    const leftIsGreater = one.low >= other.high;
    const rightIsGreater = other.low >= one.high;
    if (leftIsGreater) return op === 'max' ? left : right;
    if (rightIsGreater) return op === 'max' ? right : left;
    return { op, left, right };
  }

  #comparison(op: 'equal' | 'below' | 'atMost', left: Folded, right: Folded): Folded {
    const [one, other] = [this.#knowledge.interval(left), this.#knowledge.interval(right)];
    if (mayFault(left) || mayFault(right)) return { op, left, right };
    switch (op) {
      case 'equal':
        if (one.low === one.high && one.low === other.low && one.high === other.high) return ALWAYS;
        return one.high < other.low || other.high < one.low ? NEVER : { op, left, right };
      case 'below':
        if (one.high < other.low) return ALWAYS;
        return one.low >= other.high ? NEVER : { op, left, right };
      case 'atMost':
        if (one.high <= other.low) return ALWAYS;
        return one.low > other.high ? NEVER : { op, left, right };
    }
  }
}
