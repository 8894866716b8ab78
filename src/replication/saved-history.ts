import type { CachedMaster } from '../../models/rules/handshake.ts';
import { processedOffset, REPLID_LENGTH } from '../../models/vocabulary/index.ts';

/** How a snapshot names the history that its data belongs to (RESTART-1); empty where nobody could continue it. */
export const auxiliaryOf = (
  history: CachedMaster | null,
): readonly (readonly [string, string])[] =>
  history === null
    ? []
    : [
        ['repl-stream-db', String(history.database)],
        ['repl-id', history.replid],
        ['repl-offset', String(history.offset)],
      ];

/** The history that a snapshot names; null where it names none, or not in full. */
export const historyOf = (auxiliary: ReadonlyMap<string, string>): CachedMaster | null => {
  const replid = auxiliary.get('repl-id') ?? '';
  const offset = numberOf(auxiliary.get('repl-offset'));
  const database = numberOf(auxiliary.get('repl-stream-db'));
  if (replid.length !== REPLID_LENGTH || offset === null || database === null) return null;
  return { replid, offset: processedOffset(offset), database };
};

/** A count as a snapshot writes it; null for what is none that we can hold exactly. */
const numberOf = (text: string | undefined): number | null => {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  return Number.isSafeInteger(Number(text)) ? Number(text) : null;
};
