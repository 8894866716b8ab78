import { commandInStream } from '../../../models/rules/application.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { processedOffset } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../../src/wire/resp.ts';
import type { Kind } from './kind.ts';
import { asCode, codeOf, numberOf, replidOf, shown } from './notation.ts';

/** What a replica has come to. */
interface Standing {
  readonly read: number;
  readonly applied: number;
  readonly inTransaction: boolean;
  /** What is still to come of a command. */
  readonly rest: { readonly command: string; readonly bytes: number } | null;
}

/** A piece of the stream as it arrives; `completes` is the command that ends with it, `''` an empty line. */
interface Piece {
  readonly bytes: number;
  readonly completes: string | null;
  readonly rest: Standing['rest'];
}

const pieceOf = (received: string, { rest }: Standing): Piece => {
  if (received === '(newline)') return { bytes: 1, completes: '', rest: null };
  if (received === '(the rest)') {
    return { bytes: rest?.bytes ?? 0, completes: rest?.command ?? null, rest: null };
  }
  const command = codeOf(received);
  const length = encodeCommand(command.split(' ')).length;
  const [, first] = /^\(the first (\d+) bytes of /.exec(received) ?? [];
  if (first === undefined) return { bytes: length, completes: command, rest: null };
  const bytes = numberOf(first);
  return { bytes, completes: null, rest: { command, bytes: length - bytes } };
};

const take = (before: Standing, { bytes, completes, rest }: Piece, rules: Ruleset): Standing => {
  const read = before.read + bytes;
  if (completes === null) return { ...before, read, rest };
  const command = completes === '' ? null : commandInStream(completes.split(' ')[0] ?? '');
  const { inTransaction } = before;
  const counts = rules.completesUnit({ command, inTransaction });
  return {
    read,
    applied: counts ? read : before.applied,
    inTransaction: command === 'MULTI' || (inTransaction && command !== 'EXEC'),
    rest: null,
  };
};

/** What a replica receives, what counts of it, and what it would ask for if the link broke there. */
export const applied: Kind = {
  begin: (given, rules) => {
    const begun = numberOf(given.offset);
    const replid = replidOf(given.replid ?? '');
    let standing: Standing = { read: begun, applied: begun, inTransaction: false, rest: null };
    return (row) => {
      const before = standing;
      const piece = pieceOf(row.received ?? '', before);
      standing = take(before, piece, rules);
      const history = rules.historyOfLink({
        replid,
        applied: processedOffset(standing.applied),
        read: processedOffset(standing.read),
        database: 0,
        held: false,
      });
      const asked = rules.psyncCommand(history, false, 'redis-7').join(' ');
      const says = piece.completes?.startsWith('REPLCONF GETACK')
        ? asCode(`REPLCONF ACK ${before.applied}`)
        : '–';
      return {
        bytes: String(piece.bytes),
        read: String(standing.read),
        applied: String(standing.applied),
        'asks after a cut here': asCode(shown(asked)),
        ...(row.says === undefined ? {} : { says }),
      };
    };
  },
};
