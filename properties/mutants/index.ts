import { ACCEPTANCE_MUTANTS } from './acceptance.ts';
import { CLUSTER_MUTANTS } from './cluster.ts';
import { HANDSHAKE_MUTANTS } from './handshake.ts';
import { HISTORY_MUTANTS } from './history.ts';
import { LIVENESS_MUTANTS } from './liveness.ts';
import type { Mutant } from './mutant.ts';
import { REPLICA_MUTANTS } from './replica.ts';
import { RESYNCHRONIZATION_MUTANTS } from './resynchronization.ts';

export { type Mutant, rulesWith } from './mutant.ts';
export { REPLICA_MUTANTS } from './replica.ts';

/** Every fault that a single server can show. */
export const MUTANTS: readonly Mutant[] = [
  ...HANDSHAKE_MUTANTS,
  ...ACCEPTANCE_MUTANTS,
  ...RESYNCHRONIZATION_MUTANTS,
  ...HISTORY_MUTANTS,
  ...LIVENESS_MUTANTS,
  ...REPLICA_MUTANTS,
];

/** Every known fault. */
export const ALL_MUTANTS: readonly Mutant[] = [...MUTANTS, ...CLUSTER_MUTANTS];

export const findMutant = (name: string): Mutant | undefined =>
  ALL_MUTANTS.find((mutant) => mutant.name === name);
