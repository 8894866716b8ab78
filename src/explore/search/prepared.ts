import { type KernelText, kernelText, makeKernel } from '../compile/kernel.ts';
import { type Layout, unpack } from '../compile/layout.ts';
import { writeCanonical } from '../compile/write-canonical.ts';
import { writeProgram } from '../compile/write-program.ts';
import { StepError } from '../interpret/evaluate.ts';
import { Interpreter } from '../interpret/interpreter.ts';
import { ModelError } from '../model/check.ts';
import type { Model } from '../model/model.ts';
import { Archive } from './archive.ts';
import { identityOf, type SearchIdentity } from './checkpoint-header.ts';
import { ownerMasks } from './ownership.ts';
import type { Seed } from './run.ts';
import { Tracer } from './trace.ts';

/** A model made ready for a search. */
export class Prepared {
  readonly model: Model;
  readonly interpreter: Interpreter;
  readonly layout: Layout;
  readonly text: KernelText;
  readonly tracer: Tracer;
  readonly identity: SearchIdentity;

  constructor(model: Model, symmetry: boolean, workers: number) {
    const program = writeProgram(model);
    const canonical = symmetry ? writeCanonical(model, program.layout) : null;
    const sizes = { actions: model.actions.length, witnesses: model.sometimes.length };
    this.model = model;
    this.interpreter = new Interpreter(model);
    this.layout = program.layout;
    const alone = kernelText(program, { workers: 1, ownerMasks: [], canonical }, sizes);
    const kernel = makeKernel(alone, () => {});
    this.tracer = new Tracer(kernel, this.layout, this.interpreter);
    if (workers === 1) {
      this.text = alone;
    } else {
      const masks = ownerMasks(kernel, this.layout, this.tracer.kept(this.interpreter.initial()));
      this.text = kernelText(program, { workers, ownerMasks: masks, canonical }, sizes);
    }
    const { name, settings } = model;
    const digested = JSON.stringify([program.text, program.layout.fields.map(fieldIdentity)]);
    this.identity = identityOf({ model: name, settings, symmetry }, digested);
  }

  /** The initial state alone. */
  seed(allocate: (words: number) => Int32Array): Seed {
    const states = new Archive(this.text.words);
    states.chunks.push(allocate(states.chunkWords));
    states.chunks[0]?.set(this.tracer.kept(this.interpreter.initial()));
    states.length = 1;
    const { actions, sometimes } = this.model;
    const tally = {
      transitions: 0,
      fired: actions.map(() => 0),
      witnessed: sometimes.map(() => 0),
    };
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
    throw new ModelError('an expression builds a sequence that is too long to be compared');
  }
}

const fieldIdentity = ({ word, shift, bits, base }: Layout['fields'][number]) => [
  word,
  shift,
  bits,
  base,
];
