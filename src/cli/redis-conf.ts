import { splitInline } from '../wire/inline.ts';

/** One line of a redis.conf that says something: a name in lower case and its words. */
export interface ConfLine {
  readonly line: number;
  readonly name: string;
  readonly words: readonly string[];
}

/** A configuration file makes no sense; the message says where. */
export class MalformedConf extends Error {}

/** Reads a file as Redis does: a directive a line, `#` begins a comment, words may be quoted. */
export const parseConf = (text: string, file: string): readonly ConfLine[] =>
  text.split('\n').flatMap((raw, index) => {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const words = splitInline(trimmed);
    const [name, ...rest] = words ?? [];
    if (name === undefined) {
      throw new MalformedConf(`${file}, line ${index + 1}: the quotes do not match`);
    }
    return [{ line: index + 1, name: name.toLowerCase(), words: rest }];
  });
