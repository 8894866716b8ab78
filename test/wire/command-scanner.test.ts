import test from 'ava';
import fc from 'fast-check';
import { COMMAND_LIMITS, type CommandLimits } from '../../src/wire/command-header.ts';
import { CommandReader } from '../../src/wire/command-reader.ts';
import { CommandScanner } from '../../src/wire/command-scanner.ts';
import { encodeCommand } from '../../src/wire/resp.ts';
import { SEED } from '../seed.ts';

const MARKED = ['MULTI', 'EXEC', 'SELECT'];

/** So narrow that random bytes come upon every limit. */
const NARROW: CommandLimits = { inline: 24, words: 4, bulk: 12 };

/** What a replica learns about the next piece of a stream, and how many bytes that has. */
interface Heard {
  readonly what: 'command' | 'blank' | { readonly marked: string } | { readonly malformed: string };
  readonly size: number;
}

/** Hears a stream as the command reader does, which takes every command apart. */
class Read {
  readonly #reader: CommandReader;
  readonly heard: Heard[] = [];

  constructor(limits: CommandLimits) {
    this.#reader = new CommandReader(limits);
  }

  push(chunk: Buffer): boolean {
    this.#reader.push(chunk);
    for (let read = this.#reader.next(); read !== 'incomplete'; read = this.#reader.next()) {
      if ('malformed' in read) return this.#fail(read.malformed);
      const { size } = read;
      if ('nothing' in read) this.heard.push({ what: 'blank', size });
      else if (read.inline) return this.#fail('an inline command');
      else {
        const name = read.command[0]?.toUpperCase() ?? '';
        this.heard.push({ what: MARKED.includes(name) ? { marked: name } : 'command', size });
      }
    }
    return true;
  }

  #fail(malformed: string): false {
    this.heard.push({ what: { malformed }, size: 0 });
    return false;
  }
}

/** Hears the same stream as the scanner does, which tells runs of commands from what it stops at. */
class Scan {
  readonly #scanner: CommandScanner;
  /** All that has arrived, to cut marked commands out of. */
  #bytes = Buffer.alloc(0);
  #end = 0;
  readonly heard: (Heard & { readonly count: number })[] = [];

  constructor(limits: CommandLimits) {
    this.#scanner = new CommandScanner(MARKED, limits);
  }

  push(chunk: Buffer): boolean {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const scanner = this.#scanner;
    for (let at = 0; ; at = scanner.at) {
      const stop = scanner.scan(chunk, at);
      if (scanner.runCount > 0) this.#hear('command', scanner.runSize, scanner.runCount);
      if (stop === 'end') return true;
      if (typeof stop === 'object') {
        this.heard.push({ what: stop, size: 0, count: 1 });
        return false;
      }
      const marked = this.#bytes.subarray(this.#end, this.#end + scanner.stopSize);
      const what = stop === 'blank' ? stop : { marked: nameIn(marked) };
      this.#hear(what, scanner.stopSize, 1);
    }
  }

  #hear(what: Heard['what'], size: number, count: number): void {
    this.#end += size;
    this.heard.push({ what, size, count });
  }
}

const nameIn = (bytes: Buffer): string => {
  const reader = new CommandReader();
  reader.push(bytes);
  const read = reader.next();
  return typeof read === 'object' && 'command' in read ? (read.command[0] ?? '').toUpperCase() : '';
};

/** Joins neighbouring commands, as the scanner does; how far it joins depends on where chunks end. */
const joined = (heard: readonly (Heard & { readonly count?: number })[]): unknown[] => {
  const runs: { what: Heard['what']; size: number; count: number }[] = [];
  for (const { what, size, count = 1 } of heard) {
    const last = runs.at(-1);
    if (last?.what === 'command' && what === 'command') {
      last.size += size;
      last.count += count;
    } else runs.push({ what, size, count });
  }
  return runs;
};

const name = fc.oneof(
  fc.constantFrom('SET', 'multi', 'MULTI', 'Exec', 'EXEC', 'select', 'SELECT', 'INCR', 'MULTY', ''),
  fc.uint8Array({ maxLength: 7 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const command = fc
  .tuple(name, fc.array(fc.string({ unit: 'binary-ascii', maxLength: 14 }), { maxLength: 4 }))
  .map(([first, rest]) => encodeCommand([first, ...rest]).toString('latin1'));
const odd = fc.constantFrom(
  ...['\n', '\r\n', ' \r\n', '*0\r\n', '*-1\r\n', '*1\n$4\nPING\r\n', '*1\r\n$0\r\n\r\n'],
  ...['*1\r\n$04\r\nPING\r\n', '*01\r\n$4\r\nPING\r\n', '*1\r\n$-1\r\n', '*1\r\n:4\r\nPING\r\n'],
  ...['PING\r\n', '"\r\n', '*99999999999999999999\r\n', '*x\r\n', '*1\r\n$\r\n', '*\r\n'],
  ...[
    '*9\r\n',
    '*1\r\n$13\r\n',
    '*1\r\n$1000000000\r\n',
    `*1${' '.repeat(40)}`,
    `*1\r\n$${'1'.repeat(40)}`,
    '$4\r\n',
  ],
);
const streams = fc
  .array(fc.oneof({ weight: 8, arbitrary: command }, { weight: 1, arbitrary: odd }), {
    maxLength: 12,
  })
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

test(`the scanner hears in any chunks what the command reader hears, limits and errors included (seed ${SEED})`, (t) => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(
      streams,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(NARROW, COMMAND_LIMITS),
      (bytes, sizes, limits) => {
        const read = new Read(limits);
        const scan = new Scan(limits);
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          const chunk = bytes.subarray(at, at + size);
          at += size;
          const goesOn = read.push(chunk);
          t.is(scan.push(chunk), goesOn);
          t.deepEqual(joined(scan.heard), joined(read.heard));
          if (!goesOn) break;
        }
        for (const { what } of read.heard) {
          const [kind = ''] = typeof what === 'string' ? [what] : Object.values(what);
          reached.set(kind, (reached.get(kind) ?? 0) + 1);
        }
      },
    ),
    { seed: SEED, numRuns: 3000 },
  );
  for (const kind of [
    ...['command', 'blank', 'MULTI', 'EXEC', 'SELECT', 'an inline command'],
    ...['unbalanced quotes in request', 'too big inline request', 'too big bulk count string'],
    ...['invalid multibulk length', 'invalid bulk length', "expected '$', got ':'"],
  ]) {
    t.true(reached.has(kind), `nothing led to: ${kind}`);
  }
});

test('a command of a hundred thousand words in small chunks is passed in one piece', (t) => {
  const words = Array.from({ length: 100_000 }, () => 'x');
  const bytes = encodeCommand(words);
  const scanner = new CommandScanner(MARKED);
  for (let at = 0; at < bytes.length; at += 1000) {
    const chunk = bytes.subarray(at, at + 1000);
    t.is(scanner.scan(chunk, 0), 'end');
    t.is(scanner.runCount, at + 1000 < bytes.length ? 0 : 1);
  }
  t.is(scanner.runSize, bytes.length);
});
