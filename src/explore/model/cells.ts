import type { Domain, IndexSet } from './domain.ts';
import type { CellValue, Model, Variable } from './model.ts';

/** One place of the state with all its indices known. */
export interface Cell {
  readonly variable: Variable;
  readonly at: readonly number[];
}

/** All combinations of members, the last index running fastest. */
export const combinations = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (shorter, size) =>
      shorter.flatMap((start) => Array.from({ length: size }, (_, member) => [...start, member])),
    [[]],
  );

export const sizesOf = (sets: readonly IndexSet[]): number[] => sets.map((set) => set.size);

/** A cell as reports write it: `off[1]`. */
export const cellName = (variable: string, at: readonly number[]): string =>
  `${variable}${at.map((index) => `[${index}]`).join('')}`;

/** Where the cells of each variable stand in the flat list of cells. */
export class Cells {
  readonly list: readonly Cell[];
  readonly variables: readonly Variable[];
  readonly #first = new Map<string, { readonly at: number; readonly variable: Variable }>();

  constructor(model: Model) {
    const list: Cell[] = [];
    this.variables = model.variables;
    for (const variable of model.variables) {
      this.#first.set(variable.name, { at: list.length, variable });
      for (const at of combinations(sizesOf(variable.over))) list.push({ variable, at });
    }
    this.list = list;
  }

  domainOf(variable: string): Domain | null {
    return this.#first.get(variable)?.variable.domain ?? null;
  }

  /** How many members one of the indices of a variable ranges over. */
  sizeAt(variable: string, dimension: number): number {
    return this.#first.get(variable)?.variable.over[dimension]?.size ?? 0;
  }

  /** The place of a cell in the list, or -1 where an index names no member. */
  find(variable: string, at: readonly number[]): number {
    const found = this.#first.get(variable);
    if (found === undefined) return -1;
    let offset = 0;
    for (const [dimension, set] of found.variable.over.entries()) {
      const index = at[dimension] ?? -1;
      if (index < 0 || index >= set.size) return -1;
      offset = offset * set.size + index;
    }
    return found.at + offset;
  }

  initial(): CellValue[] {
    return this.list.map(({ variable, at }) => variable.initially(at));
  }
}
