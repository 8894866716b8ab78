const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

const isBlank = (character: string): boolean => /\s/.test(character);

interface Taken {
  readonly word: string;
  readonly next: number;
}

/** A double-quoted piece from just behind its quote: with escapes, `\xHH` among them. */
const takeDoubleQuoted = (line: string, start: number): Taken | null => {
  let word = '';
  for (let index = start; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (character === '"') return { word, next: index + 1 };
    if (character !== '\\' || index + 1 === line.length) {
      word += character;
      continue;
    }
    const hex = /^\\x([0-9a-fA-F]{2})/.exec(line.slice(index, index + 4));
    if (hex?.[1] !== undefined) {
      word += String.fromCharCode(Number.parseInt(hex[1], 16));
      index += 3;
    } else {
      const escaped = line.charAt(index + 1);
      word += ESCAPES[escaped] ?? escaped;
      index += 1;
    }
  }
  return null;
};

/** A single-quoted piece from just behind its quote: only `\'` is an escape. */
const takeSingleQuoted = (line: string, start: number): Taken | null => {
  let word = '';
  for (let index = start; index < line.length; index += 1) {
    if (line.startsWith("\\'", index)) {
      word += "'";
      index += 1;
    } else if (line.charAt(index) === "'") {
      return { word, next: index + 1 };
    } else {
      word += line.charAt(index);
    }
  }
  return null;
};

/** One word from its first character on. A closing quote must be followed by a blank or the end. */
const takeWord = (line: string, start: number): Taken | null => {
  let word = '';
  let index = start;
  while (index < line.length && !isBlank(line.charAt(index))) {
    const quote = line.charAt(index);
    if (quote !== '"' && quote !== "'") {
      word += quote;
      index += 1;
      continue;
    }
    const quoted =
      quote === '"' ? takeDoubleQuoted(line, index + 1) : takeSingleQuoted(line, index + 1);
    if (quoted === null) return null;
    word += quoted.word;
    index = quoted.next;
    if (index < line.length && !isBlank(line.charAt(index))) return null;
  }
  return { word, next: index };
};

/** Splits an inline command into words as Redis does, quotes and escapes included. `null` where quotes do not match. */
export function splitInline(line: string): string[] | null {
  const words: string[] = [];
  let index = 0;
  for (;;) {
    while (index < line.length && isBlank(line.charAt(index))) index += 1;
    if (index >= line.length) return words;
    const taken = takeWord(line, index);
    if (taken === null) return null;
    words.push(taken.word);
    index = taken.next;
  }
}
