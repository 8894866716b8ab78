import { latin1 } from './byte-queue.ts';
import {
  COMMAND_LIMITS,
  type CommandLimits,
  type Malformed,
  wordCount,
  wordLength,
} from './command-header.ts';
import { splitInline } from './inline.ts';

const LF = 10;
const CR = 13;
const STAR = 42;
const DOLLAR = 36;
const ZERO = 48;
const NINE = 57;

/** The digits that the quick way through a header takes at most: what they say is a small integer to V8. */
const QUICK_DIGITS = 9;

/** A sign, the digits, CRLF, and one more so that the loop over the digits ends inside the chunk. */
const QUICK_HEADER = QUICK_DIGITS + 4;

/** No whole command that the quick way could read. */
const NOT_WHOLE = -1;

/** Clears the bit in which a lower-case ASCII letter differs from its upper case. */
const UPPER_CASE = 0xdf;

/**
 * What a scan stopped at: a whole command with a marked name, an empty line or array, the end of the chunk, or bytes that
 * are no command, which is final.
 */
export type ScanStop = 'marked' | 'blank' | 'end' | Malformed;

/**
 * Finds where commands end in bytes that arrive in any chunks, without taking them apart: no object is made for a
 * command, however short. It judges headers exactly as `CommandReader` does. Inline commands are malformed, since no master sends one.
 */
export class CommandScanner {
  readonly #limits: CommandLimits;
  /** Marked names in upper case, by their length. */
  readonly #marked: readonly (readonly string[] | undefined)[];
  /** How many words the command under way lacks; 0 where none is. */
  #lacking = 0;
  /** How many bytes of the word under way are still to come, its CRLF among them. */
  #skip = 0;
  /** Whether the next word is a name. */
  #awaitsName = false;
  /** Whether the command under way is a marked one. */
  #isMarked = false;
  /** The beginning of a name that the end of a chunk has cut, and its length. */
  #cutName: { text: string; readonly length: number } | null = null;
  /** The beginning of a header that the end of a chunk has cut. */
  #cutLine = '';
  /** How many bytes of the command under way stood in chunks before. */
  #before = 0;
  /** Where the header ends that was read last. */
  #headerEnd = 0;
  /** Where in the chunk the scan has stopped. */
  at = 0;
  /** How many bytes of whole commands, none of them marked, precede what the scan has stopped at. */
  runSize = 0;
  /** How many commands these are. */
  runCount = 0;
  /** How many bytes the command or empty line has that the scan has stopped at. */
  stopSize = 0;

