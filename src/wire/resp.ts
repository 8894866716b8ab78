import type { RespValue } from '../../models/vocabulary/index.ts';
import { ByteQueue, bytesOf } from './byte-queue.ts';
import { parseExactInteger } from './integer.ts';

/** Up to this length, in characters, joining text before it becomes bytes is quicker than joining bytes. */
const SHORT = 64 * 1024;

/** Text in pieces that may be longer together than a text can be. */
class LongText {
  readonly #whole: Buffer[] = [];
  #text = '';

  add(piece: string): void {
    if (this.#text.length + piece.length > SHORT) {
      this.#whole.push(bytesOf(this.#text));
      this.#text = '';
    }
    if (piece.length > SHORT) this.#whole.push(bytesOf(piece));
    else this.#text += piece;
  }

  toBytes(): Buffer {
    const rest = bytesOf(this.#text);
    return this.#whole.length === 0 ? rest : Buffer.concat([...this.#whole, rest]);
  }
}

/** A command as servers and replicas send it: an array of bulk strings. One character of a word stands for one byte. */
export const encodeCommand = (words: readonly string[]): Buffer => {
  const text = new LongText();
  text.add(`*${words.length}\r\n`);
  for (const word of words) addBulk(text, word);
  return text.toBytes();
};

const addBulk = (text: LongText, word: string): void => {
  if (word.length <= SHORT) text.add(`$${word.length}\r\n${word}\r\n`);
  else {
    text.add(`$${word.length}\r\n`);
    text.add(word);
    text.add('\r\n');
  }
};

/** The protocol that a client chose with HELLO. */
export type RespVersion = 2 | 3;

export const encodeReply = (value: RespValue, version: RespVersion = 2): Buffer => {
  const text = new LongText();
  addReply(text, value, version);
  return text.toBytes();
};

const addReply = (text: LongText, value: RespValue, version: RespVersion): void => {
  if (value === null) text.add(version === 3 ? '_\r\n' : '$-1\r\n');
  else if ('simple' in value) text.add(`+${value.simple}\r\n`);
  else if ('error' in value) text.add(`-${value.error}\r\n`);
  else if ('integer' in value) text.add(`:${value.integer}\r\n`);
  else if ('bulk' in value) addBulk(text, value.bulk);
  else if ('array' in value) {
    text.add(`*${value.array.length}\r\n`);
    for (const item of value.array) addReply(text, item, version);
  } else {
    text.add(version === 3 ? `%${value.map.length}\r\n` : `*${value.map.length * 2}\r\n`);
    for (const item of value.map.flat()) addReply(text, item, version);
  }
};

/** How much a peer may make us hold. All in bytes, but `depth` and `items`. */
export interface ReplyLimits {
  readonly line: number;
  readonly bulk: number;
  readonly items: number;
  readonly depth: number;
}

export const REPLY_LIMITS: ReplyLimits = {
  line: 64 * 1024,
  bulk: 64 * 1024 * 1024,
  items: 1024 * 1024,
  depth: 16,
};

/** What stands next in a stream of replies: a whole one, too little to tell, or no RESP at all. */
export type ReplyRead =
  | { readonly reply: RespValue }
  | 'incomplete'
  | { readonly malformed: string };

interface OpenAggregate {
  readonly kind: 'array' | 'map';
  readonly size: number;
  readonly items: RespValue[];
}

/**
 * Reads RESP2 and RESP3 replies from bytes that arrive in any pieces. After a `malformed` result nothing more can be
 * read: there is no telling where the next reply begins.
 */
export class ReplyReader {
  readonly #queue: ByteQueue;
  readonly #limits: ReplyLimits;
  #open: OpenAggregate[] = [];
  /** The length of the bulk whose header was read already, or null. */
  #bulk: number | null = null;

