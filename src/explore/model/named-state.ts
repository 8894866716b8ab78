import type { Cells } from './cells.ts';
import { sizesOf } from './cells.ts';
import type { CellValue, Variable } from './model.ts';

/** What a variable holds, as a reader or a JSON file wants it: families are lists by member. */
export type NamedValue = number | boolean | readonly NamedValue[];

/** A state by the names of its variables. */
export type NamedState = Readonly<Record<string, NamedValue>>;

const named = ({ domain }: Variable, value: CellValue): NamedValue =>
  domain.holds === 'flag' ? value !== 0 : value;

const gather = (
  sizes: readonly number[],
  at: readonly number[],
  read: (at: readonly number[]) => NamedValue,
): NamedValue => {
  const [size, ...rest] = sizes;
  if (size === undefined) return read(at);
  return Array.from({ length: size }, (_, member) => gather(rest, [...at, member], read));
};

/** A flat state by the names of its variables. */
export const nameState = (cells: Cells, state: readonly CellValue[]): NamedState =>
  Object.fromEntries(
    cells.variables.map((variable) => {
      const read = (at: readonly number[]) =>
        named(variable, state[cells.find(variable.name, at)] ?? 0);
      return [variable.name, gather(sizesOf(variable.over), [], read)];
    }),
  );
