import { ByteQueue } from './byte-queue.ts';
import type { Malformed } from './command-header.ts';
import { readCommands } from './command-reader.ts';
import { CommandScanner, type ScanStop } from './command-scanner.ts';
import { MARK_LENGTH } from './psync-reply.ts';

/** What stands next on a link to a master. */
export type MasterRead =
  | { readonly line: string }
  /** More of a snapshot has arrived. */
  | { readonly snapshotBytes: number }
  /** The whole snapshot has, in pieces. */
  | { readonly snapshot: readonly Buffer[] }
  /** Whole commands of the stream that are data to replication: their bytes, and how many they are. */
  | { readonly data: readonly Buffer[]; readonly count: number }
  /** A command of the stream that replication has to understand, with its bytes; no words are an empty line. */
  | { readonly words: readonly string[]; readonly bytes: Buffer }
  | { readonly broken: string }
  | 'incomplete';

/** How long a command of the stream may be, in bytes, as Redis's `client-query-buffer-limit` has it. */
const COMMAND_MAX = 2 ** 30;

const TOO_LONG: Malformed = { malformed: 'too big a command' };

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
  /** The bytes of the stream that were scanned and belong to no whole command yet. */
  readonly #scanned = new ByteQueue();
  readonly #scanner: CommandScanner;
  /** The bytes that are being scanned. */
  #chunk: Buffer = Buffer.alloc(0);
  /** How many bytes of these have been. */
  #at = 0;
  #stop: ScanStop = 'end';
  readonly #commandMax: number;
  #mode: Mode = { reads: 'lines' };
  #pieces: Buffer[] = [];

  /** `control` are the names, in upper case, of the commands that are no data to replication. */
  constructor(control: readonly string[], commandMax = COMMAND_MAX) {
    this.#scanner = new CommandScanner(control);
    this.#commandMax = commandMax;
  }

  push(chunk: Uint8Array): void {
    // There is no telling where the next command begins, so nothing of it is worth keeping.
    if (typeof this.#stop !== 'object') this.#queue.push(chunk);
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

  /** Takes up to `limit` bytes as they lie in memory, whatever they are; none where none arrived. */
  takeRaw(limit: number): Buffer {
    return this.#queue.takeSome(limit);
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

  /** A scan may find commands and what it stops at behind them at once: the latter waits for the next turn. */
  #command(): MasterRead {
    while (this.#stop === 'end') {
      if (this.#at === this.#chunk.length && !this.#takeChunk()) return 'incomplete';
      this.#stop = this.#scanner.scan(this.#chunk, this.#at);
      const { at, runSize, runCount } = this.#scanner;
      this.#at = at;
      if (this.#scanned.length - runSize > this.#commandMax) this.#stop = TOO_LONG;
      if (runCount > 0) return { data: this.#scanned.takePieces(runSize), count: runCount };
    }
    if (typeof this.#stop === 'object') return this.#broken(this.#stop);
    const bytes = this.#scanned.take(this.#scanner.stopSize) ?? Buffer.alloc(0);
    const [words = []] = this.#stop === 'marked' ? readCommands([bytes]) : [];
    this.#stop = 'end';
    return { words, bytes };
  }

  #broken({ malformed }: Malformed): MasterRead {
    this.#queue.clear();
    this.#scanned.clear();
    return { broken: malformed };
  }

  #takeChunk(): boolean {
    this.#chunk = this.#queue.takeSome(Number.MAX_SAFE_INTEGER);
    this.#at = 0;
    this.#scanned.push(this.#chunk);
    return this.#chunk.length > 0;
  }
}
