import { Cells, cellName, combinations } from '../model/cells.ts';
import { isWithin } from '../model/check.ts';
import { describeDomain } from '../model/domain.ts';
import type { Effect, Expression } from '../model/expression.ts';
import type { Action, CellValue, Model } from '../model/model.ts';
import { type Bindings, choices, Evaluation, type FlatState, StepError } from './evaluate.ts';

/** An action with its parameters chosen. */
export interface Instance {
  readonly action: Action;
  readonly choices: readonly number[];
}

/** One transition out of a state. */
export interface Step {
  readonly instance: Instance;
  readonly next: FlatState;
}

/** An instance as reports write it: `DEMOTE(1, 0)`. */
export const instanceName = ({ action, choices: chosen }: Instance): string =>
  chosen.length === 0 ? action.name : `${action.name}(${chosen.join(', ')})`;

/** All instances of all actions, in the order in which successors are numbered. */
export const instancesOf = (model: Model): Instance[] =>
  model.actions.flatMap((action) => {
    const ranges = action.parameters.map(choices);
    return combinations(ranges.map((range) => range.length)).map((picked) => ({
      action,
      choices: picked.map((index, place) => ranges[place]?.[index] ?? Number.NaN),
    }));
  });

const NOTHING_BOUND: Bindings = new Map();

/** Runs a model as it is written, slowly: the oracle of the compiled programs, and the teller of stories. */
export class Interpreter {
  readonly model: Model;
  readonly cells: Cells;
  readonly instances: readonly Instance[];

  constructor(model: Model) {
    this.model = model;
    this.cells = new Cells(model);
    this.instances = instancesOf(model);
  }

  initial(): FlatState {
    return this.cells.initial();
  }

  holds(property: Expression, state: FlatState): boolean {
    return new Evaluation(this.cells, state).holds(property, NOTHING_BOUND);
  }

  /** Every transition out of a state. Throws a `StepError` that names the instance where the model makes a mistake. */
  successors(state: FlatState): Step[] {
    return this.instances.flatMap((instance) => {
      const next = this.step(state, instance);
      return next === null ? [] : [{ instance, next }];
    });
  }

  /** The state after one instance, or null where it is not possible. */
  step(state: FlatState, instance: Instance): FlatState | null {
    try {
      return this.#step(state, instance);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      throw new StepError(`${instanceName(instance)}: ${error.message}`);
    }
  }

  #step(state: FlatState, { action, choices: chosen }: Instance): FlatState | null {
    const evaluation = new Evaluation(this.cells, state);
    const bindings: Bindings = new Map(
      action.parameters.map((binder, index) => [binder, chosen[index] ?? Number.NaN]),
    );
    if (!action.guards.every((guard) => evaluation.holds(guard, bindings))) return null;
    const changes = new Map<number, CellValue>();
    this.#collect(action.effects, evaluation, bindings, changes);
    return state.map((value, cell) => changes.get(cell) ?? value);
  }

  #collect(
    effects: readonly Effect[],
    evaluation: Evaluation,
    bindings: Bindings,
    changes: Map<number, CellValue>,
  ): void {
    for (const effect of effects) {
      if ('when' in effect) {
        const holds = evaluation.holds(effect.when, bindings);
        this.#collect(holds ? effect.effects : effect.otherwise, evaluation, bindings, changes);
      } else if ('each' in effect) {
        for (const choice of choices(effect.each)) {
          const inner = new Map(bindings).set(effect.each, choice);
          this.#collect(effect.effects, evaluation, inner, changes);
        }
      } else {
        const cell = evaluation.locate(effect.sets, bindings);
        this.#set(cell, evaluation.value(effect.to, bindings), changes);
      }
    }
  }

  #set(index: number, value: CellValue, changes: Map<number, CellValue>): void {
    const cell = this.cells.list[index];
    if (cell === undefined) throw new StepError(`there is no cell ${index}`);
    const { variable, at } = cell;
    const name = cellName(variable.name, at);
    if (changes.has(index)) throw new StepError(`${name} is set twice in one step`);
    if (!isWithin(variable.domain, value)) {
      throw new StepError(
        `${name} becomes ${JSON.stringify(value)}, which is not ${describeDomain(variable.domain)}`,
      );
    }
    changes.set(index, value);
  }
}
