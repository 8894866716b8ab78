import { combinations, sizesOf } from './cells.ts';
import { type Choices, type Domain, describeDomain, edgesOf } from './domain.ts';
import type { Binder, Effect, Expression, Place } from './expression.ts';
import type { CellValue, Model, Variable } from './model.ts';

/** The longest sequence and widest number that fit one packed field, in bits. */
export const FIELD_BITS_MAX = 31;

/** A mistake in a model's declaration, said to the one who wrote it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Whether a variable of this domain may hold the value. */
export const isWithin = (domain: Domain, value: CellValue): boolean => {
  if (domain.holds === 'sequence') {
    return (
      typeof value !== 'number' &&
      value.length <= domain.longest &&
      value.every((item) => Number.isInteger(item) && item >= domain.low && item <= domain.high)
    );
  }
  const { low, high } = edgesOf(domain);
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
};

const checkNames = (what: string, names: readonly string[]): void => {
  for (const name of names) {
    if (!NAME.test(name)) {
      throw new ModelError(`${what} '${name}': a name is a letter, then letters, digits and _`);
    }
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ModelError(`${what} '${twice}' is declared twice`);
};

const checkDomain = (where: string, domain: Domain): void => {
  if (domain.holds === 'flag' || domain.holds === 'index') return;
  if (!Number.isInteger(domain.low) || !Number.isInteger(domain.high) || domain.low > domain.high) {
    throw new ModelError(
      `${where}: ${domain.low}..${domain.high} is no range: both ends are whole numbers, the lower one first`,
    );
  }
  if (domain.holds === 'sequence' && !(Number.isInteger(domain.longest) && domain.longest > 0)) {
    throw new ModelError(`${where}: a sequence holds at most ${domain.longest}: give 1 or more`);
  }
};

const checkVariable = (variable: Variable): void => {
  const where = `variable '${variable.name}'`;
  checkDomain(where, variable.domain);
  for (const at of combinations(sizesOf(variable.over))) {
    const value = variable.initially(at);
    if (isWithin(variable.domain, value)) continue;
    const index = at.length === 0 ? '' : ` at [${at.join('][')}]`;
    throw new ModelError(
      `${where} begins${index} as ${JSON.stringify(value)}, which is not ${describeDomain(variable.domain)}`,
    );
  }
};

/** Walks everything that an action or a property says, with the names in scope. */
class ScopeCheck {
  readonly #model: Model;
  readonly #where: string;

  constructor(model: Model, where: string) {
    this.#model = model;
    this.#where = where;
  }

  #fail(problem: string): never {
    throw new ModelError(`${this.#where}: ${problem}`);
  }

  enter(scope: readonly Binder[], binder: Binder): readonly Binder[] {
    checkNames(`${this.#where}: parameter`, [binder.name]);
    if (scope.some(({ name }) => name === binder.name)) {
      this.#fail(`the name '${binder.name}' is taken here already: choose another`);
    }
    if (this.#model.variables.some(({ name }) => name === binder.name)) {
      this.#fail(`the name '${binder.name}' is a variable's: choose another`);
    }
    checkDomain(`${this.#where}: parameter '${binder.name}'`, binder.over);
    return [...scope, binder];
  }

  place(place: Place, scope: readonly Binder[]): Domain {
    const variable = this.#model.variables.find(({ name }) => name === place.variable);
    if (variable === undefined) this.#fail(`there is no variable '${place.variable}'`);
    if (place.at.length !== variable.over.length) {
      this.#fail(
        `'${place.variable}' takes ${variable.over.length} indices, not ${place.at.length}`,
      );
    }
    for (const [dimension, index] of place.at.entries()) {
      this.expression(index, scope);
      const set = variable.over[dimension];
      if (index.op === 'constant' && set?.interchangeable) {
        this.#fail(
          `'${place.variable}' names ${set.name} ${index.value}, so these are not interchangeable`,
        );
      }
    }
    return variable.domain;
  }

  /** Returns the index domain that the expression's value belongs to, or null for other values. */
  expression(expression: Expression, scope: readonly Binder[]): Choices | null {
    switch (expression.op) {
      case 'constant':
      case 'empty':
        return null;
      case 'parameter': {
        const { binder } = expression;
        if (!scope.includes(binder)) this.#fail(`'${binder.name}' is used outside its scope`);
        return binder.over.holds === 'index' ? binder.over : null;
      }
      case 'read': {
        const domain = this.place(expression.place, scope);
        return domain.holds === 'index' ? domain : null;
      }
      case 'not':
      case 'length':
        this.expression(expression.of, scope);
        return null;
      case 'table':
        for (const argument of expression.of) this.expression(argument, scope);
        return null;
      case 'every':
      case 'some':
        this.expression(expression.body, this.enter(scope, expression.binder));
        return null;
      case 'choose': {
        this.expression(expression.condition, scope);
        const chosen = this.expression(expression.chosen, scope);
        return this.expression(expression.otherwise, scope) ?? chosen;
      }
      default: {
        const left = this.expression(expression.left, scope);
        const right = this.expression(expression.right, scope);
        this.member(left, expression.right);
        this.member(right, expression.left);
        return null;
      }
    }
  }

  /** Refuses a bare number where a member of an interchangeable set is meant. */
  member(domain: Domain | null, expression: Expression): void {
    if (domain?.holds !== 'index' || !domain.of.interchangeable || expression.op !== 'constant') {
      return;
    }
    this.#fail(`it names ${domain.of.name} ${expression.value}, so these are not interchangeable`);
  }

  effects(effects: readonly Effect[], scope: readonly Binder[]): void {
    for (const effect of effects) {
      if ('sets' in effect) {
        this.expression(effect.to, scope);
        this.member(this.place(effect.sets, scope), effect.to);
      } else if ('when' in effect) {
        this.expression(effect.when, scope);
        this.effects(effect.effects, scope);
        this.effects(effect.otherwise, scope);
      } else {
        this.effects(effect.effects, this.enter(scope, effect.each));
      }
    }
  }
}

