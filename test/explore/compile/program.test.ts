import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { Fault, kernelText, makeKernel } from '../../../src/explore/compile/kernel.ts';
import { pack, unpack } from '../../../src/explore/compile/layout.ts';
import { writeProgram } from '../../../src/explore/compile/write-program.ts';
import { StepError } from '../../../src/explore/interpret/evaluate.ts';
import { Interpreter } from '../../../src/explore/interpret/interpreter.ts';
import type { CellValue, Model } from '../../../src/explore/model/model.ts';
import { arbitraryModel, arbitraryState } from '../arbitrary-model.ts';

/** The successors of a state, or the word `fault` where the model makes a mistake there. */
type Outcome = readonly (readonly CellValue[])[] | 'fault';

const interpreted = (model: Model, state: readonly CellValue[]): Outcome => {
  try {
    return new Interpreter(model).successors(state).map(({ next }) => next);
  } catch (error) {
    if (error instanceof StepError) return 'fault';
    throw error;
  }
};

const compiled = (model: Model, state: readonly CellValue[]): Outcome => {
  const program = writeProgram(model);
  const sizes = { actions: model.actions.length, witnesses: model.sometimes.length };
  const text = kernelText(program, { workers: 1, ownerMasks: [], canonical: null }, sizes);
  const kernel = makeKernel(text, () => {});
  try {
    const end = kernel.single(pack(program.layout, state), 0);
    return Array.from({ length: end / text.words }, (_, place) =>
      unpack(program.layout, kernel.batch.subarray(place * text.words, (place + 1) * text.words)),
    );
  } catch (error) {
    if (error instanceof Fault) return 'fault';
    throw error;
  }
};

/** A seed may be given to repeat a run. */
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

test(`compiled models step as the interpreter does (SEED=${seed})`, (t) => {
  let steps = 0;
  let faults = 0;
  fc.assert(
    fc.property(arbitraryModel, arbitraryState, (model, state) => {
      const expected = interpreted(model, state);
      if (expected === 'fault') faults += 1;
      else steps += expected.length;
      return isDeepStrictEqual(compiled(model, state), expected);
    }),
    { seed, numRuns: 300 },
  );
  t.log(`${steps} steps, ${faults} faults`);
  t.true(steps > 100 && faults > 10);
});
