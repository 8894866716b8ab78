import type { BinaryOperator, Table } from '../model/expression.ts';

/**
 * An expression with all that is known at compile time worked out: parameters are numbers, quantifiers are unrolled,
 * places are cells. `dynamic` is a place whose index the state decides; `fault` is an error of the model if reached.
 */
export type Folded =
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'cell'; readonly cell: number }
  | { readonly op: 'dynamic'; readonly variable: string; readonly at: readonly Folded[] }
  | { readonly op: 'fault' }
  | { readonly op: BinaryOperator; readonly left: Folded; readonly right: Folded }
  | { readonly op: 'not' | 'length'; readonly of: Folded }
  | { readonly op: 'table'; readonly table: Table; readonly of: readonly Folded[] }
  | {
      readonly op: 'choose';
      readonly condition: Folded;
      readonly chosen: Folded;
      readonly otherwise: Folded;
    };

/** The least and greatest value that an expression can have. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const known = (value: number): Folded => ({ op: 'constant', value });

export const isKnown = (folded: Folded, value: number): boolean =>
  folded.op === 'constant' && folded.value === value;

/** The parts of an expression, in the order in which they are looked at. */
export const partsOf = (folded: Folded): readonly Folded[] => {
  switch (folded.op) {
    case 'constant':
    case 'cell':
    case 'fault':
      return [];
    case 'dynamic':
      return folded.at;
    case 'table':
      return folded.of;
    case 'not':
    case 'length':
      return [folded.of];
    case 'choose':
      return [folded.condition, folded.chosen, folded.otherwise];
    default:
      return [folded.left, folded.right];
  }
};

/** Whether looking at an expression may show a mistake of the model, so that it must not be folded away. */
export const mayFault = (folded: Folded): boolean =>
  folded.op === 'fault' ||
  folded.op === 'item' ||
  folded.op === 'append' ||
  folded.op === 'table' ||
  partsOf(folded).some(mayFault);

const firstCell = (folded: Folded): number | null => {
  if (folded.op === 'cell') return folded.cell;
  for (const part of partsOf(folded)) {
    const cell = firstCell(part);
    if (cell !== null) return cell;
  }
  return null;
};

/** A cell whose value decides an index somewhere in the expression, or null where all places are known. */
export const decidingCell = (folded: Folded): number | null => {
  if (folded.op === 'dynamic') return firstCell(folded);
  for (const part of partsOf(folded)) {
    const cell = decidingCell(part);
    if (cell !== null) return cell;
  }
  return null;
};

/** Whether an expression looks at a cell. */
export const mentions = (folded: Folded, cell: number): boolean =>
  folded.op === 'cell'
    ? folded.cell === cell
    : partsOf(folded).some((part) => mentions(part, cell));
