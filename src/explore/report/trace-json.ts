import { instanceName } from '../interpret/interpreter.ts';
import type { Cells } from '../model/cells.ts';
import type { Model } from '../model/model.ts';
import { type NamedState, nameState } from '../model/named-state.ts';
import type { Exploration } from '../search/exploration.ts';
import { pathOf, type Trace } from '../search/trace.ts';

/** A run as JSON. `path` replays it. */
export interface TraceJson {
  readonly path: string;
  readonly initial: NamedState;
  readonly steps: readonly {
    readonly index: number;
    readonly action: string;
    readonly parameters: Readonly<Record<string, number>>;
    readonly name: string;
    readonly state: NamedState;
  }[];
}

/** A search and what it found as JSON. */
export interface ExplorationJson extends Omit<Exploration, 'counterexample'> {
  readonly format: 'psyncspec-exploration';
  readonly version: 1;
  readonly model: string;
  readonly settings: Model['settings'];
  readonly symmetry: boolean;
  readonly counterexample: (TraceJson & { readonly violated: readonly string[] }) | null;
}

export const traceJson = (cells: Cells, trace: Trace): TraceJson => ({
  path: pathOf(trace),
  initial: nameState(cells, trace.initial),
  steps: trace.steps.map(({ index, instance, state }) => ({
    index,
    action: instance.action.name,
    parameters: Object.fromEntries(
      instance.action.parameters.map(({ name }, place) => [name, instance.choices[place] ?? 0]),
    ),
    name: instanceName(instance),
    state: nameState(cells, state),
  })),
});

export const explorationJson = (
  model: Model,
  cells: Cells,
  symmetry: boolean,
  exploration: Exploration,
): ExplorationJson => {
  const { counterexample, ...rest } = exploration;
  return {
    format: 'psyncspec-exploration',
    version: 1,
    model: model.name,
    settings: model.settings,
    symmetry,
    ...rest,
    counterexample:
      counterexample === null
        ? null
        : { violated: counterexample.violated, ...traceJson(cells, counterexample.trace) },
  };
};
