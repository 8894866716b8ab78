import type { Domain, IndexSet } from './domain.ts';
import {
  type BinaryOperator,
  constant,
  type Effect,
  type Expression,
  FALSE,
  type Place,
  TRUE,
} from './expression.ts';

/** Anything that stands for a number where a model is written. */
export type NumberLike = NumberTerm | number;

/** Anything that stands for a member of an index set. A bare number names one member and so tells it from the others. */
export type IndexLike = IndexTerm | number;

const binary = (op: BinaryOperator, left: Expression, right: Expression): Expression => ({
  op,
  left,
  right,
});

export const numberExpression = (value: NumberLike): Expression =>
  typeof value === 'number' ? constant(value) : value.expression;

export const indexExpression = (value: IndexLike): Expression =>
  typeof value === 'number' ? constant(value) : value.expression;

/** A sentence about the state that is true or false. */
export class FlagTerm {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  and(other: FlagTerm): FlagTerm {
    return new FlagTerm(binary('and', this.expression, other.expression));
  }

  or(other: FlagTerm): FlagTerm {
    return new FlagTerm(binary('or', this.expression, other.expression));
  }

  implies(other: FlagTerm): FlagTerm {
    return not(this).or(other);
  }

  /** 1 where it is true and 0 where it is not. */
  asNumber(): NumberTerm {
    return new NumberTerm(this.expression);
  }
}

/** True in every state. */
export const always = new FlagTerm(TRUE);

/** True in no state. */
export const never = new FlagTerm(FALSE);

export const not = (term: FlagTerm): FlagTerm => new FlagTerm({ op: 'not', of: term.expression });

/** A whole number that the state determines. */
export class NumberTerm {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  plus(other: NumberLike): NumberTerm {
    return new NumberTerm(binary('plus', this.expression, numberExpression(other)));
  }

  minus(other: NumberLike): NumberTerm {
    return new NumberTerm(binary('minus', this.expression, numberExpression(other)));
  }

  is(other: NumberLike): FlagTerm {
    return new FlagTerm(binary('equal', this.expression, numberExpression(other)));
  }

  isNot(other: NumberLike): FlagTerm {
    return not(this.is(other));
  }

  isBelow(other: NumberLike): FlagTerm {
    return new FlagTerm(binary('below', this.expression, numberExpression(other)));
  }

  isAtMost(other: NumberLike): FlagTerm {
    return new FlagTerm(binary('atMost', this.expression, numberExpression(other)));
  }
}

/** The greater of two numbers. */
export const max = (one: NumberLike, other: NumberLike): NumberTerm =>
  new NumberTerm(binary('max', numberExpression(one), numberExpression(other)));

/** The lesser of two numbers. */
export const min = (one: NumberLike, other: NumberLike): NumberTerm =>
  new NumberTerm(binary('min', numberExpression(one), numberExpression(other)));

/** A member of an index set. Members are equal or not; they have no order and cannot be counted with. */
export class IndexTerm {
  readonly expression: Expression;
  readonly set: IndexSet;

  constructor(expression: Expression, set: IndexSet) {
    this.expression = expression;
    this.set = set;
  }

  is(other: IndexLike): FlagTerm {
    return new FlagTerm(binary('equal', this.expression, indexExpression(other)));
  }

  isNot(other: IndexLike): FlagTerm {
    return not(this.is(other));
  }
}

/** A bounded sequence of numbers. */
export class SequenceTerm {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  append(item: NumberLike): SequenceTerm {
    return new SequenceTerm(binary('append', this.expression, numberExpression(item)));
  }

  /** The item at a position counted from 1. It is an error of the model to ask for one that is not there. */
  item(position: NumberLike): NumberTerm {
    return new NumberTerm(binary('item', this.expression, numberExpression(position)));
  }

  length(): NumberTerm {
    return new NumberTerm({ op: 'length', of: this.expression });
  }

  isPrefixOf(whole: SequenceTerm): FlagTerm {
    return new FlagTerm(binary('prefix', this.expression, whole.expression));
  }

  is(other: SequenceTerm): FlagTerm {
    return new FlagTerm(binary('same', this.expression, other.expression));
  }
}

export const emptySequence = new SequenceTerm({ op: 'empty' });

const sets = (place: Place, to: Expression): Effect => ({ sets: place, to });

/** A place of the state that holds a flag. */
export class FlagPlace extends FlagTerm {
  readonly place: Place;

  constructor(place: Place) {
    super({ op: 'read', place });
    this.place = place;
  }

  becomes(value: FlagTerm | boolean): Effect {
    return sets(
      this.place,
      typeof value === 'boolean' ? constant(Number(value)) : value.expression,
    );
  }
}

/** A place of the state that holds a number. */
export class NumberPlace extends NumberTerm {
  readonly place: Place;

  constructor(place: Place) {
    super({ op: 'read', place });
    this.place = place;
  }

  becomes(value: NumberLike): Effect {
    return sets(this.place, numberExpression(value));
  }
}

/** A place of the state that holds a member of an index set. */
export class IndexPlace extends IndexTerm {
  readonly place: Place;

  constructor(place: Place, set: IndexSet) {
    super({ op: 'read', place }, set);
    this.place = place;
  }

  becomes(value: IndexLike): Effect {
    return sets(this.place, indexExpression(value));
  }
}

/** A place of the state that holds a sequence. */
export class SequencePlace extends SequenceTerm {
  readonly place: Place;

  constructor(place: Place) {
    super({ op: 'read', place });
    this.place = place;
  }

  becomes(value: SequenceTerm): Effect {
    return sets(this.place, value.expression);
  }
}

/** The kind of place that a domain makes. */
export type PlaceFor<D extends Domain> = D['holds'] extends 'number'
  ? NumberPlace
  : D['holds'] extends 'flag'
    ? FlagPlace
    : D['holds'] extends 'index'
      ? IndexPlace
      : SequencePlace;
