import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The record of a finished tree, written last, in the tree's own folder. */
export const TREE_FILE = 'tree.json';

export interface TreeRecord {
  /** The dynamic loader's path within the tree. */
  readonly loader: string;
  /** The packages that the tree was made from, each with its version. */
  readonly packages: readonly string[];
  /** The size of every file in bytes, by its path within the tree. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** What a look at a tree finds. */
export type TreeFound =
  | { readonly found: 'whole'; readonly record: TreeRecord }
  | { readonly found: 'damaged'; readonly because: string }
  | { readonly found: 'absent' };

/** The sizes of a tree's files and links, but not of its record. */
export const sizesOf = async (tree: string): Promise<Record<string, number>> => {
  const sizes: Record<string, number> = {};
  for (const folder of ['bin', 'lib']) {
    for (const name of (await readdir(join(tree, folder))).sort()) {
      const file = join(folder, name);
      sizes[file] = (await lstat(join(tree, file))).size;
    }
  }
  return sizes;
};

/** Whether a tree is there, and as it was when it was finished. */
export const lookAtTree = async (tree: string): Promise<TreeFound> => {
  const text = await readFile(join(tree, TREE_FILE), 'utf8').catch(() => null);
  if (text === null) {
    const exists = await lstat(tree).catch(() => null);
    return exists === null
      ? { found: 'absent' }
      : { found: 'damaged', because: `it has no ${TREE_FILE}` };
  }
  const record = parseRecord(text);
  if (record === null) return { found: 'damaged', because: `its ${TREE_FILE} is not readable` };
  for (const [file, size] of Object.entries(record.sizes)) {
    const actual = (await lstat(join(tree, file)).catch(() => null))?.size;
    if (actual === size) continue;
    const because =
      actual === undefined
        ? `it lacks ${file}`
        : `its ${file} has ${actual} bytes instead of ${size}`;
    return { found: 'damaged', because };
  }
  return { found: 'whole', record };
};

const parseRecord = (text: string): TreeRecord | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

const isRecord = (value: unknown): value is TreeRecord =>
  typeof value === 'object' &&
  value !== null &&
  'loader' in value &&
  typeof value.loader === 'string' &&
  'packages' in value &&
  Array.isArray(value.packages) &&
  value.packages.every((item) => typeof item === 'string') &&
  'sizes' in value &&
  typeof value.sizes === 'object' &&
  value.sizes !== null &&
  Object.values(value.sizes).every((size) => typeof size === 'number');
