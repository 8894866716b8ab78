import { ByteQueue, NO_NUMBER } from './byte-queue.ts';
import {
  COMMAND_LIMITS,
  type CommandLimits,
  TOO_LONG,
  TOO_MANY_WORDS,
  wordCount,
  wordLength,
} from './command-header.ts';
import { splitInline } from './inline.ts';

const STAR = 42;
const DOLLAR = 36;

/**
 * What stands next in a stream of commands. `size` counts its bytes on the wire. An empty line or an empty array is
 * nothing to run, yet it has a size: on a replication link it counts in the offset.
 */
export type CommandRead =
  | { readonly command: readonly string[]; readonly size: number; readonly inline: boolean }
  | { readonly nothing: true; readonly size: number }
  | 'incomplete'
  | { readonly malformed: string };

/** Reads commands, as arrays or inline, from bytes that arrive in any pieces. `malformed` is final. */
export class CommandReader {
  readonly #queue: ByteQueue;
  /** May be tightened or relaxed at any time, as a client's standing changes. */
  limits: CommandLimits;
  #words: string[] = [];
  /** How many words the array under way still lacks; 0 where none is. */
  #lacking = 0;
  #bulk: number | null = null;
  #size = 0;

  constructor(limits = COMMAND_LIMITS, queue = new ByteQueue()) {
    this.limits = limits;
    this.#queue = queue;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Bytes that arrived and belong to no whole command yet. */
  get unread(): number {
    return this.#queue.length + this.#size;
  }

  next(): CommandRead {
    if (this.#lacking === 0) {
      const begun = this.#begin();
      if (begun !== 'array') return begun;
    }
    while (this.#lacking > 0) {
      const problem = this.#bulk === null ? this.#readBulkHeader() : this.#readBulk(this.#bulk);
      if (problem !== null) return problem;
    }
    const command = { command: this.#words, size: this.#size, inline: false };
    this.#words = [];
    this.#size = 0;
    return command;
  }

  #begin(): CommandRead | 'array' {
    const before = this.#queue.length;
    const words = this.#queue.takeNumber(STAR);
    if (words !== NO_NUMBER) {
      this.#size += before - this.#queue.length;
      return this.#beginArray(words);
    }
    const taken = this.#takeLine('too big inline request');
    if (taken === 'incomplete' || !('line' in taken)) return taken;
    const { line } = taken;
    if (line[0] !== '*') return this.#inline(line);
    const count = wordCount(line, this.limits);
    return typeof count === 'number' ? this.#beginArray(count) : count;
  }

  #beginArray(words: number): CommandRead | 'array' {
    if (words > this.limits.words) return TOO_MANY_WORDS;
    if (words <= 0) return this.#nothing();
    this.#lacking = words;
    return 'array';
  }

  #inline(line: string): CommandRead {
    const words = splitInline(line);
    if (words === null) return { malformed: 'unbalanced quotes in request' };
    if (words.length === 0) return this.#nothing();
    const size = this.#size;
    this.#size = 0;
    return { command: words, size, inline: true };
  }

  #nothing(): CommandRead {
    const size = this.#size;
    this.#size = 0;
    return { nothing: true, size };
  }

  #readBulkHeader(): CommandRead | null {
    const before = this.#queue.length;
    const quick = this.#queue.takeNumber(DOLLAR);
    if (quick !== NO_NUMBER) {
      this.#size += before - this.#queue.length;
      this.#bulk = quick;
      return quick > this.limits.bulk ? TOO_LONG : null;
    }
    const taken = this.#takeLine('too big bulk count string');
    if (taken === 'incomplete' || !('line' in taken)) return taken;
    const length = wordLength(taken.line, this.limits);
    if (typeof length !== 'number') return length;
    this.#bulk = length;
    return null;
  }

  #readBulk(length: number): CommandRead | null {
    const text = this.#queue.takeText(length + 2);
    if (text === null) return 'incomplete';
    this.#words.push(text.slice(0, -2));
    this.#size += length + 2;
    this.#bulk = null;
    this.#lacking -= 1;
    return null;
  }

  #takeLine(tooLong: string): { readonly line: string } | CommandRead {
    const before = this.#queue.length;
    const taken = this.#queue.takeLine(this.limits.inline);
    if (taken === 'incomplete') return 'incomplete';
    if (taken === 'too-long') return { malformed: tooLong };
    this.#size += before - this.#queue.length;
    return taken;
  }
}

/** The words of whole commands, which a scan has found to be sound. */
export function* readCommands(pieces: readonly Uint8Array[]): Generator<readonly string[]> {
  const reader = new CommandReader();
  for (const piece of pieces) reader.push(piece);
  for (let read = reader.next(); typeof read === 'object'; read = reader.next()) {
    if ('malformed' in read) return;
    if ('command' in read) yield read.command;
  }
}
