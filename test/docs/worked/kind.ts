import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { WorkedTable } from '../markdown.ts';

/** The cells of one row, by the heads of their columns. */
export type Cells = Readonly<Record<string, string>>;

/**
 * One kind of worked table. From what a row gives, `begin` computes what its other cells must say; what earlier rows led
 * to is remembered in between.
 */
export interface Kind {
  readonly begin: (given: Cells, rules: Ruleset) => (row: Cells) => Cells;
}

/** A row that can't be read. */
export class UnreadableRow extends Error {}

/** Every cell of a table that says something else than the rules do, as a sentence. */
export const problemsOf = (table: WorkedTable, kind: Kind, rules: Ruleset): string[] => {
  const compute = kind.begin(Object.fromEntries(table.given), rules);
  return table.rows.flatMap(({ line, cells }) => {
    try {
      return Object.entries(compute(Object.fromEntries(cells)))
        .filter(([head, computed]) => cells.get(head) !== computed)
        .map(
          ([head, computed]) =>
            `line ${line}, "${head}": the page says ${cells.get(head)}, the rules ${computed}`,
        );
    } catch (error) {
      if (error instanceof UnreadableRow) return [`line ${line}: ${error.message}`];
      throw error;
    }
  });
};
