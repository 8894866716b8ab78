import type { RespValue } from '../../models/vocabulary/index.ts';
import { Violation } from './outcome.ts';

/** Ends the check where something that the rules predict is not so. */
export const expect = (holds: boolean, sent: string, predicted: string, heard: string): void => {
  if (!holds) throw new Violation({ sent, predicted, heard });
};

/** A reply as a person reads it. */
export const showReply = (reply: RespValue): string => {
  if (reply === null) return 'null';
  if ('simple' in reply) return `+${reply.simple}`;
  if ('error' in reply) return `-${reply.error}`;
  if ('integer' in reply) return `:${reply.integer}`;
  if ('bulk' in reply) return JSON.stringify(reply.bulk.slice(0, 200));
  return JSON.stringify(reply).slice(0, 200);
};

/** An error of any wording: its code says what it means, the words behind it are for people. */
export const expectError = (reply: RespValue, sent: string, code?: string): void => {
  const heard = reply !== null && 'error' in reply ? reply.error : null;
  const asPredicted = heard !== null && (code === undefined || heard.split(' ')[0] === code);
  expect(
    asPredicted,
    sent,
    code === undefined ? 'an error' : `an error that begins with -${code}`,
    showReply(reply),
  );
};

/** The same where a snapshot or a stream may come in place of a reply. */
export const expectErrorLine = (line: string, sent: string, code?: string): void =>
  line.startsWith('-')
    ? expectError({ error: line.slice(1) }, sent, code)
    : expect(false, sent, 'an error', line);

export const expectOk = (reply: RespValue, sent: string): void =>
  expect(
    reply !== null && 'simple' in reply && reply.simple === 'OK',
    sent,
    '+OK',
    showReply(reply),
  );

/** Two values that must be the same. */
export const expectEqual = <Value extends string | number | boolean | null>(
  heard: Value,
  predicted: Value,
  sent: string,
  what: string,
): void => expect(heard === predicted, sent, `${what} ${predicted}`, `${heard}`);
