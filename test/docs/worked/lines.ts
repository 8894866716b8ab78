import type { PsyncAnswer } from '../../../models/rules/master-link.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { type Kind, UnreadableRow } from './kind.ts';
import { asCode, codeOf, lineOf, shown, written } from './notation.ts';

export const dialectOf = (word: string | undefined): Dialect => {
  const dialect = DIALECTS.find((each) => each === word);
  if (dialect === undefined) throw new UnreadableRow(`nobody speaks the dialect ${word}`);
  return dialect;
};

/** `redis-6.0` and all that came after it, or `psync1 to redis-5`. */
const dialectsOf = (cell: string | undefined): readonly Dialect[] => {
  const [first, last] = (cell ?? '').split(' to ');
  return DIALECTS.slice(
    DIALECTS.indexOf(dialectOf(first)),
    last === undefined ? undefined : DIALECTS.indexOf(dialectOf(last)) + 1,
  );
};

/** Answers to PING. */
export const ping: Kind = {
  begin: (_, rules) => (row) => {
    const line = lineOf(row.answer);
    const verdicts = new Set(
      dialectsOf(row['from dialect']).map((dialect) => rules.isAcceptablePong(line, dialect)),
    );
    return { 'goes on': [...verdicts].map((goesOn) => (goesOn ? 'yes' : 'no')).join(' and ') };
  },
};

const meaningOf = (answer: PsyncAnswer): string => {
  switch (answer.means) {
    case 'wait':
      return 'wait';
    case 'full-resync':
      return `full resynchronization from ${shown(answer.replid ?? 'nobody')} at ${answer.offset}`;
    case 'continue':
      return answer.named === null ? 'continue' : `continue as ${shown(answer.named)}`;
    case 'later':
      return 'later';
    case 'no-psync':
      return 'no PSYNC';
  }
};

/** Answers to PSYNC. */
export const answer: Kind = {
  begin: (_, rules) => (row) => ({
    means: meaningOf(rules.judgeAnswer(written(lineOf(row.line)), dialectOf(row.dialect))),
  }),
};

/** Headers of a snapshot. */
export const header: Kind = {
  begin: (_, rules) => (row) => {
    const verdict = rules.judgeHeader(written(lineOf(row.line)));
    if (verdict.header === 'length') return { means: `${verdict.length} bytes` };
    if (verdict.header === 'mark') return { means: `up to the mark ${shown(verdict.mark)}` };
    return { means: verdict.header };
  },
};

/** Commands with REPLCONF. */
export const replconf: Kind = {
  begin: (_, rules) => (row) => {
    const words = codeOf(row.command).split(' ').slice(1);
    const { reply } = rules.judgeReplconf(
      words,
      row['sent by'] === 'replica',
      dialectOf(row.dialect),
    );
    return { answer: reply === null ? 'nothing' : asCode(reply) };
  },
};
