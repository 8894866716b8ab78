import type { ReplconfChange } from '../rules/replconf.ts';
import type { ResyncCounters } from '../rules/statistics.ts';
import type {
  BacklogWindow,
  Capability,
  Dialect,
  Exclusion,
  NextByte,
  ProcessedOffset,
  ReplicationId,
  ReplicationIds,
  Role,
  SnapshotTarget,
} from '../vocabulary/index.ts';

/** The node that is asked, at the moment it is asked. */
export interface MasterView {
  readonly role: Role;
  readonly linkUp: boolean;
  readonly failingOver: boolean;
  readonly ids: ReplicationIds;
  readonly window: BacklogWindow | null;
}

export interface SessionContext {
  readonly dialect: Dialect;
  readonly capabilities: readonly Capability[];
  readonly exclusions: readonly Exclusion[];
  readonly rdbOnly: boolean;
  /** Announced with `version`; null where nothing was. */
  readonly version: string | null;
  readonly listeningPort: number;
  /** Announced with `ip-address`; null means the peer's own. */
  readonly address: string | null;
  readonly sentSync: boolean;
  /** The offset that `+FULLRESYNC` named. */
  readonly snapshotOffset: ProcessedOffset;
  readonly target: SnapshotTarget | null;
  readonly acknowledged: ProcessedOffset;
  /** When the replica last acknowledged or gave another sign of life, in seconds. */
  readonly heardAt: number;
}

/** Why a master ends a replica's link. */
export type CloseReason =
  | 'timeout'
  | 'output-limit'
  | 'reply-on-replica-link'
  | 'snapshot-failed'
  | 'snapshot-transmitted'
  | 'dropped';

/** `at` is the time in seconds. */
export type SessionEvent =
  | { readonly type: 'OPTION'; readonly change: ReplconfChange }
  | {
      readonly type: 'PSYNC';
      readonly replid: string;
      readonly nextByte: NextByte | null;
      readonly failover: boolean;
      readonly pendingReplies: boolean;
      readonly master: MasterView;
      readonly at: number;
    }
  | {
      readonly type: 'SYNC';
      readonly pendingReplies: boolean;
      readonly master: MasterView;
      readonly at: number;
    }
  | {
      readonly type: 'SNAPSHOT_STARTED';
      readonly replid: ReplicationId;
      readonly offset: ProcessedOffset;
      readonly target: SnapshotTarget;
    }
  | { readonly type: 'SNAPSHOT_WRITTEN' }
  | { readonly type: 'SNAPSHOT_SENT'; readonly at: number }
  | { readonly type: 'SNAPSHOT_FAILED' }
  /** A piece of the snapshot has waited so long to be written. */
  | {
      readonly type: 'SNAPSHOT_STUCK';
      readonly seconds: number;
      readonly timeoutSeconds: number;
    }
  | { readonly type: 'ACK'; readonly offset: ProcessedOffset; readonly at: number }
  | { readonly type: 'NEWLINE'; readonly at: number }
  | { readonly type: 'TICK'; readonly at: number; readonly timeoutSeconds: number }
  | { readonly type: 'REPLY_DUE' }
  | { readonly type: 'OUTPUT_LIMIT' }
  | { readonly type: 'DROPPED' }
  | { readonly type: 'LINK_DOWN' };

/** What a step of the session has done by whoever drives it. */
export type SessionEffect =
  /** Take over from the master that asks, then put the request again without its FAILOVER word. */
  | { readonly type: 'promote' }
  | { readonly type: 'sendError'; readonly params: { readonly line: string } }
  | { readonly type: 'countResync'; readonly params: { readonly counters: ResyncCounters } }
  | {
      readonly type: 'replyContinue';
      readonly params: { readonly line: string; readonly from: NextByte };
    }
  /** Have a snapshot made, or let the replica join one under way. */
  | { readonly type: 'requestSnapshot' }
  /** The stream for the replica begins after its `snapshotOffset`; `line` is null after SYNC. */
  | { readonly type: 'replyFullResync'; readonly params: { readonly line: string | null } }
  | { readonly type: 'sendSnapshot' }
  /** From now on the replica is given bytes of the stream. */
  | { readonly type: 'openStream' }
  | { readonly type: 'sendNewline' }
  | { readonly type: 'letReplyThrough' }
  | { readonly type: 'closeLink'; readonly params: { readonly because: CloseReason } };

export type SessionEffectParams<Type extends SessionEffect['type']> = Extract<
  SessionEffect,
  { readonly type: Type; readonly params: unknown }
>['params'];
