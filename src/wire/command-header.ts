import { parseExactInteger } from './integer.ts';

/** How much a client may make a server hold; Redis's own limits by default. In bytes, but `words`. */
export interface CommandLimits {
  readonly inline: number;
  readonly words: number;
  readonly bulk: number;
}

/** The longest text that V8 holds, in characters, which stand for bytes. */
const LONGEST_TEXT = 2 ** 29 - 24;

/** Redis takes words of up to 512 MiB. Ours are text with a CRLF behind it, so they end a little below. */
export const COMMAND_LIMITS: CommandLimits = {
  inline: 64 * 1024,
  words: 1024 * 1024,
  bulk: LONGEST_TEXT - 2,
};

/** Before a client has authenticated itself. */
export const UNAUTHENTICATED_LIMITS: CommandLimits = { inline: 64 * 1024, words: 10, bulk: 16384 };

/** What is wrong with a command. */
export interface Malformed {
  readonly malformed: string;
}

export const TOO_MANY_WORDS: Malformed = { malformed: 'invalid multibulk length' };
export const TOO_LONG: Malformed = { malformed: 'invalid bulk length' };

/** How many words an array has, by the line that begins it; 0 or less is an empty one. */
export const wordCount = (line: string, limits: CommandLimits): number | Malformed => {
  const count = parseExactInteger(line.slice(1));
  return 'wrong' in count || count.value > limits.words ? TOO_MANY_WORDS : count.value;
};

/** How many bytes a word has, by the line before it. */
export const wordLength = (line: string, limits: CommandLimits): number | Malformed => {
  if (line[0] !== '$') return { malformed: `expected '$', got '${line.slice(0, 1)}'` };
  const length = parseExactInteger(line.slice(1));
  return 'wrong' in length || length.value < 0 || length.value > limits.bulk
    ? TOO_LONG
    : length.value;
};
