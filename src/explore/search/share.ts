import {
  candidatesMax,
  Fault,
  type Kernel,
  type KernelText,
  makeKernel,
} from '../compile/kernel.ts';
import { Archive, allocated, type Piece } from './archive.ts';
import type { Candidates } from './candidates.ts';
import type { Progress, Seed, ShareReport, Tally } from './run.ts';
import type { Standing } from './standing.ts';
import { StateTable } from './state-table.ts';

/** What a share needs besides the compiled model. */
export interface ShareOptions {
  readonly candidates: Candidates;
  /** How many bytes table and archive may take together. */
  readonly bytesMax: number;
  readonly allocate: (words: number) => Int32Array;
}

/** An order of packed states that does not depend on how the search was shared out. */
export const isBefore = (one: Int32Array, other: Int32Array): boolean => {
  for (const [word, value] of one.entries()) {
    const against = other[word] ?? 0;
    if (value !== against) return value < against;
  }
  return false;
};

/**
 * One worker's share of a search: the states whose hash makes it their owner, in a table and an archive, and the level
 * that is being expanded. A search on one thread has a single share that owns everything.
 */
export class Share {
  readonly #kernel: Kernel;
  readonly #options: ShareOptions;
  readonly #words: number;
  readonly #candidatesMax: number;
  readonly #archive: Archive;
  readonly #table: StateTable;
  readonly #levels: number[] = [];
  #levelTally: Tally;
  #next = 0;
  #levelEnd = 0;
  #isFull = false;
  #violation: Int32Array | null = null;
  #fault: Int32Array | null = null;

  constructor(text: KernelText, options: ShareOptions) {
    this.#kernel = makeKernel(text, (states, at) => this.#noteViolation(states, at));
    this.#options = options;
    this.#words = text.words;
    this.#candidatesMax = candidatesMax(text.successorsMax);
    this.#archive = new Archive(text.words);
    this.#table = new StateTable(this.#kernel, text.words);
    this.#levelTally = this.#tally();
  }

  /** There was no memory for a state that should have been kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** A property does not hold in a state of this level. */
  get isViolated(): boolean {
    return this.#violation !== null;
  }

  /** A state of this level makes the model fault. */
  get isFaulty(): boolean {
    return this.#fault !== null;
  }

  /** States of this level that wait to be expanded. */
  get waiting(): number {
    return this.#levelEnd - this.#next;
  }

  get #bytes(): number {
    const chunks = this.#archive.chunks.length * this.#archive.chunkWords;
    return this.#table.bytes + chunks * Int32Array.BYTES_PER_ELEMENT;
  }

  progress(): Progress {
    return {
      states: this.#archive.length,
      transitions: this.#tally().transitions,
      level: this.#levels.length - 1,
      waiting: this.#archive.length - this.#next,
      bytes: this.#bytes,
    };
  }

  standing(): Standing {
    return {
      ...this.progress(),
      waitingInLevel: this.waiting,
      beyond: this.#archive.length - this.#levelEnd,
      isFull: this.#isFull,
      isViolated: this.isViolated,
      isFaulty: this.isFaulty,
    };
  }

  report(): ShareReport {
    return {
      archive: this.#archive,
      levels: this.#levels,
      levelEnd: this.#levelEnd,
      expanded: this.#next,
      levelTally: this.#levelTally,
      tally: this.#tally(),
      violation: this.#violation,
      fault: this.#fault,
      bytes: this.#bytes,
    };
  }

  #tally(): Tally {
    const { counts, fired, witnessed } = this.#kernel;
    return {
      transitions: (counts[0] ?? 0) / this.#words,
      fired: [...fired],
      witnessed: [...witnessed],
    };
  }

  /** Takes those states of a seed that belong to this share. The first share takes what was counted, too. */
  plant(seed: Seed): void {
    const { self } = this.#options.candidates;
    for (const [level, start] of seed.levels.entries()) {
      if (level > 0) this.beginLevel();
      const end = seed.levels[level + 1] ?? seed.states.length;
      for (const { states, from, to } of seed.states.pieces(start, end)) {
        for (let at = from; at < to; at += this.#words) {
          if (this.#kernel.ownerOf(states, at) === self) this.receive(states, at, at + this.#words);
        }
      }
    }
    this.#next = this.#levelEnd;
    if (self !== 0) return;
    this.#kernel.counts[0] = seed.tally.transitions * this.#words;
    this.#kernel.fired.set(seed.tally.fired);
    this.#kernel.witnessed.set(seed.tally.witnessed);
  }

  /** Begins the level of all states found and not yet expanded, and says how many there are. */
  beginLevel(): number {
    this.#levels.push(this.#levelEnd);
    this.#levelTally = this.#tally();
    this.#next = this.#levelEnd;
    this.#levelEnd = this.#archive.length;
    return this.waiting;
  }

  /** Expands a batch of the level. Once a property is violated the rest of the level is only inspected. */
  expandSome(): void {
    const { candidates } = this.#options;
    const piece = this.#archive.piece(this.#next, this.#levelEnd);
    const reached = this.#violation === null ? this.#expand(piece) : this.#inspect(piece);
    this.#next += (reached - piece.from) / this.#words;
    const { from, to } = candidates.own;
    this.receive(candidates.array, from, to);
    candidates.clearOwn();
  }

  /** A state that makes the model fault is somewhere in the piece; the search cannot go on after it. */
  #expand({ states, from, to }: Piece): number {
    const { array, ends } = this.#options.candidates;
    try {
      return this.#kernel.expand(states, from, to, array, ends);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#fault = states.slice(from, to);
      return to;
    }
  }

  #inspect({ states, from, to }: Piece): number {
    this.#kernel.inspect(states, from, to);
    return to;
  }

  /** Takes those candidates that are new. */
  receive(candidates: Int32Array, from: number, to: number): void {
    const most = this.#candidatesMax * this.#words;
    for (let at = from; at < to && !this.#isFull; ) {
      at = this.#insert(candidates, at, Math.min(to, at + most));
    }
  }

  #insert(candidates: Int32Array, from: number, to: number): number {
    if (this.#archive.isFull && !this.#addChunk()) return from;
    const room = this.#archive.room();
    const end = Math.min(to, from + room.to - room.from);
    const states = this.#archive.length + (end - from) / this.#words;
    if (!this.#table.reserve(states, this.#options.bytesMax - this.#bytes)) {
      this.#isFull = true;
      return from;
    }
    this.#archive.length += this.#table.insert(candidates, from, end, room);
    return end;
  }

  #addChunk(): boolean {
    const words = this.#archive.chunkWords;
    const isAllowed = this.#bytes + words * Int32Array.BYTES_PER_ELEMENT <= this.#options.bytesMax;
    const chunk = isAllowed ? allocated(() => this.#options.allocate(words)) : null;
    if (chunk === null) this.#isFull = true;
    else this.#archive.chunks.push(chunk);
    return chunk !== null;
  }

  #noteViolation(states: Int32Array, at: number): void {
    const state = states.slice(at, at + this.#words);
    if (this.#violation === null || isBefore(state, this.#violation)) this.#violation = state;
  }
}
