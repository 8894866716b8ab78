import type { Table } from '../model/expression.ts';

const fitsInByte = (value: number): boolean => value >= -128 && value < 128;

/** The tables that a program looks up, each under a name of its own. */
export class TableNames {
  readonly #names = new Map<Table, string>();

  nameOf(table: Table): string {
    const name = this.#names.get(table) ?? `table${this.#names.size}`;
    this.#names.set(table, name);
    return name;
  }

  /** Declarations of all tables that were named so far. */
  declarations(): string[] {
    return [...this.#names].map(([{ values }, name]) => {
      const array = values.every(fitsInByte) ? 'Int8Array' : 'Int32Array';
      return `const ${name} = ${array}.from([${values.join()}]);`;
    });
  }
}
