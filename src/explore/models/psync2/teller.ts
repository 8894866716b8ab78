import type { FlatState } from '../../interpret/evaluate.ts';
import type { Cells } from '../../model/cells.ts';
import type { CellValue } from '../../model/model.ts';
import type { Teller } from '../../report/story.ts';

/** Reads one node's variables by name. */
type Read = (variable: string) => CellValue;

const linkOf = (read: Read): string => {
  if (read('up') === 0) return 'no link';
  if (read('loading') === 1) return 'loading';
  return read('open') === 1 ? 'linked' : 'closed by its master';
};

const windowOf = (read: Read): string => {
  const [first, len] = [Number(read('first')), Number(read('len'))];
  if (first === 0) return 'no backlog';
  return len === 0 ? 'window empty' : `window ${first}..${first + len - 1}`;
};

const restOf = (read: Read): string => {
  const late = read('late');
  return [
    ...(late === 0 ? [] : [`unit ${late} on the way`]),
    ...(read('half') === 1 ? ['inside MULTI'] : []),
  ].join(', ');
};

/** Each node on a line: role and link, IDs, offset, backlog, which writes made its data, and what is half done. */
export const tellPsync2 = (cells: Cells): Teller => {
  const nodes = cells.variables.find(({ name }) => name === 'm')?.over[0]?.size ?? 0;
  const tellNode = (state: FlatState, node: number): string => {
    const read: Read = (variable) => state[cells.find(variable, [node])] ?? 0;
    const role = read('m') === node ? 'master' : `replica of ${read('m')}, ${linkOf(read)}`;
    const previous = read('rid2') === 0 ? 'none' : `${read('rid2')} up to ${read('so')}`;
    const data = read('hist');
    return [
      `node ${node}`,
      role.padEnd(34),
      `replid ${read('rid')}`,
      `replid2 ${previous}`.padEnd(17),
      `offset ${read('off')}`,
      windowOf(read).padEnd(12),
      `data [${typeof data === 'number' ? '' : data.join(' ')}]`.padEnd(12),
      restOf(read),
    ]
      .join('  ')
      .trimEnd();
  };
  return (state) => Array.from({ length: nodes }, (_, node) => tellNode(state, node));
};
