export { CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL } from './acceptance.property.ts';
export { BACKLOG_AGREES, type BacklogUnderTest, type MakeBacklog } from './backlog.property.ts';
export { type HoldsResult, holds, type Property, search, unreached } from './holds.ts';
export { findMutant, MUTANTS, type Mutant, rulesWith } from './mutants/index.ts';
