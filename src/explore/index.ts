/** The explorer as others use it. */
export { exportPromela } from './export/promela.ts';
export { exportTla, type TlaExport } from './export/tla.ts';
export { type FlatState, StepError } from './interpret/evaluate.ts';
export { type Instance, Interpreter, instanceName } from './interpret/interpreter.ts';
export { Cells } from './model/cells.ts';
export { ModelError } from './model/check.ts';
export * from './model/declare.ts';
export * from './model/domain.ts';
export type { Effect } from './model/expression.ts';
export type { Model } from './model/model.ts';
export { type NamedState, nameState } from './model/named-state.ts';
export * from './model/term.ts';
export {
  type Bound,
  CATALOGUE,
  type CatalogueEntry,
  isRuleName,
  type NamedMutant,
  type Variant,
} from './models/catalogue.ts';
export { toItf } from './report/itf.ts';
export { type Teller, tellStory } from './report/story.ts';
export { explorationJson, traceJson } from './report/trace-json.ts';
export { CheckpointError } from './search/checkpoint-header.ts';
export type { Counterexample, Exploration } from './search/exploration.ts';
export { BYTES_DEFAULT, type ExploreOptions, explore, withProperties } from './search/explore.ts';
export type { Progress, StopReason } from './search/run.ts';
export { PathError, pathOf, replay, type Trace } from './search/trace.ts';