const checkActions = (model: Model): void => {
  if (model.actions.length === 0) throw new ModelError(`model '${model.name}' has no action`);
  for (const action of model.actions) {
    const check = new ScopeCheck(model, `action ${action.name}`);
    let scope: readonly Binder[] = [];
    for (const binder of action.parameters) scope = check.enter(scope, binder);
    for (const condition of action.guards) check.expression(condition, scope);
    check.effects(action.effects, scope);
  }
};

const checkProperties = (model: Model): void => {
  for (const { name, holds } of [...model.always, ...model.sometimes]) {
    new ScopeCheck(model, `property ${name}`).expression(holds, []);
  }
  for (const { name, from, to, fair } of model.eventually) {
    const check = new ScopeCheck(model, `property ${name}`);
    check.expression(from, []);
    check.expression(to, []);
    const unknown = fair.find((action) => model.actions.every((known) => known.name !== action));
    if (unknown !== undefined) throw new ModelError(`property ${name}: no action '${unknown}'`);
  }
};

/** Returns the model if it is well formed. Throws a `ModelError` that says where it is not. */
export const checkModel = (model: Model): Model => {
  for (const set of model.indexSets) {
    if (!Number.isInteger(set.size) || set.size < 1) {
      throw new ModelError(`index set '${set.name}' has ${set.size} members: give 1 or more`);
    }
  }
  checkNames(
    'index set',
    model.indexSets.map(({ name }) => name),
  );
  checkNames(
    'variable',
    model.variables.map(({ name }) => name),
  );
  checkNames(
    'action',
    model.actions.map(({ name }) => name),
  );
  checkNames(
    'property',
    [...model.always, ...model.sometimes, ...model.eventually].map(({ name }) => name),
  );
  model.variables.forEach(checkVariable);
  checkActions(model);
  checkProperties(model);
  return model;
};
