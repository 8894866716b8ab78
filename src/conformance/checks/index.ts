import type { Check } from '../check.ts';
import type { CheckedRole } from '../runner.ts';
import { ACKNOWLEDGEMENT_CHECKS } from './acknowledgement.ts';
import { BACKLOG_CHECKS } from './backlog.ts';
import { CHAIN_CHECKS } from './chain.ts';
import { CONTINUATION_CHECKS } from './continuation.ts';
import { EXPIRY_CHECKS } from './expiry.ts';
import { FULL_RESYNC_CHECKS } from './full-resync.ts';
import { IDENTITY_CHECKS } from './identity.ts';
import { LIVENESS_CHECKS } from './liveness.ts';
import { OBSERVATION_CHECKS } from './observation.ts';
import { PARTIAL_RESYNC_CHECKS } from './partial-resync.ts';
import { READINESS_CHECKS } from './readiness.ts';
import { REPLCONF_CHECKS } from './replconf.ts';
import { REPLICA_CHECKS } from './replica/index.ts';
import { STATISTICS_CHECKS } from './statistics.ts';
import { STREAM_CHECKS } from './stream.ts';

/** Every check of a master, in the order in which they are run. */
export const MASTER_CHECKS: readonly Check[] = [
  ...READINESS_CHECKS,
  ...REPLCONF_CHECKS,
  ...PARTIAL_RESYNC_CHECKS,
  ...CONTINUATION_CHECKS,
  ...FULL_RESYNC_CHECKS,
  ...STREAM_CHECKS,
  ...BACKLOG_CHECKS,
  ...ACKNOWLEDGEMENT_CHECKS,
  ...STATISTICS_CHECKS,
  ...OBSERVATION_CHECKS,
  ...IDENTITY_CHECKS,
  ...LIVENESS_CHECKS,
  ...EXPIRY_CHECKS,
];

/** The checks of one part of replication. */
export const checksOf = (role: CheckedRole): readonly Check[] =>
  ({ master: MASTER_CHECKS, replica: REPLICA_CHECKS, chain: CHAIN_CHECKS })[role];

/** Every check of every part. */
export const CHECKS: readonly Check[] = [...MASTER_CHECKS, ...REPLICA_CHECKS, ...CHAIN_CHECKS];
