import { instancesOf } from '../interpret/interpreter.ts';
import { Cells } from '../model/cells.ts';
import type { Model, StateProperty } from '../model/model.ts';
import { Fold } from './fold.ts';
import { Knowledge } from './knowledge.ts';
import { type Layout, layoutOf } from './layout.ts';
import { TableNames } from './table-names.ts';
import { ActionWriter } from './write-action.ts';
import { ExpressionWriter } from './write-expression.ts';

/**
 * The compiled form of a model: JavaScript functions over packed states, as text, so that worker threads can be handed
 * it too. The functions are
 *
 * - `successors(w0, ..., n)`: writes every successor into the batch `b` from place `n` on, in the order of the
 *   instances, counts in `fired` which action did it, and returns the place behind the last;
 * - `safe(w0, ...)`: whether all of `always` hold;
 * - `witness(w0, ...)`: counts in `witnessed` which of `sometimes` hold;
 *
 * and they call `fault()` where the model makes a mistake, which the interpreter can then name.
 */
export interface ProgramText {
  readonly layout: Layout;
  /** How many successors a state can have. */
  readonly successorsMax: number;
  readonly text: string;
}

/**
 * The engine refuses to optimize functions of more than about 60 kB of bytecode, and one big function is faster than
 * several small ones, which would unpack the same state again. This many characters stay well below.
 */
const FUNCTION_TEXT_MAX = 40_000;

/** `w0, w1, ...` or the like. */
export const wordList = (words: number, prefix = 'w'): string =>
  Array.from({ length: words }, (_, word) => `${prefix}${word}`).join(', ');

const functionText = (head: string, writer: ExpressionWriter, body: readonly string[]): string =>
  [`function ${head} {`, ...writer.locals(), ...body, '}'].join('\n');

interface Part {
  readonly writer: ExpressionWriter;
  readonly body: string[];
  length: number;
}

const writeSuccessors = (
  model: Model,
  cells: Cells,
  layout: Layout,
  tables: TableNames,
): string => {
  const parts: Part[] = [];
  const begin = (): Part => {
    const part = { writer: new ExpressionWriter(cells, layout, tables), body: [], length: 0 };
    parts.push(part);
    return part;
  };
  let part = begin();
  for (const instance of instancesOf(model)) {
    if (part.length > FUNCTION_TEXT_MAX) part = begin();
    const counter = model.actions.indexOf(instance.action);
    const lines = new ActionWriter(cells, part.writer, layout.words, counter).write(instance);
    part.body.push(...lines);
    part.length += lines.reduce((sum, line) => sum + line.length, 0);
  }
  const words = wordList(layout.words);
  const functions = parts.map(({ writer, body }, index) =>
    functionText(`successors${index}(${words}, n)`, writer, [...body, 'return n;']),
  );
  const calls = parts.map((_, index) => `n = successors${index}(${words}, n);`);
  return [...functions, `function successors(${words}, n) {`, ...calls, 'return n;', '}'].join(
    '\n',
  );
};

const writeSafe = (
  properties: readonly StateProperty[],
  cells: Cells,
  layout: Layout,
  tables: TableNames,
): string => {
  const writer = new ExpressionWriter(cells, layout, tables);
  const knowledge = new Knowledge(cells);
  const fold = new Fold(cells, knowledge, new Map());
  const tests = properties.map(
    ({ name, holds }) =>
      `if (!(${writer.condition(fold.settled(fold.of(holds)), knowledge)})) return false; // ${name}`,
  );
  return functionText(`safe(${wordList(layout.words)})`, writer, [...tests, 'return true;']);
};

const writeWitness = (
  properties: readonly StateProperty[],
  cells: Cells,
  layout: Layout,
  tables: TableNames,
): string => {
  const writer = new ExpressionWriter(cells, layout, tables);
  const knowledge = new Knowledge(cells);
  const fold = new Fold(cells, knowledge, new Map());
  const counts = properties.map(
    ({ name, holds }, index) =>
      `if (${writer.condition(fold.settled(fold.of(holds)), knowledge)}) witnessed[${index}] += 1; // ${name}`,
  );
  return functionText(`witness(${wordList(layout.words)})`, writer, counts);
};

/** Compiles a model. Throws a `ModelError` where it cannot be packed or always makes a mistake. */
export const writeProgram = (model: Model): ProgramText => {
  const cells = new Cells(model);
  const layout = layoutOf(cells);
  const tables = new TableNames();
  const functions = [
    writeSuccessors(model, cells, layout, tables),
    writeSafe(model.always, cells, layout, tables),
    writeWitness(model.sometimes, cells, layout, tables),
  ];
  const text = [...tables.declarations(), ...functions].join('\n');
  return { layout, successorsMax: instancesOf(model).length, text };
};
