import type { CachedMaster, Command, HandshakeSettings } from '../rules/handshake.ts';
import type { LoadMode } from '../rules/master-link.ts';
import type { Dialect, ProcessedOffset } from '../vocabulary/index.ts';

/** Where a master is reached. */
export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

export interface LinkContext {
  readonly dialect: Dialect;
  readonly settings: HandshakeSettings;
  /** Null while the node follows nobody. */
  readonly master: MasterAddress | null;
  /** What the next PSYNC asks to continue. While the link is up there is none: the link itself is the history. */
  readonly cached: CachedMaster | null;
  /** Whether the node hands over to its new master in a coordinated failover. */
  readonly handsOver: boolean;
  /** From the last `+FULLRESYNC`. It outlives the transfer, as in Redis. */
  readonly announcedReplid: string | null;
  readonly announcedOffset: ProcessedOffset;
  /** Whether the link's stream has an offset that its master would understand; SYNC and a malformed answer give none. */
  readonly offsetKnown: boolean;
  /** Whether the snapshot under way ends with a mark. */
  readonly withMark: boolean;
  readonly load: LoadMode;
  /** When the handshake or the transfer last made progress, or the master was last heard, in seconds. */
  readonly heardAt: number;
}

/** `at` is the time in seconds. */
export type LinkEvent =
  | {
      readonly type: 'REPLICAOF';
      readonly master: MasterAddress;
      /** The history that the node could go on with: its link's, or its own if it is a master. */
      readonly history: CachedMaster | null;
      readonly handsOver: boolean;
      readonly at: number;
    }
  | { readonly type: 'NO_ONE' }
  /** What the handshake will say is settled when it begins. */
  | { readonly type: 'LINK_UP'; readonly settings: HandshakeSettings; readonly at: number }
  | { readonly type: 'LINK_REFUSED' }
  /** A line of an answer, or one before a snapshot, without its end. */
  | { readonly type: 'LINE'; readonly line: string; readonly load: LoadMode; readonly at: number }
  /** A line began and did not end in time. */
  | { readonly type: 'LINE_STALLED'; readonly load: LoadMode; readonly at: number }
  | { readonly type: 'SNAPSHOT_BYTES'; readonly at: number }
  /** There is no file to put a snapshot into, or SYNC could not be sent. */
  | { readonly type: 'NO_ROOM' }
  /** `replid` is the node's own, at that moment. */
  | { readonly type: 'LOAD_STARTED'; readonly replid: string }
  | { readonly type: 'LOADED'; readonly at: number }
  | { readonly type: 'LOAD_FAILED'; readonly at: number }
  | { readonly type: 'STREAM_BYTES'; readonly at: number }
  | { readonly type: 'GETACK' }
  /** Bytes in the stream that are no command. */
  | { readonly type: 'STREAM_BROKEN' }
  /** `history` is what can be continued; null where the link's commands were held back when it was lost. */
  | { readonly type: 'LINK_DOWN'; readonly history: CachedMaster | null; readonly at: number }
  | {
      readonly type: 'TICK';
      readonly timeoutSeconds: number;
      /** As in LINK_DOWN, should this be the moment at which the link is given up. */
      readonly history: CachedMaster | null;
      readonly at: number;
    };

/** What a step of the link has done by whoever drives it, in this order. */
export type LinkEffect =
  | { readonly type: 'dial'; readonly params: { readonly master: MasterAddress } }
  | { readonly type: 'sendCommands'; readonly params: { readonly commands: readonly Command[] } }
  /** Inline, as every Redis sends it. */
  | { readonly type: 'sendSync' }
  | { readonly type: 'hangUp' }
  /** Give up the backlog, and with it the node's own replicas. */
  | { readonly type: 'giveUpHistory' }
  /** Go on with the stream under the replid that was named, if one was. */
  | {
      readonly type: 'continueStream';
      readonly params: { readonly named: string | null; readonly from: CachedMaster };
    }
  /** Read a snapshot of so many bytes, or up to a mark. */
  | {
      readonly type: 'takeSnapshot';
      readonly params: { readonly length: number | null; readonly mark: string | null };
    }
  /** Take the master's identity; the snapshot is in place. */
  | {
      readonly type: 'adoptSnapshot';
      readonly params: { readonly replid: string | null; readonly offset: ProcessedOffset };
    }
  | { readonly type: 'acknowledge' }
  | { readonly type: 'becomeMaster' }
  | { readonly type: 'endFailover' }
  | { readonly type: 'abortFailover' };

export type LinkEffectParams<Type extends LinkEffect['type']> = Extract<
  LinkEffect,
  { readonly type: Type; readonly params: unknown }
>['params'];