  /** Stops at commands by these names, given in upper case, in whatever case they are written. */
  constructor(marked: readonly string[], limits: CommandLimits = COMMAND_LIMITS) {
    this.#limits = limits;
    const longest = Math.max(0, ...marked.map((name) => name.length));
    this.#marked = Array.from({ length: longest + 1 }, (_, length) => {
      const names = marked.filter((name) => name.length === length);
      return names.length === 0 ? undefined : names;
    });
  }

  /** Goes on from `from`, where the last scan of this chunk has stopped; a new chunk follows once the last is at its end. */
  scan(chunk: Buffer, from: number): ScanStop {
    const start = from - this.#before;
    let begun = start;
    let count = 0;
    let at = from;
    if (this.#cutName !== null) this.#completeName(this.#cutName, chunk, from);
    for (;;) {
      if (this.#lacking === 0 && this.#cutLine === '') {
        for (let next = this.#wholeCommand(chunk, at); next !== NOT_WHOLE; ) {
          at = next;
          if (this.#isMarked) return this.#stop('marked', { at, start, begun, count });
          count += 1;
          begun = at;
          next = this.#wholeCommand(chunk, at);
        }
      }
      if (this.#lacking > 0 && this.#skip > 0) {
        at = this.#skipWord(chunk, at);
        if (this.#skip > 0) return this.#stop('end', { at, start, begun, count });
        if (this.#lacking === 0) {
          if (this.#isMarked) return this.#stop('marked', { at, start, begun, count });
          count += 1;
          begun = at;
          continue;
        }
      }
      if (at === chunk.length) return this.#stop('end', { at, start, begun, count });
      const read = this.#header(chunk, at);
      at = this.#headerEnd;
      if (read !== null) return this.#stop(read, { at, start, begun, count });
    }
  }

  #stop(
    stop: ScanStop,
    {
      at,
      start,
      begun,
      count,
    }: {
      readonly at: number;
      readonly start: number;
      readonly begun: number;
      readonly count: number;
    },
  ): ScanStop {
    this.at = at;
    this.runSize = begun - start;
    this.runCount = count;
    this.stopSize = stop === 'end' ? 0 : at - begun;
    this.#before = stop === 'end' ? at - begun : 0;
    return stop;
  }

  /**
   * The quick way, which nearly all commands take: where the command ends that begins here, if it stands here whole and
   * its headers are written as every server does. Whatever else there is, nothing has changed.
   */
  #wholeCommand(chunk: Buffer, from: number): number {
    const quickEnd = chunk.length - QUICK_HEADER;
    if (from > quickEnd || chunk[from] !== STAR) return NOT_WHOLE;
    let at = from + 1;
    let words = 0;
    for (let byte = chunk[at] ?? 0; byte >= ZERO && byte <= NINE; byte = chunk[at] ?? 0) {
      words = words * 10 + byte - ZERO;
      at += 1;
      if (at > from + QUICK_DIGITS) return NOT_WHOLE;
    }
    if (chunk[at] !== CR || chunk[at + 1] !== LF || chunk[from + 1] === ZERO) return NOT_WHOLE;
    if (words === 0 || words > this.#limits.words) return NOT_WHOLE;
    at += 2;
    const { bulk } = this.#limits;
    let isMarked = false;
    for (let word = 0; word < words; word += 1) {
      if (at > quickEnd || chunk[at] !== DOLLAR) return NOT_WHOLE;
      const first = at + 1;
      at = first;
      let length = 0;
      for (let byte = chunk[at] ?? 0; byte >= ZERO && byte <= NINE; byte = chunk[at] ?? 0) {
        length = length * 10 + byte - ZERO;
        at += 1;
        if (at > first + QUICK_DIGITS) return NOT_WHOLE;
      }
      if (chunk[at] !== CR || chunk[at + 1] !== LF || at === first) return NOT_WHOLE;
      if ((chunk[first] === ZERO && at > first + 1) || length > bulk) return NOT_WHOLE;
      at += 2;
      if (word === 0) {
        const names = this.#marked[length];
        if (names !== undefined && at + length <= chunk.length) {
          isMarked = standsHere(names, chunk, at);
        }
      }
      at += length + 2;
    }
    if (at > chunk.length) return NOT_WHOLE;
    this.#isMarked = isMarked;
    return at;
  }

  /** Passes the rest of the word under way as far as it has arrived. */
  #skipWord(chunk: Buffer, at: number): number {
    const passed = Math.min(this.#skip, chunk.length - at);
    this.#skip -= passed;
    if (this.#skip === 0) this.#lacking -= 1;
    return at + passed;
  }

  /** Reads any header, whole or not; what the scan stops at, or null where it goes on. */
  #header(chunk: Buffer, at: number): ScanStop | null {
    const lineEnd = chunk.indexOf(LF, at);
    const pieceEnd = lineEnd === -1 ? chunk.length : lineEnd;
    this.#headerEnd = lineEnd === -1 ? chunk.length : lineEnd + 1;
    if (this.#cutLine.length + pieceEnd - at >= this.#limits.inline) {
      return {
        malformed: this.#lacking === 0 ? 'too big inline request' : 'too big bulk count string',
      };
    }
    const text = this.#cutLine + latin1(chunk.subarray(at, pieceEnd));
    this.#cutLine = lineEnd === -1 ? text : '';
    if (lineEnd === -1) return 'end';
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    return this.#lacking === 0 ? this.#judgeFirst(line) : this.#judgeLength(line, chunk);
  }

  #judgeFirst(line: string): ScanStop | null {
    if (line[0] !== '*') {
      const words = splitInline(line);
      if (words?.length === 0) return 'blank';
      return {
        malformed: words === null ? 'unbalanced quotes in request' : 'an inline command',
      };
    }
    const count = wordCount(line, this.#limits);
    if (typeof count !== 'number') return count;
    if (count <= 0) return 'blank';
    this.#begin(count);
    return null;
  }

  #judgeLength(line: string, chunk: Buffer): ScanStop | null {
    const length = wordLength(line, this.#limits);
    if (typeof length !== 'number') return length;
    this.#expect(length, chunk);
    return null;
  }

  #begin(words: number): void {
    this.#lacking = words;
    this.#awaitsName = true;
    this.#isMarked = false;
  }

  /** A word of so many bytes follows the header. */
  #expect(length: number, chunk: Buffer): void {
    this.#skip = length + 2;
    if (!this.#awaitsName) return;
    this.#awaitsName = false;
    const names = this.#marked[length];
    if (names === undefined) return;
    const at = this.#headerEnd;
    if (at + length <= chunk.length) this.#isMarked = standsHere(names, chunk, at);
    else this.#cutName = { text: latin1(chunk.subarray(at)), length };
  }

  #completeName(name: { text: string; readonly length: number }, chunk: Buffer, at: number): void {
    name.text += latin1(chunk.subarray(at, at + name.length - name.text.length));
    if (name.text.length < name.length) return;
    this.#cutName = null;
    this.#isMarked = this.#marked[name.length]?.includes(name.text.toUpperCase()) ?? false;
  }
}

/** Whether one of some names of the same length stands at a place, in any case. */
const standsHere = (names: readonly string[], chunk: Buffer, at: number): boolean => {
  for (const name of names) {
    let index = 0;
    while (
      index < name.length &&
      ((chunk[at + index] ?? 0) & UPPER_CASE) === name.charCodeAt(index)
    ) {
      index += 1;
    }
    if (index === name.length) return true;
  }
  return false;
};
