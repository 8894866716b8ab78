import type { ProcessedOffset } from '../../models/vocabulary/index.ts';
import type { ClientId, Peer } from './ports.ts';
import type { Session } from './session.ts';

/** A WAIT under way. */
export interface PendingWait {
  readonly replicas: number;
  readonly offset: ProcessedOffset;
  /** Milliseconds since 1970; null where it waits for ever. */
  readonly deadline: number | null;
}

/** A transaction under way: the commands so far, and whether one of them was refused. */
export interface OpenTransaction {
  readonly commands: (readonly string[])[];
  spoilt: boolean;
}

/** One connection to a node, whatever it turns out to be. */
export class Client {
  readonly id: ClientId;
  readonly peer: Peer;
  database = 0;
  name = '';
  authenticated: boolean;
  protocol: 2 | 3 = 2;
  /** What it has subscribed to. */
  readonly channels = new Set<string>();
  transaction: OpenTransaction | null = null;
  wait: PendingWait | null = null;
  /** Whether it waits for a SAVE to end. */
  awaitsSave = false;
  /** Whether replies were handed out that have not been written to the connection yet. */
  pendingReplies = false;
  closing = false;
  /** The node's offset after the last command of this client. */
  writeOffset: ProcessedOffset;
  /** Its standing as a replica; null until it says anything about replication. */
  session: Session | null = null;

  constructor(id: ClientId, peer: Peer, authenticated: boolean, writeOffset: ProcessedOffset) {
    this.id = id;
    this.peer = peer;
    this.authenticated = authenticated;
    this.writeOffset = writeOffset;
  }
}
