import type { Kernel } from '../compile/kernel.ts';
import { type Layout, pack } from '../compile/layout.ts';
import type { FlatState } from '../interpret/evaluate.ts';
import { type Instance, type Interpreter, instanceName } from '../interpret/interpreter.ts';
import type { ShareReport } from './run.ts';
import { isBefore } from './share.ts';

/** One step of a run through a model. */
export interface TraceStep {
  /** Which of the successors of the state before this is, counted from 0. */
  readonly index: number;
  readonly instance: Instance;
  readonly state: FlatState;
}

/** A run through a model from its initial state. */
export interface Trace {
  readonly initial: FlatState;
  readonly steps: readonly TraceStep[];
}

/** Finds runs through what a search has seen. No search stores where a state came from: that is found anew here. */
export class Tracer {
  readonly #kernel: Kernel;
  readonly #layout: Layout;
  readonly #interpreter: Interpreter;

  constructor(kernel: Kernel, layout: Layout, interpreter: Interpreter) {
    this.#kernel = kernel;
    this.#layout = layout;
    this.#interpreter = interpreter;
  }

  /** A state in the form in which the search keeps it. */
  kept(state: FlatState): Int32Array {
    const words = pack(this.#layout, state);
    this.#kernel.batch.set(words);
    this.#kernel.fold(words.length);
    return this.#kernel.batch.slice(0, words.length);
  }

  #isSuccessor(states: Int32Array, at: number, target: Int32Array): boolean {
    const end = this.#kernel.single(states, at);
    for (let place = 0; place < end; place += target.length) {
      if (this.#equals(place, target)) return true;
    }
    return false;
  }

  #equals(place: number, target: Int32Array): boolean {
    for (let word = 0; word < target.length; word += 1) {
      if (this.#kernel.batch[place + word] !== target[word]) return false;
    }
    return true;
  }

  /** The least state of a level that has the target as a successor. */
  #predecessor(shares: readonly ShareReport[], level: number, target: Int32Array): Int32Array {
    let found: Int32Array | null = null;
    for (const { archive, levels } of shares) {
      const start = levels[level] ?? archive.length;
      const end = levels[level + 1] ?? archive.length;
      for (const { states, from, to } of archive.pieces(start, end)) {
        for (let at = from; at < to; at += target.length) {
          if (!this.#isSuccessor(states, at, target)) continue;
          const state = states.slice(at, at + target.length);
          if (found === null || isBefore(state, found)) found = state;
        }
      }
    }
    // The target was found as a successor of a state of this level.
    if (found === null) throw new RangeError(`no state of level ${level} leads on`);
    return found;
  }

  /** A shortest run to a state of a level, in kept form; the same whatever the order in which states were found. */
  shortest(shares: readonly ShareReport[], level: number, target: Int32Array): Trace {
    const kept = [target];
    for (let below = level - 1; below >= 0; below -= 1) {
      const [next] = kept;
      if (next !== undefined) kept.unshift(this.#predecessor(shares, below, next));
    }
    return this.#walk(kept.slice(1));
  }

  /** Goes from the initial state through states whose kept forms are given. */
  #walk(kept: readonly Int32Array[]): Trace {
    const initial = this.#interpreter.initial();
    const steps: TraceStep[] = [];
    let state = initial;
    for (const target of kept) {
      const successors = this.#interpreter.successors(state);
      const index = successors.findIndex(({ next }) => {
        this.kept(next);
        return this.#equals(0, target);
      });
      const step = successors[index];
      // Renumbering a state renumbers its successors, so one of them has the kept form that was found.
      if (step === undefined) throw new RangeError('the compiled program and the model disagree');
      steps.push({ index, instance: step.instance, state: step.next });
      state = step.next;
    }
    return { initial, steps };
  }
}

/** The path of a trace as text that `replay` understands: the number of each successor taken. */
export const pathOf = (trace: Trace): string => trace.steps.map(({ index }) => index).join('.');

/** A path that does not fit the model. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/** Walks a path of successor numbers. Throws a `PathError` that says which step cannot be taken. */
export const replay = (interpreter: Interpreter, path: readonly number[]): Trace => {
  const initial = interpreter.initial();
  const steps: TraceStep[] = [];
  let state = initial;
  for (const [place, index] of path.entries()) {
    const successors = interpreter.successors(state);
    const step = successors[index];
    if (step === undefined) {
      const names = successors.map(({ instance }, at) => `${at} ${instanceName(instance)}`);
      throw new PathError(
        `step ${place + 1} asks for successor ${index}, and there are: ${names.join(', ') || 'none'}`,
      );
    }
    steps.push({ index, instance: step.instance, state: step.next });
    state = step.next;
  }
  return { initial, steps };
};
