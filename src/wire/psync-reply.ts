import { type ExactInteger, parseExactInteger } from './integer.ts';

/** A master's answer to PSYNC, read strictly: what it means to a replica is up to the rules. */
export type PsyncReply =
  | { readonly answer: 'continue'; readonly replid: string | null }
  | { readonly answer: 'fullresync'; readonly replid: string; readonly offset: number }
  | { readonly answer: 'error'; readonly text: string }
  | { readonly answer: 'none-of-these'; readonly line: string };

const REPLID_LENGTH = 40;

export function parsePsyncReply(line: string): PsyncReply {
  if (line.startsWith('-')) return { answer: 'error', text: line.slice(1) };
  const [word, replid, offset, ...more] = line.split(' ');
  if (word === '+CONTINUE' && offset === undefined) {
    return { answer: 'continue', replid: replid ?? null };
  }
  if (word === '+FULLRESYNC' && replid?.length === REPLID_LENGTH && more.length === 0) {
    const parsed: ExactInteger = parseExactInteger(offset ?? '');
    if ('value' in parsed) return { answer: 'fullresync', replid, offset: parsed.value };
  }
  return { answer: 'none-of-these', line };
}

/** The line before a snapshot. */
export type SnapshotHeader =
  | { readonly target: 'disk'; readonly length: number }
  | { readonly target: 'socket'; readonly mark: string }
  | { readonly malformed: string };

export const MARK_LENGTH = 40;

export function parseSnapshotHeader(line: string): SnapshotHeader {
  if (line.startsWith('$EOF:')) {
    const mark = line.slice('$EOF:'.length);
    return mark.length === MARK_LENGTH
      ? { target: 'socket', mark }
      : { malformed: `an end mark of ${mark.length} characters instead of ${MARK_LENGTH}` };
  }
  if (!line.startsWith('$'))
    return { malformed: `${JSON.stringify(line.slice(0, 60))} for a header` };
  const length = parseExactInteger(line.slice(1));
  if ('wrong' in length) return { malformed: `the length of a snapshot: ${length.wrong}` };
  return length.value < 0
    ? { malformed: `a snapshot of ${length.value} bytes` }
    : { target: 'disk', length: length.value };
}
