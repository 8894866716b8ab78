import {
  acknowledgedOffset,
  countAcknowledged,
  isAttached,
  isOnline,
  waitSatisfied,
} from './acknowledgement.ts';
import {
  backlogCapacity,
  backlogExpired,
  newWindow,
  windowAfterFeed,
  windowAfterResize,
} from './backlog.ts';
import { continueLine } from './continuation.ts';
import {
  afterSnapshot,
  fullResyncLine,
  joinedOffset,
  mayShareSnapshot,
  setUpFullResync,
  snapshotAtOnce,
  snapshotDue,
  snapshotFrame,
  snapshotTarget,
} from './full-resync.ts';
import { judgeGates } from './gates.ts';
import {
  dropsReplicas,
  idsAfterBacklogExpiry,
  idsAfterContinue,
  idsAfterFullResync,
  idsForFullResync,
  promotion,
  shiftReplicationId,
} from './identity.ts';
import { newlineDue, pingDue, replicaTimedOut, replyOnReplicaLink } from './liveness.ts';
import { infoState, listedInRole } from './observation.ts';
import { judgePsync } from './partial-resync.ts';
import { judgeReadiness } from './readiness.ts';
import { judgeReplconf } from './replconf.ts';
import { countResync } from './statistics.ts';
import { databaseAfter, needsSelect, offsetAfterFeed, pingCommand, streamUnit } from './stream.ts';

/**
 * Every decision of the protocol as one value. Machines and nodes are built from a ruleset, so that a changed rule (a
 * design under study, a seeded fault) is one replaced function and everything else stays as it is.
 */
export const STANDARD = {
  acknowledgedOffset,
  afterSnapshot,
  backlogCapacity,
  backlogExpired,
  continueLine,
  countAcknowledged,
  countResync,
  databaseAfter,
  dropsReplicas,
  fullResyncLine,
  idsAfterBacklogExpiry,
  idsAfterContinue,
  idsAfterFullResync,
  idsForFullResync,
  infoState,
  isAttached,
  isOnline,
  joinedOffset,
  judgeGates,
  judgePsync,
  judgeReadiness,
  judgeReplconf,
  listedInRole,
  mayShareSnapshot,
  needsSelect,
  newWindow,
  newlineDue,
  offsetAfterFeed,
  pingCommand,
  pingDue,
  promotion,
  replicaTimedOut,
  replyOnReplicaLink,
  setUpFullResync,
  shiftReplicationId,
  snapshotAtOnce,
  snapshotDue,
  snapshotFrame,
  snapshotTarget,
  streamUnit,
  waitSatisfied,
  windowAfterFeed,
  windowAfterResize,
} as const;

export type Ruleset = typeof STANDARD;
