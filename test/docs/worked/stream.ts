import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextAfter,
  type ProcessedOffset,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../../src/wire/resp.ts';
import { type Kind, UnreadableRow } from './kind.ts';
import { asCode, codeOf, numberOf, replidOf, shown, showWindow } from './notation.ts';

/** Larger than any table: nothing is trimmed. */
const CAPACITY = 2 ** 20;

/** What a master's stream has come to. */
interface Standing {
  readonly offset: ProcessedOffset;
  readonly window: BacklogWindow;
  readonly database: number;
}

const lengthOf = (command: string): number => encodeCommand(command.split(' ')).length;

/** The database that the stream has selected after something that writes no byte. */
const selectedAfter = (event: string, before: Standing, rules: Ruleset): number => {
  if (event.startsWith('(set-up')) {
    return rules.setUpFullResync(before.offset, before.database).database;
  }
  if (event === '(a replica is continued)') return rules.databaseAfter('continue', before.database);
  if (event !== '(promotion)') throw new UnreadableRow(`nobody knows ${event}`);
  const ids = { replid: replidOf('a'), replid2: null, secondReplOffset: null };
  return rules.promotion({ ...before, ids }, replidOf('f')).database;
};

/** What a master writes, with every SELECT, and where its offset and window are then. */
export const stream: Kind = {
  begin: (given, rules) => {
    const begun = processedOffset(numberOf(given.offset));
    const replid = replidOf(given.replid ?? '');
    let standing: Standing = {
      offset: begun,
      window: rules.newWindow(begun),
      database: numberOf(given.database),
    };
    return (row) => {
      const { event = '' } = row;
      const before = standing;
      if (event.startsWith('(')) {
        standing = { ...before, database: selectedAfter(event, before, rules) };
        const { offset } = rules.setUpFullResync(before.offset, before.database);
        const line = rules.fullResyncLine(replid, offset, false) ?? 'nothing';
        return {
          ...(event.startsWith('(set-up') ? { event: `(set-up: ${asCode(shown(line))})` } : {}),
          'offset after': String(before.offset),
          'window after': showWindow(before.window),
        };
      }
      const [, wanted] = / in (\d+)$/.exec(event) ?? [];
      const database = wanted === undefined ? before.database : numberOf(wanted);
      const select = rules.needsSelect(before.database, database) ? `SELECT ${database}` : null;
      const lengths = [...(select === null ? [] : [lengthOf(select)]), lengthOf(codeOf(event))];
      const bytes = lengths.reduce((sum, length) => sum + length, 0);
      const offset = rules.offsetAfterFeed(before.offset, bytes, before.window);
      const window = rules.windowAfterFeed(before.window, bytes, CAPACITY);
      standing = { offset, window, database };
      return {
        'SELECT before it': select === null ? '–' : asCode(select),
        bytes: lengths.join(' + '),
        positions: `${nextAfter(before.offset)}–${offset}`,
        'offset after': String(offset),
        'window after': showWindow(window),
      };
    };
  },
};
