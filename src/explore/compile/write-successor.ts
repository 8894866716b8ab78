import { type Folded, mayFault } from './folded.ts';
import type { Knowledge } from './knowledge.ts';
import type { Field } from './layout.ts';
import type { ExpressionWriter } from './write-expression.ts';

/** What a step makes of a cell; where `when` is given, only if that holds. */
export interface Change {
  readonly cell: number;
  readonly to: Folded;
  readonly when: Folded | null;
}

/** A word of the successor: bits that are cleared, known bits that are set, and what is joined at run time. */
interface WordChange {
  clear: number;
  set: number;
  readonly joined: string[];
  readonly added: string[];
  readonly cleared: string[];
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

const maskOf = ({ shift, bits }: Field): number => (2 ** bits - 1) * 2 ** shift;

/** A step that counts a cell up or down by a known number. */
const countedBy = ({ cell, to, when }: Change): number | null => {
  if (when !== null || to.op !== 'plus') return null;
  const { left, right } = to;
  return left.op === 'cell' && left.cell === cell && right.op === 'constant' ? right.value : null;
};

const shifted = (code: string, shift: number): string =>
  shift === 0 ? code : `${code} << ${shift}`;

/** Statements that put the successor into the batch `b` at `n`, and move `n` on. */
export const writeSuccessor = (
  changes: readonly Change[],
  writer: ExpressionWriter,
  knowledge: Knowledge,
  words: number,
): string[] => {
  const changed: WordChange[] = Array.from({ length: words }, () => ({
    clear: 0,
    set: 0,
    joined: [],
    added: [],
    cleared: [],
  }));
  const lines: string[] = [];
  for (const change of changes) {
    const field = writer.field(change.cell);
    const word = changed[field.word];
    if (word !== undefined) lines.push(...writeChange(change, field, word, writer, knowledge));
  }
  for (const [index, word] of changed.entries()) {
    lines.push(`b[n${index === 0 ? '' : ` + ${index}`}] = ${wordCode(index, word)};`);
  }
  return [...lines, `n += ${words};`];
};

const wordCode = (index: number, { clear, set, joined, added, cleared }: WordChange): string => {
  const kept = [clear === 0 ? `w${index}` : `w${index} & ${hex(~clear)}`, ...cleared].join(' & ');
  const bits = [...(set === 0 ? [] : [hex(set)]), ...joined];
  const whole = [`(${kept})`, ...bits.map((part) => `(${part})`)].join(' | ');
  return added.length === 0 ? whole : `(${whole}) + ${added.join(' + ')}`;
};

/** Statements that check what the expressions of the words do not, such as a number that is known to be too great. */
const writeChange = (
  change: Change,
  field: Field,
  word: WordChange,
  writer: ExpressionWriter,
  knowledge: Knowledge,
): string[] => {
  const { to, when, cell } = change;
  if (to.op === 'cell' && to.cell === cell) {
    return when !== null && mayFault(when) ? [`${writer.condition(when, knowledge)};`] : [];
  }
  const step = countedBy(change);
  if (step !== null) {
    const checked = writer.numberFor(to, field, knowledge);
    word.added.push(hexOrMinus(step * 2 ** field.shift));
    return checked === writer.number(to, knowledge) ? [] : [`${checked};`];
  }
  if (when !== null) return writeChoice({ ...change, when }, field, word, writer, knowledge);
  word.clear |= maskOf(field);
  const value = writer.numberFor(to, field, knowledge);
  if (to.op === 'constant') {
    if (field.digitBits === 0) word.set |= (to.value - field.base) << field.shift;
    return value === writer.number(to, knowledge) ? [] : [`${value};`];
  }
  word.joined.push(shifted(field.digitBits === 0 ? withoutBase(value, field) : value, field.shift));
  return [];
};

/** A change that happens or not, as bits that are cleared and joined or not. */
const writeChoice = (
  { to, when }: Change & { readonly when: Folded },
  field: Field,
  word: WordChange,
  writer: ExpressionWriter,
  knowledge: Knowledge,
): string[] => {
  const condition = writer.condition(when, knowledge);
  const learned = knowledge.after(when, true);
  word.cleared.push(`~(${condition} ? ${hex(maskOf(field))} : 0)`);
  const value = writer.numberFor(to, field, learned);
  const isCleared = to.op === 'constant' && (field.digitBits > 0 || to.value === field.base);
  if (isCleared && value === writer.number(to, learned)) return [];
  const stored = field.digitBits === 0 ? withoutBase(value, field) : value;
  word.joined.push(`(${condition} ? ${shifted(stored, field.shift)} : 0)`);
  return [];
};

const withoutBase = (code: string, { base }: Field): string =>
  base === 0 ? code : `(${code} - ${base})`;

const hexOrMinus = (value: number): string => (value < 0 ? `(${value})` : hex(value));
