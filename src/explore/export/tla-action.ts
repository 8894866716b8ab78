import { ModelError } from '../model/check.ts';
import type { Binder, Effect, Expression } from '../model/expression.ts';
import type { Action, Model, Variable } from '../model/model.ts';
import { applied, choicesSet, setName, TlaExpressions } from './tla-expression.ts';

/** One effect on its own: the conditions under which it happens, and the loop that it stands in, if any. */
interface Update {
  readonly conditions: readonly string[];
  readonly loop: Binder | null;
  readonly at: readonly string[];
  readonly value: string;
}

const both = (conditions: readonly string[]): string => conditions.join(' /\\ ');

const choice = (cases: readonly (readonly [condition: string, value: string])[], last: string) =>
  cases.reduceRight(
    (otherwise, [condition, value]) =>
      condition === '' ? value : `IF ${condition} THEN ${value} ELSE ${otherwise}`,
    last,
  );

/** Whether TLC would look for several ways to make a guard true. */
const isAlternative = (expression: Expression): boolean => {
  switch (expression.op) {
    case 'or':
    case 'some':
      return true;
    case 'and':
      return isAlternative(expression.left) || isAlternative(expression.right);
    case 'every':
      return isAlternative(expression.body);
    default:
      return false;
  }
};

/** Writes one action as a TLA+ definition. */
export class TlaAction {
  readonly #model: Model;
  readonly #action: Action;
  readonly #definitions: string[] = [];
  readonly #updates = new Map<string, Update[]>();

  constructor(model: Model, action: Action) {
    this.#model = model;
    this.#action = action;
    this.#collect(action.effects, [], null, new TlaExpressions(model));
  }

  /** `WRITE(i) == ...` */
  definition(): string {
    const { name, parameters, guards } = this.#action;
    const tla = new TlaExpressions(this.#model);
    const head =
      parameters.length === 0 ? name : `${name}(${parameters.map((p) => p.name).join(', ')})`;
    const unchanged = this.#model.variables.filter((variable) => !this.#updates.has(variable.name));
    const conjuncts = [
      ...guards.map((guard) => this.#guard(guard, tla)),
      ...this.#model.variables.flatMap((variable) => this.#assignment(variable)),
      ...(unchanged.length === 0
        ? []
        : [`UNCHANGED <<${unchanged.map((variable) => variable.name).join(', ')}>>`]),
    ].map((conjunct) => `  /\\ ${conjunct}`);
    if (this.#definitions.length === 0) return [`${head} ==`, ...conjuncts].join('\n');
    const definitions = this.#definitions.map(
      (line, place) => `${place === 0 ? '  LET ' : '      '}${line}`,
    );
    return [`${head} ==`, ...definitions, '  IN', ...conjuncts].join('\n');
  }

  /**
   * TLC takes each true side of a disjunction in an action for a transition of its own. Compared with TRUE it is a value
   * like any other, and one instance is one transition.
   */
  #guard(guard: Expression, tla: TlaExpressions): string {
    return isAlternative(guard) ? `${tla.truth(guard)} = TRUE` : tla.truth(guard);
  }

  /** `\E i \in Node : WRITE(i)` */
  instance(): string {
    const { name, parameters } = this.#action;
    if (parameters.length === 0) return name;
    const bound = parameters.map((binder) => `${binder.name} \\in ${choicesSet(binder.over)}`);
    return `\\E ${bound.join(', ')} : ${name}(${parameters.map((p) => p.name).join(', ')})`;
  }

  #collect(
    effects: readonly Effect[],
    conditions: readonly string[],
    loop: Binder | null,
    tla: TlaExpressions,
  ): void {
    for (const effect of effects) {
      if ('sets' in effect) {
        const { variable, at } = effect.sets;
        const updates = this.#updates.get(variable) ?? [];
        updates.push({
          conditions,
          loop,
          at: at.map((index) => tla.value(index)),
          value: tla.valueFor(variable, effect.to),
        });
        this.#updates.set(variable, updates);
      } else if ('when' in effect) {
        const condition = this.#condition(effect.when, loop, tla);
        this.#collect(effect.effects, [...conditions, condition], loop, tla);
        this.#collect(effect.otherwise, [...conditions, `~${condition}`], loop, tla);
      } else {
        if (loop !== null) throw new ModelError('TLA+ export: a loop stands within a loop');
        this.#collect(effect.effects, conditions, effect.each, tla);
      }
    }
  }

  /** A condition outside of loops gets a name, since many variables may hang on it. */
  #condition(expression: Expression, loop: Binder | null, tla: TlaExpressions): string {
    const condition = tla.truth(expression);
    if (loop !== null) return condition;
    const name = `when${this.#definitions.length + 1}`;
    this.#definitions.push(`${name} == ${condition}`);
    return name;
  }

  #assignment({ name, over }: Variable): string[] {
    const updates = this.#updates.get(name);
    if (updates === undefined) return [];
    const [first] = updates;
    if (first === undefined) return [];
    const place = first.at.join(', ');
    const isOnePlace = updates.every(({ loop, at }) => loop === null && at.join(', ') === place);
    const cases = updates.map(({ conditions, value }) => [both(conditions), value] as const);
    if (over.length === 0) return [`${name}' = ${choice(cases, name)}`];
    if (isOnePlace) return [`${name}' = [${name} EXCEPT ![${place}] = ${choice(cases, '@')}]`];
    const members = over.map((_, dimension) => `_n${dimension + 1}`);
    const domain = over.map((set, dimension) => `${members[dimension]} \\in ${setName(set)}`);
    const all = updates.map((update) => this.#caseFor(update, members));
    return [`${name}' = [${domain.join(', ')} |-> ${choice(all, applied(name, members))}]`];
  }

  /** An update as one case of a function of all members. Within a loop over these, the member is the loop's own. */
  #caseFor(update: Update, members: readonly string[]): readonly [string, string] {
    const { loop, at, conditions, value } = update;
    if (loop === null) {
      const isHere = at.map((index, dimension) => `${members[dimension]} = ${index}`);
      return [both([...isHere, ...conditions]), value];
    }
    const own = at.indexOf(loop.name);
    if (own === -1) {
      throw new ModelError('TLA+ export: a loop sets places that are not those of its own member');
    }
    const isHere = at.flatMap((index, dimension) =>
      dimension === own ? [] : [`${members[dimension]} = ${index}`],
    );
    const rename = (text: string) =>
      text.replaceAll(new RegExp(`\\b${loop.name}\\b`, 'g'), members[own] ?? loop.name);
    return [both([...isHere, ...conditions].map(rename)) || 'TRUE', rename(value)];
  }
}
