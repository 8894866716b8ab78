import type { StreamEntry } from '../../../models/vocabulary/index.ts';
import { type BackLength, ListpackText } from './listpack-text.ts';
import { type IdParts, idParts } from './stream-id.ts';
import { ENTRY } from './stream-node.ts';

/** When a node is full, as in Redis (`stream-node-max-entries`, `stream-node-max-bytes`). */
const FULL = { entries: 100, bytes: 4096 } as const;

/** Entries that share a node; there is always a first. */
type Node = [StreamEntry, ...StreamEntry[]];

/** Divides the entries of a stream among nodes. */
export function nodesOf(entries: readonly StreamEntry[]): Node[] {
  const nodes: Node[] = [];
  let bytes: number = FULL.bytes;
  for (const entry of entries) {
    const node = nodes.at(-1);
    if (node !== undefined && bytes < FULL.bytes && node.length < FULL.entries) {
      node.push(entry);
    } else {
      nodes.push([entry]);
      bytes = 0;
    }
    for (const [field, value] of entry.fields) bytes += field.length + value.length;
  }
  return nodes;
}

/** A node as a listpack: what `readNode` reads, with nothing deleted. */
export function nodeText(first: IdParts, node: Node, backLength: BackLength): string {
  const listpack = new ListpackText(backLength);
  const fields = node[0].fields.map(([field]) => field);
  listpack.integer(node.length);
  listpack.integer(0);
  listpack.integer(fields.length);
  for (const field of fields) listpack.string(field);
  listpack.integer(0);
  for (const entry of node) putEntry(listpack, first, fields, entry);
  return listpack.whole;
}

const putEntry = (
  listpack: ListpackText,
  first: IdParts,
  fields: readonly string[],
  entry: StreamEntry,
): void => {
  const same = hasFields(entry, fields);
  const { milliseconds, sequence } = idParts(entry.id);
  listpack.integer(same ? ENTRY.sameFields : 0);
  listpack.integer(BigInt.asIntN(64, milliseconds - first.milliseconds));
  listpack.integer(BigInt.asIntN(64, sequence - first.sequence));
  if (!same) listpack.integer(entry.fields.length);
  for (const [field, value] of entry.fields) {
    if (!same) listpack.string(field);
    listpack.string(value);
  }
  const idAndFlags = 3;
  const count = same ? entry.fields.length : 2 * entry.fields.length + 1;
  listpack.integer(idAndFlags + count);
};

const hasFields = (entry: StreamEntry, fields: readonly string[]): boolean =>
  entry.fields.length === fields.length &&
  entry.fields.every(([field], index) => field === fields[index]);