  constructor(queue = new ByteQueue(), limits = REPLY_LIMITS) {
    this.#queue = queue;
    this.#limits = limits;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  next(): ReplyRead {
    for (;;) {
      const read = this.#readValue();
      if (read === 'incomplete' || (read !== 'opened' && 'malformed' in read)) return read;
      if (read === 'opened') continue;
      const closed = this.#close(read.reply);
      if (closed !== undefined) return { reply: closed };
    }
  }

  /** Adds a value to the innermost open aggregate, closing those that are full; the outermost value when done. */
  #close(value: RespValue): RespValue | undefined {
    let whole = value;
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      top.items.push(whole);
      if (top.items.length < top.size) return undefined;
      this.#open.pop();
      whole = aggregate(top);
    }
    return whole;
  }

  #readValue(): ReplyRead | 'opened' {
    if (this.#bulk !== null) return this.#readBulk(this.#bulk);
    const taken = this.#queue.takeLine(this.#limits.line);
    if (taken === 'incomplete') return 'incomplete';
    if (taken === 'too-long') {
      return { malformed: `a line longer than ${this.#limits.line} bytes` };
    }
    return this.#readHeader(taken.line);
  }

  #readHeader(line: string): ReplyRead | 'opened' {
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { reply: { simple: rest } };
      case '-':
        return { reply: { error: rest } };
      case ':':
        return integerReply(rest);
      case '_':
        return { reply: null };
      case '#':
        return { reply: { integer: rest === 't' ? 1 : 0 } };
      case ',':
      case '(':
        return { reply: { bulk: rest } };
      case '$':
      case '=':
      case '!':
        return this.#openBulk(rest);
      case '*':
      case '~':
      case '>':
        return this.#openAggregate('array', rest, 1);
      case '%':
        return this.#openAggregate('map', rest, 2);
      default:
        return { malformed: `not a RESP reply: ${JSON.stringify(line.slice(0, 60))}` };
    }
  }

  #openBulk(text: string): ReplyRead | 'opened' {
    const length = parseExactInteger(text);
    if ('wrong' in length) return { malformed: `the length of a bulk string: ${length.wrong}` };
    if (length.value === -1) return { reply: null };
    if (length.value < 0 || length.value > this.#limits.bulk) {
      return {
        malformed: `a bulk string of ${length.value} bytes, where 0 to ${this.#limits.bulk} are taken`,
      };
    }
    this.#bulk = length.value;
    return 'opened';
  }

  #readBulk(length: number): ReplyRead {
    const text = this.#queue.takeText(length + 2);
    if (text === null) return 'incomplete';
    this.#bulk = null;
    if (!text.endsWith('\r\n')) return { malformed: 'a bulk string that does not end with CRLF' };
    return { reply: { bulk: text.slice(0, -2) } };
  }

  #openAggregate(kind: 'array' | 'map', text: string, each: number): ReplyRead | 'opened' {
    const count = parseExactInteger(text);
    if ('wrong' in count) return { malformed: `the length of an array: ${count.wrong}` };
    if (count.value === -1) return { reply: null };
    if (count.value < 0 || count.value > this.#limits.items) {
      return {
        malformed: `an array of ${count.value} items, where 0 to ${this.#limits.items} are taken`,
      };
    }
    if (this.#open.length >= this.#limits.depth) {
      return { malformed: `arrays nested deeper than ${this.#limits.depth}` };
    }
    const opened = { kind, size: count.value * each, items: [] };
    if (opened.size === 0) return { reply: aggregate(opened) };
    this.#open.push(opened);
    return 'opened';
  }
}

const integerReply = (text: string): ReplyRead => {
  const integer = parseExactInteger(text);
  return 'wrong' in integer
    ? { malformed: `an integer reply: ${integer.wrong}` }
    : { reply: { integer: integer.value } };
};

const aggregate = (whole: OpenAggregate): RespValue => {
  if (whole.kind === 'array') return { array: whole.items };
  const pairs: (readonly [RespValue, RespValue])[] = [];
  for (let index = 0; index < whole.items.length; index += 2) {
    pairs.push([whole.items[index] ?? null, whole.items[index + 1] ?? null]);
  }
  return { map: pairs };
};
