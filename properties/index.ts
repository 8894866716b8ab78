export { CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL } from './acceptance.property.ts';
export { BACKLOG_AGREES, type BacklogUnderTest, type MakeBacklog } from './backlog.property.ts';
export {
  type CampaignOptions,
  type CampaignResult,
  campaign,
  casesFrom,
  type Failure,
  type Progress,
} from './campaign.ts';
export { type HoldsResult, holds, type Property, search, unreached } from './holds.ts';
export { ALL_MUTANTS, findMutant, MUTANTS, type Mutant, rulesWith } from './mutants/index.ts';
export { readToken, Unreadable, writeToken } from './notation.ts';
export {
  type Case,
  cases,
  OPERATION_NAMES,
  type Operation,
  type OperationName,
} from './operations.ts';
export { History } from './oracle/history.ts';
export { RUN_REACHES, reachedBy } from './reach.ts';
export { type Finding, type RunResult, runCase } from './run.ts';
export type { RunProperty, Watcher } from './run-property.ts';
export { readScenario, type Scenario, writeScenario } from './scenario.ts';
export { storyOf } from './story.ts';
export { RUN_PROPERTIES } from './suite/index.ts';
export {
  type ClusterOptions,
  Inconclusive,
  type NodeView,
  type Outcome,
  type Resync,
  type Step,
  type System,
  type Trace,
  type Transfer,
} from './system.ts';
