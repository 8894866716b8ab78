import { ModelError } from '../model/check.ts';
import type { Model } from '../model/model.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { runCrew } from './crew.ts';
import {
  type Counterexample,
  countsOf,
  type Exploration,
  lastLevel,
  leastViolation,
} from './exploration.ts';
import { Prepared } from './prepared.ts';
import type { Progress, Run, Watch } from './run.ts';
import { runSolo } from './solo.ts';

/** How a search goes about it, how far it may go, and who hears of it. */
export interface ExploreOptions {
  /** Takes states that differ only in how interchangeable members are numbered for one. */
  readonly symmetry?: boolean;
  /** Which of `always` to check; all of them if not given. */
  readonly properties?: readonly string[];
  readonly workers?: number;
  readonly statesMax?: number;
  /** Tables and archives together; the engine and the program itself come on top. */
  readonly bytesMax?: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** A file to write what is known into, every so many seconds and whenever something stops the search. */
  readonly checkpoint?: { readonly file: string; readonly everySeconds: number };
  /** A checkpoint to go on from. */
  readonly resume?: string;
}

/** Two gibibytes: room for some 80 million states of two words. */
export const BYTES_DEFAULT = 2 ** 31;

/** The model with only some of its properties. Throws a `ModelError` that names one it does not have. */
export const withProperties = (model: Model, names: readonly string[]): Model => {
  const unknown = names.find((name) => model.always.every((property) => property.name !== name));
  if (unknown !== undefined) {
    const known = model.always.map(({ name }) => name).join(', ');
    throw new ModelError(`model ${model.name} has no property '${unknown}': there are ${known}`);
  }
  return { ...model, always: model.always.filter(({ name }) => names.includes(name)) };
};

const watchOf = (prepared: Prepared, options: ExploreOptions, started: number): Watch => {
  const { checkpoint, signal, statesMax = Number.POSITIVE_INFINITY, seconds } = options;
  let written = started;
  const elapsed = (since: number) => (performance.now() - since) / 1000;
  return {
    statesMax,
    ask: (progress) => {
      options.onProgress?.(progress);
      if (signal?.aborted) return 'interrupt';
      if (progress.states >= statesMax) return 'states';
      return seconds !== undefined && elapsed(started) >= seconds ? 'time' : null;
    },
    wantsLevel: () => checkpoint !== undefined && elapsed(written) >= checkpoint.everySeconds,
    atLevel: async (shares) => {
      if (checkpoint === undefined) return;
      await writeCheckpoint(checkpoint.file, prepared.identity, shares, true);
      written = performance.now();
    },
  };
};

const counterexampleOf = (prepared: Prepared, run: Run): Counterexample | null => {
  const violation = leastViolation(run);
  if (violation === null) return null;
  const { model, interpreter, tracer } = prepared;
  const trace = tracer.shortest(run.shares, lastLevel(run), violation);
  const last = trace.steps.at(-1)?.state ?? trace.initial;
  const violated = model.always.filter(({ holds }) => !interpreter.holds(holds, last));
  return { violated: violated.map(({ name }) => name), trace };
};

const allocatorFor = (workers: number) => (words: number) =>
  workers === 1
    ? new Int32Array(words)
    : new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));

/**
 * Searches all that a model can do, breadth first. Every count is exact and the same whatever the number of workers.
 * Throws a `ModelError` where the model makes a mistake, and a `CheckpointError` where there is nothing to go on from.
 */
export const explore = async (model: Model, options: ExploreOptions = {}): Promise<Exploration> => {
  const started = performance.now();
  const { workers = 1, bytesMax = BYTES_DEFAULT, symmetry = false, properties } = options;
  const checked = properties === undefined ? model : withProperties(model, properties);
  const prepared = new Prepared(checked, symmetry, workers);
  const allocate = allocatorFor(workers);
  const seed =
    options.resume === undefined
      ? prepared.seed(allocate)
      : await readCheckpoint(options.resume, prepared.identity, allocate);
  const watch = watchOf(prepared, options, started);
  const run =
    workers === 1
      ? await runSolo(prepared.text, seed, bytesMax, watch)
      : await runCrew(prepared.text, seed, bytesMax, workers, watch);
  return conclude(prepared, run, options, started);
};

const conclude = async (
  prepared: Prepared,
  run: Run,
  { checkpoint }: ExploreOptions,
  started: number,
): Promise<Exploration> => {
  const faulty = run.shares.find(({ fault }) => fault !== null)?.fault;
  if (faulty) prepared.explain(faulty);
  const counterexample = counterexampleOf(prepared, run);
  const isStopped = counterexample === null && run.stopped !== null;
  if (isStopped && checkpoint !== undefined) {
    await writeCheckpoint(checkpoint.file, prepared.identity, run.shares, false);
  }
  return {
    ...countsOf(prepared.model, run),
    outcome: counterexample !== null ? 'violated' : isStopped ? 'stopped' : 'exhausted',
    stopped: isStopped ? run.stopped : null,
    counterexample,
    seconds: (performance.now() - started) / 1000,
    bytes: run.shares.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};
