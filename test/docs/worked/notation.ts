import {
  type BacklogWindow,
  nextByte,
  REPLID_LENGTH,
  type ReplicationIds,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { UnreadableRow } from './kind.ts';

/** A letter of the page stands for a replid of forty such letters. */
export const replidOf = (letter: string): string =>
  /^[a-zA-Z]$/.test(letter) ? letter.repeat(REPLID_LENGTH) : letter;

const letterOf = (replid: string): string =>
  /^(.)\1{39}$/.test(replid) ? replid.slice(0, 1) : replid;

/** A line with its letters written out, and back. */
export const written = (line: string): string =>
  line.replaceAll(/(?<=[ :])[a-zA-Z](?= |$)/g, replidOf);
export const shown = (line: string): string => line.replaceAll(/\b([a-zA-Z])\1{39}\b/g, letterOf);

export const asCode = (text: string): string => `\`${text}\``;

/** What stands between backticks. */
export const codeOf = (cell: string | undefined): string => {
  const [, code] = /`([^`]+)`/.exec(cell ?? '') ?? [];
  if (code === undefined) throw new UnreadableRow(`nothing stands between backticks in "${cell}"`);
  return code;
};

/** A line of the wire: code, or "(an empty line)". */
export const lineOf = (cell: string | undefined): string =>
  cell === '(an empty line)' ? '' : codeOf(cell);

export const numberOf = (text: string | undefined): number => {
  if (text === undefined || !/^-?\d+$/.test(text)) {
    throw new UnreadableRow(`"${text}" where a number is due`);
  }
  return Number(text);
};

/** `[101, 192)`, or "none". */
export const windowOf = (cell: string | undefined): BacklogWindow | null => {
  if (cell === 'none') return null;
  const [, first, end] = /^`\[(\d+), (\d+)\)`$/.exec(cell ?? '') ?? [];
  return {
    firstByte: nextByte(numberOf(first)),
    histlen: numberOf(end) - numberOf(first),
  };
};

export const showWindow = (window: BacklogWindow): string =>
  asCode(`[${window.firstByte}, ${windowEnd(window)})`);

/** `x` to 164, or a dash. */
export const idsOf = (replid: string | undefined, replid2: string | undefined): ReplicationIds => {
  const ids = { replid: replidOf(codeOf(replid)), replid2: null, secondReplOffset: null };
  if (replid2 === '–') return ids;
  const [, letter = '', bound] = /^`(.)` to (\d+)$/.exec(replid2 ?? '') ?? [];
  return { ...ids, replid2: replidOf(letter), secondReplOffset: nextByte(numberOf(bound)) };
};

export const showSecond = ({ replid2, secondReplOffset }: ReplicationIds): string =>
  replid2 === null ? '–' : `${asCode(letterOf(replid2))} to ${secondReplOffset}`;

export const showReplid = (replid: string): string => asCode(letterOf(replid));
