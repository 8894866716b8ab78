import { BATCH, writeKernel } from './write-kernel.ts';
import type { ProgramText } from './write-program.ts';

/** The text of everything that runs once per state or transition, and the sizes that go with it. Can be sent to a thread. */
export interface KernelText {
  readonly text: string;
  readonly words: number;
  readonly successorsMax: number;
  readonly actions: number;
  readonly witnesses: number;
}

/**
 * The compiled loops of a search. Places in arrays count words, not states. `batch` holds the successors that were made
 * last; `fired` and `witnessed` count by action and by witness, `counts[0]` counts the words of all successors.
 */
export interface Kernel {
  readonly batch: Int32Array;
  readonly fired: Float64Array;
  readonly witnessed: Float64Array;
  readonly counts: Float64Array;
  /** Expands states until the batch is full; leaves candidates in `out` and moves the `ends` of their owners. */
  readonly expand: (
    states: Int32Array,
    from: number,
    to: number,
    out: Int32Array,
    ends: Int32Array,
  ) => number;
  /** Calls `unsafe` for each state that violates a property. */
  readonly inspect: (states: Int32Array, from: number, to: number) => void;
  /** At most `candidatesMax` candidates; the table must have room for all of them, and the queue too. */
  readonly insert: (
    candidates: Int32Array,
    from: number,
    to: number,
    table: Int32Array,
    bits: number,
    queue: Int32Array,
    start: number,
  ) => number;
  readonly rehash: (old: Int32Array, table: Int32Array, bits: number) => void;
  /** Writes the successors of one state into the batch and returns the place behind the last. */
  readonly single: (states: Int32Array, from: number) => number;
  /** Brings the first states of the batch, up to the place `n`, into the form in which they are kept. */
  readonly fold: (n: number) => void;
  readonly ownerOf: (states: Int32Array, from: number) => number;
}

/** The generated code came upon a mistake in the model: the interpreter can say which. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** How many candidates one call of `insert` takes. */
export const candidatesMax = (successorsMax: number): number => BATCH + successorsMax;

export const kernelText = (
  program: ProgramText,
  shape: {
    readonly workers: number;
    readonly ownerMasks: readonly number[];
    readonly canonical: string | null;
  },
  sizes: { readonly actions: number; readonly witnesses: number },
): KernelText => {
  const { layout, successorsMax } = program;
  const kernel = writeKernel({
    words: layout.words,
    tagWord: layout.tag.word,
    workers: shape.workers,
    ownerMasks: shape.ownerMasks,
    symmetric: shape.canonical !== null,
  });
  return {
    text: [program.text, shape.canonical ?? '', kernel].join('\n'),
    words: layout.words,
    successorsMax,
    ...sizes,
  };
};

type KernelMaker = (
  b: Int32Array,
  slots: Int32Array,
  fired: Float64Array,
  witnessed: Float64Array,
  counts: Float64Array,
  fault: () => never,
  unsafe: (states: Int32Array, at: number) => void,
) => Omit<Kernel, 'batch' | 'fired' | 'witnessed' | 'counts'>;

const fault = (): never => {
  throw new Fault('the model made a mistake');
};

/**
 * Makes a kernel run. `unsafe` is called with every expanded state in which a property of `always` does not hold.
 * The text comes from `kernelText` alone: nothing that a user types reaches it but the checked names in comments.
 */
export const makeKernel = (
  { text, words, successorsMax, actions, witnesses }: KernelText,
  unsafe: (states: Int32Array, at: number) => void,
): Kernel => {
  const make = new Function(
    'b',
    'slots',
    'fired',
    'witnessed',
    'counts',
    'fault',
    'unsafe',
    `'use strict';\n${text}\nreturn { expand, inspect, insert, rehash, fold, single, ownerOf };`,
  ) as KernelMaker; // The text defines functions with just these signatures.
  const batch = new Int32Array(candidatesMax(successorsMax) * words);
  const slots = new Int32Array(candidatesMax(successorsMax));
  const fired = new Float64Array(actions);
  const witnessed = new Float64Array(witnesses);
  const counts = new Float64Array(2);
  const loops = make(batch, slots, fired, witnessed, counts, fault, unsafe);
  return { batch, fired, witnessed, counts, ...loops };
};
