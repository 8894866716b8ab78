import type { Bindings } from '../interpret/evaluate.ts';
import { type Instance, instanceName } from '../interpret/interpreter.ts';
import { type Cells, cellName } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import { Fold } from './fold.ts';
import { decidingCell, type Folded, isKnown, mayFault, mentions } from './folded.ts';
import { decidingCellOf, type FoldedEffect, foldAgain, foldEffects } from './folded-effect.ts';
import { Knowledge } from './knowledge.ts';
import type { ExpressionWriter } from './write-expression.ts';
import { type Change, writeSuccessor } from './write-successor.ts';

/** The cells that effects may set, where that is known. */
const cellsSet = (effects: readonly FoldedEffect[], cells: Cells): (number | null)[] =>
  effects.flatMap((effect) =>
    'to' in effect
      ? [targetOf(effect, cells)]
      : [...cellsSet(effect.effects, cells), ...cellsSet(effect.otherwise, cells)],
  );

const targetOf = (effect: Extract<FoldedEffect, { to: Folded }>, cells: Cells): number | null => {
  const at = effect.at.flatMap((index) => (index.op === 'constant' ? [index.value] : []));
  if (at.length < effect.at.length) return null;
  const cell = cells.find(effect.variable, at);
  if (cell !== -1) return cell;
  throw new ModelError(`there is no ${cellName(effect.variable, at)} to set`);
};

/** Where this many cases are not enough, places that the state decides are chosen within expressions. */
const CASES_MAX = 32;

/** Each case is text, and the engine does not optimize endless functions. */
const BRANCHES_MAX = 4096;

/** Writes the transitions of one action instance as JavaScript statements. */
export class ActionWriter {
  readonly #cells: Cells;
  readonly #writer: ExpressionWriter;
  readonly #words: number;
  readonly #counter: number;

  /** `counter` is the place in `fired` at which the instances are counted. */
  constructor(cells: Cells, writer: ExpressionWriter, words: number, counter: number) {
    this.#cells = cells;
    this.#writer = writer;
    this.#words = words;
    this.#counter = counter;
  }

  /** Statements that write the successor at place `n` of the batch `b` and count it, where the instance is possible. */
  write(instance: Instance): string[] {
    const { action, choices: chosen } = instance;
    const bindings: Bindings = new Map(
      action.parameters.map((binder, index) => [binder, chosen[index] ?? Number.NaN]),
    );
    const knowledge = new Knowledge(this.#cells);
    const fold = new Fold(this.#cells, knowledge, bindings);
    const guards = action.guards.map((guard) => fold.of(guard));
    const effects = foldEffects(action.effects, this.#cells, knowledge, bindings);
    try {
      const lines = this.#guarded(guards, effects, knowledge);
      return lines.length === 0 ? [] : [`// ${instanceName(instance)}`, ...lines];
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new ModelError(`${instanceName(instance)}: ${error.message}`);
    }
  }

  #guarded(
    conditions: readonly Folded[],
    effects: readonly FoldedEffect[],
    knowledge: Knowledge,
  ): string[] {
    const fold = new Fold(this.#cells, knowledge, new Map());
    const open = conditions
      .map((condition) => fold.again(condition))
      .filter((condition) => !isKnown(condition, 1));
    const closed = open.findIndex((condition) => isKnown(condition, 0));
    if (closed !== -1) return this.#closed(open.slice(0, closed), fold, knowledge);
    const [first, ...rest] = open;
    if (first === undefined) return this.#effects(foldAgain(effects, fold), knowledge);
    const deciding = this.#deciding(open, effects);
    if (deciding !== null && mentions(first, deciding) && this.#maySplit(deciding, knowledge)) {
      return this.#split(deciding, knowledge, (learned) => this.#guarded(open, effects, learned));
    }
    const condition = this.#writer.condition(fold.settled(first), knowledge);
    const inner = this.#guarded(rest, effects, knowledge.after(first, true));
    if (inner.length === 0 && mayFault(first)) return [`${condition};`];
    return this.#when(condition, inner, []);
  }

  /** An instance that is never possible. Conditions before the one that is never true may still show a mistake. */
  #closed(conditions: readonly Folded[], fold: Fold, knowledge: Knowledge): string[] {
    if (!conditions.some(mayFault)) return [];
    const all = conditions.reduceRight((right, left) => ({ op: 'and', left, right }));
    return [`${this.#writer.condition(fold.settled(all), knowledge)};`];
  }

  #deciding(conditions: readonly Folded[], effects: readonly FoldedEffect[]): number | null {
    for (const condition of conditions) {
      const cell = decidingCell(condition);
      if (cell !== null) return cell;
    }
    return decidingCellOf(effects, 'all');
  }

  #maySplit(cell: number, knowledge: Knowledge): boolean {
    const { low, high } = knowledge.cell(cell);
    return knowledge.cases * (high - low + 1) <= CASES_MAX;
  }

