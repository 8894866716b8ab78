import {
  acknowledgedOffset,
  countAcknowledged,
  getackDue,
  isAttached,
  isOnline,
  waitSatisfied,
} from './acknowledgement.ts';
import { completesUnit, historyOfLink } from './application.ts';
import {
  backlogCapacity,
  backlogExpired,
  newWindow,
  windowAfterFeed,
  windowAfterResize,
} from './backlog.ts';
import { continueLine } from './continuation.ts';
import { caughtUp, failoverOverdue, judgeFailover } from './failover.ts';
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
  addressCommand,
  announcements,
  announcesVersion,
  authCommand,
  cachedMasterOfOneself,
  capaCommand,
  isAcceptablePong,
  isPipelined,
  isRefusedAuth,
  portCommand,
  psyncCommand,
  versionCommand,
} from './handshake.ts';
import {
  dropsReplicas,
  freshIds,
  idsAfterBacklogExpiry,
  idsAfterContinue,
  idsAfterFullResync,
  idsForFullResync,
  isPromoted,
  promotion,
  shiftReplicationId,
} from './identity.ts';
import {
  isSignOfLife,
  newlineDue,
  pingDue,
  replicaTimedOut,
  replyOnReplicaLink,
} from './liveness.ts';
import {
  acknowledgesAfterLoad,
  acknowledgesBySecond,
  dropsReplicasAtReplicaof,
  givesUpHistoryAt,
  judgeAnswer,
  judgeHeader,
  linkTimedOut,
  reconnectsAtOnce,
  takesSilenceForNo,
} from './master-link.ts';
import { countsAsConnected, infoState, listedInRole } from './observation.ts';
import { judgePsync } from './partial-resync.ts';
import { judgeReadiness } from './readiness.ts';
import { judgeReplconf } from './replconf.ts';
import { beginning, historyToSave } from './restart.ts';
import { countResync } from './statistics.ts';
import { databaseAfter, needsSelect, offsetAfterFeed, pingCommand, streamUnit } from './stream.ts';
import { countGood, shutdownMayEnd, writesAllowed } from './write-safety.ts';

/**
 * Every decision of the protocol as one value. Machines and nodes are built from a ruleset, so that a changed rule (a
 * design under study, a seeded fault) is one replaced function and everything else stays as it is.
 */
export const STANDARD = {
  acknowledgedOffset,
  acknowledgesAfterLoad,
  acknowledgesBySecond,
  addressCommand,
  afterSnapshot,
  announcements,
  announcesVersion,
  authCommand,
  backlogCapacity,
  backlogExpired,
  beginning,
  cachedMasterOfOneself,
  capaCommand,
  caughtUp,
  completesUnit,
  continueLine,
  countAcknowledged,
  countGood,
  countResync,
  countsAsConnected,
  databaseAfter,
  dropsReplicas,
  dropsReplicasAtReplicaof,
  failoverOverdue,
  freshIds,
  fullResyncLine,
  getackDue,
  givesUpHistoryAt,
  historyOfLink,
  historyToSave,
  idsAfterBacklogExpiry,
  idsAfterContinue,
  idsAfterFullResync,
  idsForFullResync,
  infoState,
  isAcceptablePong,
  isAttached,
  isOnline,
  isPipelined,
  isPromoted,
  isRefusedAuth,
  isSignOfLife,
  joinedOffset,
  judgeAnswer,
  judgeFailover,
  judgeGates,
  judgeHeader,
  judgePsync,
  judgeReadiness,
  judgeReplconf,
  linkTimedOut,
  listedInRole,
  mayShareSnapshot,
  needsSelect,
  newlineDue,
  newWindow,
  offsetAfterFeed,
  pingCommand,
  pingDue,
  portCommand,
  promotion,
  psyncCommand,
  reconnectsAtOnce,
  replicaTimedOut,
  replyOnReplicaLink,
  setUpFullResync,
  shiftReplicationId,
  shutdownMayEnd,
  snapshotAtOnce,
  snapshotDue,
  snapshotFrame,
  snapshotTarget,
  streamUnit,
  takesSilenceForNo,
  versionCommand,
  waitSatisfied,
  windowAfterFeed,
  windowAfterResize,
  writesAllowed,
} as const;

export type Ruleset = typeof STANDARD;
