import { type KernelText, kernelText, makeKernel } from '../compile/kernel.ts';
import { type Layout, unpack } from '../compile/layout.ts';
import { writeCanonical } from '../compile/write-canonical.ts';
import { writeProgram } from '../compile/write-program.ts';
import { StepError } from '../interpret/evaluate.ts';
import { Interpreter } from '../interpret/interpreter.ts';
import { ModelError } from '../model/check.ts';
import type { Model } from '../model/model.ts';
import { Archive } from './archive.ts';
import {
  type Counterexample,
  countsOf,
  type Exploration,
  lastLevel,
  leastViolation,
} from './exploration.ts';
import type { Progress, Run, Seed, Watch } from './run.ts';
import { runSolo } from './solo.ts';
import { Tracer } from './trace.ts';

/** How far a search may go, and who hears of it. */
export interface ExploreOptions {
  /** Takes states that differ only in how interchangeable members are numbered for one. */
  readonly symmetry?: boolean;
  readonly workers?: number;
  readonly statesMax?: number;
  /** Table and archive together; the engine and the program itself come on top. */
  readonly bytesMax?: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Two gibibytes: room for some 80 million states of two words. */
export const BYTES_DEFAULT = 2 ** 31;

/** A model made ready for a search. */
class Prepared {
  readonly model: Model;
  readonly interpreter: Interpreter;
  readonly layout: Layout;
  readonly text: KernelText;
  readonly tracer: Tracer;

  constructor(model: Model, options: ExploreOptions) {
    const program = writeProgram(model);
    const canonical = options.symmetry ? writeCanonical(model, program.layout) : null;
    const sizes = { actions: model.actions.length, witnesses: model.sometimes.length };
    this.model = model;
    this.interpreter = new Interpreter(model);
    this.layout = program.layout;
    this.text = kernelText(program, { workers: options.workers ?? 1, canonical }, sizes);
    this.tracer = new Tracer(
      makeKernel(this.text, () => {}),
      this.layout,
      this.interpreter,
    );
  }

  seed(): Seed {
    const states = new Archive(
      this.text.words,
      [new Int32Array(new Archive(this.text.words).chunkWords)],
      1,
    );
    states.chunks[0]?.set(this.tracer.kept(this.interpreter.initial()));
    const none = <T>(list: readonly T[]) => list.map(() => 0);
    const { actions, sometimes } = this.model;
    const tally = { transitions: 0, fired: none(actions), witnessed: none(sometimes) };
    return { states, levels: [0], tally };
  }

  /** Says what is wrong with a model whose compiled form faulted in one of these states. */
  explain(states: Int32Array): never {
    for (let at = 0; at < states.length; at += this.text.words) {
      const state = unpack(this.layout, states.subarray(at, at + this.text.words));
      try {
        for (const { holds } of [...this.model.always, ...this.model.sometimes]) {
          this.interpreter.holds(holds, state);
        }
        this.interpreter.successors(state);
      } catch (error) {
        if (error instanceof StepError) throw new ModelError(error.message);
        throw error;
      }
    }
    throw new ModelError(
      'an expression builds a sequence that is longer than its variable, or of other items',
    );
  }
}

const watchOf = (options: ExploreOptions, started: number): Watch => ({
  ask: (progress) => {
    options.onProgress?.(progress);
    if (options.signal?.aborted) return 'interrupt';
    if (progress.states >= (options.statesMax ?? Number.POSITIVE_INFINITY)) return 'states';
    const seconds = (performance.now() - started) / 1000;
    return seconds >= (options.seconds ?? Number.POSITIVE_INFINITY) ? 'time' : null;
  },
  atLevel: async () => {},
});

const counterexampleOf = (prepared: Prepared, run: Run): Counterexample | null => {
  const violation = leastViolation(run);
  if (violation === null) return null;
  const { model, interpreter, tracer } = prepared;
  const trace = tracer.shortest(run.shares, lastLevel(run), violation);
  const last = trace.steps.at(-1)?.state ?? trace.initial;
  const violated = model.always.filter(({ holds }) => !interpreter.holds(holds, last));
  return { violated: violated.map(({ name }) => name), trace };
};

/** Searches all that a model can do, breadth first. Throws a `ModelError` where the model makes a mistake. */
export const explore = async (model: Model, options: ExploreOptions = {}): Promise<Exploration> => {
  const started = performance.now();
  const prepared = new Prepared(model, options);
  const bytesMax = options.bytesMax ?? BYTES_DEFAULT;
  const run = await runSolo(prepared.text, prepared.seed(), bytesMax, watchOf(options, started));
  const faulty = run.shares.find(({ fault }) => fault !== null)?.fault;
  if (faulty) prepared.explain(faulty);
  const counterexample = counterexampleOf(prepared, run);
  return {
    ...countsOf(model, run),
    outcome: counterexample !== null ? 'violated' : run.stopped !== null ? 'stopped' : 'exhausted',
    stopped: counterexample === null ? run.stopped : null,
    counterexample,
    seconds: (performance.now() - started) / 1000,
    bytes: run.shares.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};