  /** One branch for each value that a cell may have, so that everything the value decides is known. */
  #split(cell: number, knowledge: Knowledge, write: (learned: Knowledge) => string[]): string[] {
    const { low, high } = knowledge.cell(cell);
    let lines: string[] = [];
    for (let value = high; value >= low; value -= 1) {
      const learned = knowledge.narrowed(cell, { low: value, high: value });
      const branch = write(learned.splitInto(high - low + 1));
      if (branch.length === 0) continue;
      lines = this.#when(`${this.#writer.cell(cell)} === ${value}`, branch, lines);
    }
    return lines;
  }

  #when(condition: string, then: readonly string[], otherwise: readonly string[]): string[] {
    if (then.length === 0 && otherwise.length === 0) return [];
    if (otherwise.length === 0) return [`if (${condition}) {`, ...then, '}'];
    return [`if (${condition}) {`, ...then, '} else {', ...otherwise, '}'];
  }

  #effects(effects: readonly FoldedEffect[], knowledge: Knowledge): string[] {
    const again = (learned: Knowledge): string[] =>
      this.#effects(foldAgain(effects, new Fold(this.#cells, learned, new Map())), learned);
    const targets = decidingCellOf(effects, 'targets');
    if (targets !== null) return this.#split(targets, knowledge, again);
    const touched = cellsSet(effects, this.#cells);
    const branching = effects.find((effect) => 'when' in effect && !this.#isSmall(effect, touched));
    const deciding =
      branching !== undefined && 'when' in branching
        ? decidingCell(branching.when)
        : decidingCellOf(effects, 'all');
    if (deciding !== null && this.#maySplit(deciding, knowledge)) {
      return this.#split(deciding, knowledge, again);
    }
    if (branching !== undefined && 'when' in branching) {
      return this.#branch(branching, effects, knowledge);
    }
    return [
      ...writeSuccessor(this.#changes(effects, knowledge), this.#writer, knowledge, this.#words),
      `fired[${this.#counter}] += 1;`,
    ];
  }

  #branch(
    branching: Extract<FoldedEffect, { when: Folded }>,
    effects: readonly FoldedEffect[],
    knowledge: Knowledge,
  ): string[] {
    if (knowledge.cases > BRANCHES_MAX) {
      throw new ModelError('its effects branch into too many cases: make several actions of it');
    }
    const lines = (outcome: boolean): string[] => {
      const learned = knowledge.after(branching.when, outcome).splitInto(2);
      const chosen = outcome ? branching.effects : branching.otherwise;
      const all = effects.flatMap((effect) => (effect === branching ? chosen : [effect]));
      return this.#effects(foldAgain(all, new Fold(this.#cells, learned, new Map())), learned);
    };
    const fold = new Fold(this.#cells, knowledge, new Map());
    const condition = this.#writer.condition(fold.settled(branching.when), knowledge);
    return this.#when(condition, lines(true), lines(false));
  }

  /** Whether a condition decides over a single cell that nothing else sets: then it is cheaper as a value. */
  #isSmall(
    effect: Extract<FoldedEffect, { when: Folded }>,
    touched: readonly (number | null)[],
  ): boolean {
    const [only] = effect.effects;
    if (effect.effects.length !== 1 || effect.otherwise.length > 0) return false;
    if (only === undefined || 'when' in only) return false;
    const cell = targetOf(only, this.#cells);
    return touched.filter((other) => other === cell).length === 1;
  }

  #changes(effects: readonly FoldedEffect[], knowledge: Knowledge): Change[] {
    const fold = new Fold(this.#cells, knowledge, new Map());
    const changes = effects.flatMap((effect): Change[] => {
      const plain = 'when' in effect ? effect.effects[0] : effect;
      if (plain === undefined || 'when' in plain) return [];
      const cell = targetOf(plain, this.#cells);
      if (cell === null) return [];
      const when = 'when' in effect ? fold.settled(effect.when) : null;
      return [{ cell, to: fold.settled(plain.to), when }];
    });
    const twice = changes.find(({ cell }, index) =>
      changes.slice(index + 1).some((later) => later.cell === cell),
    );
    if (twice === undefined) return changes;
    const { variable, at } = this.#writer.field(twice.cell).cell;
    throw new ModelError(`${cellName(variable.name, at)} is set twice in one step`);
  }
}
