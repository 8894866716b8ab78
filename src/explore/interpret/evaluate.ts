import { type Cells, cellName } from '../model/cells.ts';
import { isWithin } from '../model/check.ts';
import { type Domain, describeDomain, edgesOf } from '../model/domain.ts';
import type { BinaryOperator, Binder, Expression, Place, Table } from '../model/expression.ts';
import type { CellValue } from '../model/model.ts';

/** All places of a state, in the order of `Cells`. */
export type FlatState = readonly CellValue[];

/** The values of the names in scope. */
export type Bindings = ReadonlyMap<Binder, number>;

/** A model that asked for something that is not there, or left a domain: a mistake in the model. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

const asNumber = (value: CellValue): number => {
  if (typeof value === 'number') return value;
  throw new StepError(`a number is needed where the sequence [${value.join(', ')}] stands`);
};

const asSequence = (value: CellValue): readonly number[] => {
  if (typeof value !== 'number') return value;
  throw new StepError(`a sequence is needed where the number ${value} stands`);
};

const itemAt = (sequence: readonly number[], position: number): number => {
  const item = sequence[position - 1];
  if (item !== undefined) return item;
  throw new StepError(`item ${position} is asked of the sequence [${sequence.join(', ')}]`);
};

const isPrefix = (start: readonly number[], whole: readonly number[]): boolean =>
  start.length <= whole.length && start.every((item, index) => item === whole[index]);

/** Where the value for these arguments stands in a table. */
const placeIn = ({ name, axes }: Table, values: readonly number[]): number =>
  axes.reduce((place, { low, high }, axis) => {
    const value = values[axis] ?? Number.NaN;
    if (value >= low && value <= high) return place * (high - low + 1) + value - low;
    throw new StepError(`${name} takes ${low}..${high} in place ${axis + 1}, not ${value}`);
  }, 0);

/** The members or numbers that a name ranges over. */
export const choices = ({ over }: Binder): number[] => {
  const { low, high } = edgesOf(over);
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
};

/** Evaluates expressions over one state, word for word as they are written: the oracle of the compiled programs. */
export class Evaluation {
  readonly #cells: Cells;
  readonly #state: FlatState;

  constructor(cells: Cells, state: FlatState) {
    this.#cells = cells;
    this.#state = state;
  }

  /** Where a place stands in the flat state. Throws a `StepError` where an index names no member. */
  locate(place: Place, bindings: Bindings): number {
    const at = place.at.map((index) => asNumber(this.value(index, bindings)));
    const found = this.#cells.find(place.variable, at);
    if (found >= 0) return found;
    throw new StepError(`there is no ${cellName(place.variable, at)}`);
  }

  holds(expression: Expression, bindings: Bindings): boolean {
    return this.value(expression, bindings) !== 0;
  }

  value(expression: Expression, bindings: Bindings): CellValue {
    switch (expression.op) {
      case 'constant':
        return expression.value;
      case 'empty':
        return [];
      case 'parameter':
        return bindings.get(expression.binder) ?? Number.NaN;
      case 'read':
        return this.#state[this.locate(expression.place, bindings)] ?? Number.NaN;
      case 'not':
        return Number(!this.holds(expression.of, bindings));
      case 'length':
        return asSequence(this.value(expression.of, bindings)).length;
      case 'table': {
        const place = placeIn(
          expression.table,
          expression.of.map((argument) => asNumber(this.value(argument, bindings))),
        );
        return expression.table.values[place] ?? Number.NaN;
      }
      case 'choose':
        return this.holds(expression.condition, bindings)
          ? this.value(expression.chosen, bindings)
          : this.value(expression.otherwise, bindings);
      case 'every':
      case 'some':
        return Number(this.#quantified(expression, bindings));
      case 'and':
        return Number(
          this.holds(expression.left, bindings) && this.holds(expression.right, bindings),
        );
      case 'or':
        return Number(
          this.holds(expression.left, bindings) || this.holds(expression.right, bindings),
        );
      case 'append':
        return this.#appended(expression.left, expression.right, bindings);
      default:
        return this.#binary(
          expression.op,
          this.value(expression.left, bindings),
          this.value(expression.right, bindings),
        );
    }
  }

  #quantified(
    { op, binder, body }: Extract<Expression, { op: 'every' | 'some' }>,
    bindings: Bindings,
  ): boolean {
    const holds = (choice: number) => this.holds(body, new Map(bindings).set(binder, choice));
    return op === 'every' ? choices(binder).every(holds) : choices(binder).some(holds);
  }

  #appended(left: Expression, right: Expression, bindings: Bindings): CellValue {
    const sequence = [
      ...asSequence(this.value(left, bindings)),
      asNumber(this.value(right, bindings)),
    ];
    const domain = this.#sequenceDomain(left);
    if (domain === null || isWithin(domain, sequence)) return sequence;
    throw new StepError(
      `a sequence becomes [${sequence.join(', ')}], which is not ${describeDomain(domain)}`,
    );
  }

  /** The domain of the variable that a sequence comes from; null for the empty sequence, which comes from none. */
  #sequenceDomain(expression: Expression): Domain | null {
    switch (expression.op) {
      case 'read':
        return this.#cells.domainOf(expression.place.variable);
      case 'append':
        return this.#sequenceDomain(expression.left);
      case 'choose':
        return (
          this.#sequenceDomain(expression.chosen) ?? this.#sequenceDomain(expression.otherwise)
        );
      default:
        return null;
    }
  }

  #binary(
    op: Exclude<BinaryOperator, 'and' | 'or' | 'append'>,
    left: CellValue,
    right: CellValue,
  ): CellValue {
    switch (op) {
      case 'plus':
        return asNumber(left) + asNumber(right);
      case 'minus':
        return asNumber(left) - asNumber(right);
      case 'max':
        return Math.max(asNumber(left), asNumber(right));
      case 'min':
        return Math.min(asNumber(left), asNumber(right));
      case 'equal':
        return Number(asNumber(left) === asNumber(right));
      case 'below':
        return Number(asNumber(left) < asNumber(right));
      case 'atMost':
        return Number(asNumber(left) <= asNumber(right));
      case 'item':
        return itemAt(asSequence(left), asNumber(right));
      case 'prefix':
        return Number(isPrefix(asSequence(left), asSequence(right)));
      case 'same': {
        const [one, other] = [asSequence(left), asSequence(right)];
        return Number(one.length === other.length && isPrefix(one, other));
      }
    }
  }
}
