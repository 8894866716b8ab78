import { ModelError } from '../model/check.ts';
import type { Choices, Domain, IndexSet } from '../model/domain.ts';
import type { Expression, Place } from '../model/expression.ts';
import type { Model } from '../model/model.ts';

/** What TLA+ calls an index set: `node` is `Node`. */
export const setName = ({ name }: IndexSet): string => name[0]?.toUpperCase() + name.slice(1);

/** The set of all values that a parameter may have. */
export const choicesSet = (choices: Choices): string =>
  choices.holds === 'index' ? setName(choices.of) : `${choices.low}..${choices.high}`;

/** The set of all values that a variable may have. */
export const domainSet = (domain: Domain): string => {
  switch (domain.holds) {
    case 'flag':
      return 'BOOLEAN';
    case 'sequence':
      return `BoundedSeq(${domain.low}..${domain.high}, ${domain.longest})`;
    default:
      return choicesSet(domain);
  }
};

/** `v[i]` or `v[i, j]`, or the variable alone. */
export const applied = (variable: string, indices: readonly string[]): string =>
  indices.length === 0 ? variable : `${variable}[${indices.join(', ')}]`;

const INFIX = {
  plus: '+',
  minus: '-',
  equal: '=',
  same: '=',
  below: '<',
  atMost: '=<',
  and: '/\\',
  or: '\\/',
} as const;

const PREFIX = { max: 'Max', min: 'Min', append: 'Append', prefix: 'IsPrefixOf' } as const;

/** Writes expressions as TLA+. */
export class TlaExpressions {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  #domainOf(variable: string): Domain | undefined {
    return this.#model.variables.find(({ name }) => name === variable)?.domain;
  }

  place({ variable, at }: Place): string {
    return applied(
      variable,
      at.map((index) => this.value(index)),
    );
  }

  /** A value to be put into a variable: a flag is TRUE or FALSE there. */
  valueFor(variable: string, expression: Expression): string {
    return this.#domainOf(variable)?.holds === 'flag'
      ? this.truth(expression)
      : this.value(expression);
  }

  /** An expression that is true or false. */
  truth(expression: Expression): string {
    switch (expression.op) {
      case 'constant':
        return expression.value === 0 ? 'FALSE' : 'TRUE';
      case 'not':
        return this.#negation(expression.of);
      case 'and':
      case 'or':
        return `(${this.truth(expression.left)} ${INFIX[expression.op]} ${this.truth(expression.right)})`;
      case 'every':
      case 'some': {
        const { name, over } = expression.binder;
        const quantifier = expression.op === 'every' ? '\\A' : '\\E';
        return `(${quantifier} ${name} \\in ${choicesSet(over)} : ${this.truth(expression.body)})`;
      }
      default:
        return this.value(expression);
    }
  }

  #negation(expression: Expression): string {
    if (expression.op === 'not') return this.truth(expression.of);
    if (expression.op === 'equal' || expression.op === 'same') {
      return `(${this.value(expression.left)} # ${this.value(expression.right)})`;
    }
    return `~${this.truth(expression)}`;
  }

  value(expression: Expression): string {
    switch (expression.op) {
      case 'constant':
        return expression.value < 0 ? `(${expression.value})` : String(expression.value);
      case 'empty':
        return '<<>>';
      case 'parameter':
        return expression.binder.name;
      case 'read':
        return this.place(expression.place);
      case 'table':
        throw new ModelError(
          `TLA+ export: ${expression.table.name} is a table, which has no form there`,
        );
      case 'length':
        return `Len(${this.value(expression.of)})`;
      case 'choose':
        return `(IF ${this.truth(expression.condition)} THEN ${this.value(expression.chosen)} ELSE ${this.value(expression.otherwise)})`;
      case 'item':
        return `${this.value(expression.left)}[${this.value(expression.right)}]`;
      case 'max':
      case 'min':
      case 'append':
      case 'prefix':
        return `${PREFIX[expression.op]}(${this.value(expression.left)}, ${this.value(expression.right)})`;
      case 'plus':
      case 'minus':
      case 'equal':
      case 'same':
      case 'below':
      case 'atMost':
        return `(${this.value(expression.left)} ${INFIX[expression.op]} ${this.value(expression.right)})`;
      default:
        return this.truth(expression);
    }
  }
}
