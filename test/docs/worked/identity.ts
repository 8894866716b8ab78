import {
  type BacklogWindow,
  nextByte,
  processedOffset,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { type Kind, UnreadableRow } from './kind.ts';
import { codeOf, idsOf, numberOf, replidOf, showReplid, showSecond, written } from './notation.ts';

/** What a promotion makes of replid and offset. */
export const promotion: Kind = {
  begin: (_, rules) => (row) => {
    const { ids } = rules.promotion(
      {
        ids: idsOf(row.replid, '–'),
        offset: processedOffset(numberOf(row.offset)),
        database: 0,
      },
      replidOf(codeOf(row['new replid'])),
    );
    return {
      'new replid': showReplid(ids.replid),
      replid2: ids.replid2 === null ? '–' : showReplid(ids.replid2),
      second_repl_offset: String(ids.secondReplOffset),
    };
  },
};

/** What a replica makes of the name behind `+CONTINUE`. */
export const adopt: Kind = {
  begin: (given, rules) => (row) => {
    const answer = rules.judgeAnswer(written(codeOf(row.hears)), 'redis-7');
    if (answer.means !== 'continue') throw new UnreadableRow(`${row.hears} does not continue`);
    const offset = processedOffset(numberOf(given.offset));
    const ids = rules.idsAfterContinue(idsOf(row.replid, row.replid2), offset, answer.named);
    return { 'replid after': showReplid(ids.replid), 'replid2 after': showSecond(ids) };
  },
};

/** What a backlog of a fixed size holds after each feed, and which requests it serves. */
export const backlog: Kind = {
  begin: (given, rules) => {
    const ids = { replid: replidOf('a'), replid2: null, secondReplOffset: null };
    const capacity = rules.backlogCapacity(numberOf(given.capacity));
    let offset = processedOffset(numberOf(given.offset));
    let window: BacklogWindow = rules.newWindow(offset);
    return (row) => {
      const bytes = numberOf(row.fed);
      offset = rules.offsetAfterFeed(offset, bytes, window);
      window = rules.windowAfterFeed(window, bytes, capacity);
      const around = (position: number) => [position - 1, position, position + 1];
      const served = [...around(window.firstByte), ...around(windowEnd(window))].filter(
        (position) =>
          rules.judgePsync({ replid: ids.replid, nextByte: nextByte(position) }, ids, window)
            .resync === 'partial',
      );
      return {
        offset: String(offset),
        first: String(window.firstByte),
        histlen: String(window.histlen),
        continued: `${Math.min(...served)} to ${Math.max(...served)}`,
      };
    };
  },
};
