import type { Family } from '../family.ts';
import { acceptance } from './acceptance.ts';
import { backlog } from './backlog.ts';
import { framing } from './framing.ts';
import { handshakeMaster } from './handshake-master.ts';
import { handshakeReplica } from './handshake-replica.ts';
import { ledgerMaster } from './ledger-master.ts';
import { ledgerReplica } from './ledger-replica.ts';
import { machineWalks } from './machines.ts';
import { promotionChains } from './promotion.ts';
import { replies } from './replies.ts';
import { snapshots } from './snapshots.ts';

/** Every family, in the order in which one would implement what they ask. */
export const FAMILIES: readonly Family[] = [
  acceptance,
  replies,
  handshakeReplica,
  handshakeMaster,
  ledgerReplica,
  ledgerMaster,
  backlog,
  promotionChains,
  framing,
  snapshots,
  machineWalks,
];
