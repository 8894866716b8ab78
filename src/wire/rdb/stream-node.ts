import type { StreamEntry } from '../../../models/vocabulary/index.ts';
import { MalformedRdb } from './malformed.ts';
import { type IdParts, idText } from './stream-id.ts';

/** Flags of an entry. */
export const ENTRY = { deleted: 1, sameFields: 2 } as const;

/**
 * Reads the entries of one node of a stream. It begins with how many entries there are and how many were deleted and
 * with the fields of the first; the IDs of all are differences to the node's own.
 */
export function readNode(first: IdParts, elements: readonly string[]): StreamEntry[] {
  const node = new Elements(elements);
  const live = node.count();
  const deleted = node.count();
  const fields = node.strings(node.count());
  node.count();
  const entries: StreamEntry[] = [];
  for (let left = live + deleted; left > 0; left -= 1) {
    const flags = node.count();
    const id = idText({
      milliseconds: BigInt.asUintN(64, first.milliseconds + node.integer()),
      sequence: BigInt.asUintN(64, first.sequence + node.integer()),
    });
    const same = (flags & ENTRY.sameFields) !== 0;
    const pairs = same ? node.valuesOf(fields) : node.pairs(node.count());
    node.count();
    if ((flags & ENTRY.deleted) === 0) entries.push({ id, fields: pairs });
  }
  if (entries.length !== live) {
    throw malformed(`${live} entries are announced, and ${entries.length} are there`);
  }
  if (!node.done) throw malformed('elements follow its last entry');
  return entries;
}

const malformed = (problem: string): MalformedRdb =>
  new MalformedRdb(`a node of a stream: ${problem}`);

/** The elements of a node from the first to the last. */
class Elements {
  readonly #elements: readonly string[];
  #next = 0;

  constructor(elements: readonly string[]) {
    this.#elements = elements;
  }

  get done(): boolean {
    return this.#next === this.#elements.length;
  }

  string(): string {
    const element = this.#elements[this.#next];
    if (element === undefined) throw malformed('it ends in the middle of an entry');
    this.#next += 1;
    return element;
  }

  integer(): bigint {
    const element = this.string();
    if (!/^-?\d{1,20}$/.test(element)) {
      throw malformed(`an integer is due, not ${JSON.stringify(element.slice(0, 60))}`);
    }
    return BigInt(element);
  }

  /** A number of things in this node: of its elements there are no more. */
  count(): number {
    const element = this.string();
    const count = Number(element);
    if (!/^\d{1,10}$/.test(element) || count > this.#elements.length) {
      const shown = JSON.stringify(element.slice(0, 60));
      throw malformed(`${shown} of something, where it has ${this.#elements.length} elements`);
    }
    return count;
  }

  strings(count: number): string[] {
    return Array.from({ length: count }, () => this.string());
  }

  pairs(count: number): [string, string][] {
    return Array.from({ length: count }, () => [this.string(), this.string()]);
  }

  valuesOf(fields: readonly string[]): [string, string][] {
    return fields.map((field) => [field, this.string()]);
  }
}
