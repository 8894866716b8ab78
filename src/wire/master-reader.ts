import { ByteQueue } from './byte-queue.ts';
import { COMMAND_LIMITS } from './command-header.ts';
import { CommandReader } from './command-reader.ts';
import { MARK_LENGTH } from './psync-reply.ts';

/** What stands next on a link to a master. */
export type MasterRead =
  | { readonly line: string }
  /** More of a snapshot has arrived. */
  | { readonly snapshotBytes: number }
  /** The whole snapshot has, in pieces. */
  | { readonly snapshot: readonly Buffer[] }
  /** A command of the stream with its bytes; no words are an empty line. */
  | { readonly words: readonly string[]; readonly bytes: Buffer }
  | { readonly broken: string }
  | 'incomplete';

/** How many bytes of a handshake line are taken at most; what is behind them is the next line, as in Redis. */
const LINE_MAX = 255;

type Mode =
  | { readonly reads: 'lines' }
  | { readonly reads: 'length'; left: number }
  | { readonly reads: 'mark'; readonly mark: Buffer; tail: Buffer }
  | { readonly reads: 'stream' };

/** Reads what a master says: lines, then a snapshot, then commands, as it is told which. */
export class MasterReader {
  readonly #queue = new ByteQueue();
  /** The bytes of the commands that `#commands` takes apart. */
  readonly #raw = new ByteQueue();
  readonly #commands = new CommandReader(COMMAND_LIMITS);
  #mode: Mode = { reads: 'lines' };
  #pieces: Buffer[] = [];

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Whether a line has begun and not ended. */
  get isInsideLine(): boolean {
    return this.#mode.reads === 'lines' && this.#queue.length > 0;
  }

  takeSnapshot(length: number | null, mark: string | null): void {
    this.#pieces = [];
    this.#mode =
      mark === null
        ? { reads: 'length', left: length ?? 0 }
        : { reads: 'mark', mark: Buffer.from(mark, 'latin1'), tail: Buffer.alloc(0) };
  }

  takeLines(): void {
    this.#mode = { reads: 'lines' };
  }

  takeStream(): void {
    this.#mode = { reads: 'stream' };
  }

  next(): MasterRead {
    switch (this.#mode.reads) {
      case 'lines':
        return this.#line();
      case 'length':
        return this.#upToLength(this.#mode);
      case 'mark':
        return this.#upToMark(this.#mode);
      case 'stream':
        return this.#command();
    }
  }

  #line(): MasterRead {
    const taken = this.#queue.takeLine(LINE_MAX);
    if (taken === 'incomplete') return 'incomplete';
    if (taken === 'too-long') return { line: this.#queue.takeText(LINE_MAX) ?? '' };
    return taken;
  }

  #upToLength(mode: Extract<Mode, { reads: 'length' }>): MasterRead {
    if (mode.left === 0) return this.#wholeSnapshot();
    const piece = this.#queue.takeSome(mode.left);
    if (piece.length === 0) return 'incomplete';
    mode.left -= piece.length;
    this.#pieces.push(piece);
    return { snapshotBytes: piece.length };
  }

  /** The mark ends a snapshot only where it is the last thing heard, since a master is silent behind it. */
  #upToMark(mode: Extract<Mode, { reads: 'mark' }>): MasterRead {
    if (mode.tail.equals(mode.mark)) {
      this.#dropMark();
      return this.#wholeSnapshot();
    }
    const piece = this.#queue.takeSome(Number.MAX_SAFE_INTEGER);
    if (piece.length === 0) return 'incomplete';
    mode.tail = Buffer.concat([mode.tail, piece.subarray(-MARK_LENGTH)]).subarray(-MARK_LENGTH);
    this.#pieces.push(piece);
    return { snapshotBytes: piece.length };
  }

  #dropMark(): void {
    for (let left = MARK_LENGTH; left > 0; ) {
      const last = this.#pieces.pop();
      if (last === undefined) return;
      if (last.length > left) this.#pieces.push(last.subarray(0, last.length - left));
      left -= Math.min(left, last.length);
    }
  }

  #wholeSnapshot(): MasterRead {
    const snapshot = this.#pieces;
    this.#pieces = [];
    this.takeLines();
    return { snapshot };
  }

  #command(): MasterRead {
    const arrived = this.#queue.takeSome(Number.MAX_SAFE_INTEGER);
    this.#commands.push(arrived);
    this.#raw.push(arrived);
    const read = this.#commands.next();
    if (read === 'incomplete') return this.#queue.length > 0 ? this.#command() : 'incomplete';
    if ('malformed' in read) return { broken: read.malformed };
    const bytes = this.#raw.take(read.size) ?? Buffer.alloc(0);
    if ('nothing' in read) return { words: [], bytes };
    return read.inline ? { broken: 'an inline command' } : { words: read.command, bytes };
  }
}
