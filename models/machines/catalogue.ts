import { backlogLifecycleEntry } from './catalogue/backlog-lifecycle.ts';
import type { MachineEntry } from './catalogue/entry.ts';
import { failoverEntry } from './catalogue/failover.ts';
import { replicaLinkEntry } from './catalogue/replica-link.ts';
import { replicaSessionEntry } from './catalogue/replica-session.ts';
import { replicationIdentityEntry } from './catalogue/replication-identity.ts';
import { snapshotScheduleEntry } from './catalogue/snapshot-schedule.ts';

/** Every machine of the specification, in the order in which one reads them. */
export const MACHINES: readonly MachineEntry[] = [
  replicaLinkEntry,
  replicaSessionEntry,
  snapshotScheduleEntry,
  replicationIdentityEntry,
  backlogLifecycleEntry,
  failoverEntry,
];
