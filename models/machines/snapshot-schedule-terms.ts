import type { SnapshotWish } from '../rules/full-resync.ts';
import type { Dialect, Exclusion, SnapshotTarget } from '../vocabulary/index.ts';

/** A replica that waits for a snapshot to be begun. */
export interface WaitingReplica extends SnapshotWish {
  readonly replica: number;
  /** Since it last sent anything at all. */
  readonly silentSeconds: number;
}

/** What decides when a snapshot is begun, as it is when something happens. */
export interface ScheduleView {
  readonly disklessSync: boolean;
  readonly delaySeconds: number;
  readonly maxReplicas: number;
  /** In the order in which they attached. */
  readonly waiting: readonly WaitingReplica[];
}

/** A snapshot that is about to be made, and for whom. */
export interface ChosenSnapshot {
  readonly target: SnapshotTarget;
  readonly exclusions: readonly Exclusion[];
  readonly replicas: readonly number[];
}

export interface ScheduleContext {
  readonly dialect: Dialect;
  readonly chosen: ChosenSnapshot;
}

export type ScheduleEvent =
  /** A replica has come that needs a snapshot; it is among those who wait. */
  | {
      readonly type: 'ARRIVED';
      readonly newcomer: WaitingReplica;
      /** The first of those who wait for the end of the snapshot under way; null where nobody does. */
      readonly first: SnapshotWish | null;
      readonly view: ScheduleView;
    }
  /** A replica has gone. */
  | {
      readonly type: 'LEFT';
      /** How many still wait for the snapshot under way or are being sent it. */
      readonly receivers: number;
      readonly savePoints: boolean;
      readonly view: ScheduleView;
    }
  | { readonly type: 'TICK'; readonly view: ScheduleView }
  /** Somebody else has a snapshot made on disk, as with BGSAVE. */
  | { readonly type: 'SAVE_STARTED' }
  /** The snapshot is complete, or has failed. */
  | { readonly type: 'SAVE_ENDED'; readonly view: ScheduleView }
  /** No child could be made for the snapshot that was to begin. */
  | { readonly type: 'START_FAILED'; readonly view: ScheduleView }
  /** A child that is not for a snapshot, as one that rewrites the AOF. */
  | { readonly type: 'CHILD_STARTED' }
  | { readonly type: 'CHILD_ENDED'; readonly view: ScheduleView };

/** What a step of the schedule has done by whoever drives it. */
export type ScheduleEffect =
  | { readonly type: 'startSnapshot'; readonly params: ChosenSnapshot }
  | { readonly type: 'joinSnapshot'; readonly params: { readonly replica: number } }
  | { readonly type: 'giveUpSnapshot' }
  /** Say that there will be no snapshot, and close the link. */
  | { readonly type: 'turnAway'; readonly params: { readonly replicas: readonly number[] } };
