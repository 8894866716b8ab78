import type { MachineEntry } from './catalogue/entry.ts';
import { failoverEntry } from './catalogue/failover.ts';
import { replicaLinkEntry } from './catalogue/replica-link.ts';
import { replicaSessionEntry } from './catalogue/replica-session.ts';

/** Every machine of the specification, in the order in which one reads them. */
export const MACHINES: readonly MachineEntry[] = [
  replicaLinkEntry,
  replicaSessionEntry,
  failoverEntry,
];
