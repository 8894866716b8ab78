import type { FlatState } from '../interpret/evaluate.ts';
import type { Cells } from '../model/cells.ts';
import type { CellValue } from '../model/model.ts';
import type { Teller } from '../report/story.ts';

const number = (value: CellValue): number => (typeof value === 'number' ? value : value.length);

const window = (bs: number, off: number): string => (bs === off ? 'empty' : `${bs + 1}..${off}`);

/** Each node on a line: role, IDs, offset, the bytes in its backlog, and which writes made the bytes of its stream. */
export const tellCore = (cells: Cells): Teller => {
  const nodes = cells.variables.find(({ name }) => name === 'm')?.over[0]?.size ?? 0;
  const tellNode = (state: FlatState, node: number): string => {
    const value = (variable: string): CellValue => state[cells.find(variable, [node])] ?? 0;
    const [m, off, rid2] = ['m', 'off', 'rid2'].map((variable) => number(value(variable)));
    const link = number(value('up')) === 1 ? 'linked' : 'no link';
    const role = m === node ? 'master' : `replica of ${m}, ${link}`;
    const previous = rid2 === 0 ? 'none' : `${rid2} up to ${value('so')}`;
    const stream = value('hist');
    return [
      `node ${node}`,
      role.padEnd(21),
      `replid ${value('rid')}`,
      `replid2 ${previous}`.padEnd(17),
      `offset ${off}`,
      `window ${window(number(value('bs')), off ?? 0)}`.padEnd(12),
      `stream [${typeof stream === 'number' ? '' : stream.join(' ')}]`,
    ].join('  ');
  };
  return (state) => Array.from({ length: nodes }, (_, node) => tellNode(state, node));
};
