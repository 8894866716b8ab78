import type { Choices, NumberDomain } from './domain.ts';

/** A name bound by an action or a quantifier, with what it ranges over. */
export interface Binder {
  readonly name: string;
  readonly over: Choices;
}

/** One place of the state: a variable, or one element of a family of them. */
export interface Place {
  readonly variable: string;
  readonly at: readonly Expression[];
}

/**
 * A function of a few small whole numbers that is worked out before any state is, such as what a rule answers. `values`
 * has one for each combination of arguments, the last argument running fastest.
 */
export interface Table {
  readonly name: string;
  readonly axes: readonly NumberDomain[];
  readonly values: readonly number[];
}

/**
 * An expression over the state before a step. Truth is 1 and falsehood 0. `and`, `or` and `choose` look at their
 * operands from left to right and stop when the rest cannot matter, so that `and` may guard what follows it.
 */
export type Expression =
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'empty' }
  | { readonly op: 'parameter'; readonly binder: Binder }
  | { readonly op: 'read'; readonly place: Place }
  | { readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'not' | 'length'; readonly of: Expression }
  | { readonly op: 'table'; readonly table: Table; readonly of: readonly Expression[] }
  | {
      readonly op: 'choose';
      readonly condition: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression;
    }
  | { readonly op: 'every' | 'some'; readonly binder: Binder; readonly body: Expression };

/**
 * `equal` compares numbers, flags and members of one index set; `same` compares sequences. `append` puts the right
 * number behind the left sequence, which must have room for it in its variable, `item` takes the right position (counted
 * from 1) of the left sequence, and `prefix` says whether the left sequence begins the right one.
 */
export type BinaryOperator =
  | 'plus'
  | 'minus'
  | 'max'
  | 'min'
  | 'equal'
  | 'below'
  | 'atMost'
  | 'and'
  | 'or'
  | 'append'
  | 'item'
  | 'prefix'
  | 'same';

/**
 * What a step changes. All values are those of the state before the step, and all changes happen at once: no order is
 * meant, and no place is changed twice.
 */
export type Effect =
  | { readonly sets: Place; readonly to: Expression }
  | {
      readonly when: Expression;
      readonly effects: readonly Effect[];
      readonly otherwise: readonly Effect[];
    }
  | { readonly each: Binder; readonly effects: readonly Effect[] };

export const constant = (value: number): Expression => ({ op: 'constant', value });

export const TRUE = constant(1);
export const FALSE = constant(0);
