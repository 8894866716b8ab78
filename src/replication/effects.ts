import type { ProcessedOffset, Snapshot, SnapshotTarget } from '../../models/vocabulary/index.ts';
import type { ClientId } from './ports.ts';

/** A snapshot that somebody has to produce: encode `data`, then tell the node with `snapshotWritten` or `snapshotFailed`. */
export interface SnapshotJob {
  readonly id: number;
  readonly target: SnapshotTarget;
  readonly data: Snapshot;
  /** How long to pause after each key, in microseconds (`rdb-key-save-delay`). */
  readonly keyDelay: number;
}

/** What a node wants done. It decides; whoever drives it performs, in the order given. */
export type NodeEffect =
  | { readonly effect: 'send'; readonly client: ClientId; readonly bytes: Uint8Array }
  /** `afterReplies`: what was sent before still goes out. */
  | { readonly effect: 'close'; readonly client: ClientId; readonly afterReplies: boolean }
  /** There are bytes of the stream to `take` for this replica, until there are none; only then is it told again. */
  | { readonly effect: 'stream'; readonly client: ClientId }
  | { readonly effect: 'save'; readonly job: SnapshotJob }
  /** Nobody wants this snapshot any more. */
  | { readonly effect: 'abandon'; readonly job: number }
  /** Send the bytes of a snapshot between header and mark, then tell the node with `snapshotSent`. */
  | {
      readonly effect: 'transmit';
      readonly client: ClientId;
      readonly job: number;
      /** For a snapshot on its way to sockets; null where the header is its length. */
      readonly mark: string | null;
    }
  /** `settle` again at this time, in milliseconds since 1970. */
  | { readonly effect: 'wake'; readonly at: number }
  /** The client's WAIT is over: go on with what it sent in the meantime. */
  | { readonly effect: 'resume'; readonly client: ClientId }
  /** Connect to a master; what happens on that connection is told under its number. */
  | {
      readonly effect: 'dial';
      readonly link: number;
      readonly host: string;
      readonly port: number;
    }
  | { readonly effect: 'send-to-master'; readonly link: number; readonly bytes: Uint8Array }
  /** Read a snapshot of so many bytes, or up to a mark, instead of lines. */
  | {
      readonly effect: 'take-snapshot';
      readonly link: number;
      readonly length: number | null;
      readonly mark: string | null;
    }
  /** Read commands from now on. */
  | { readonly effect: 'stream-from-master'; readonly link: number }
  | { readonly effect: 'hang-up'; readonly link: number }
  /** Write a snapshot to disk, then tell the node with `persisted` or `notPersisted`. */
  | { readonly effect: 'persist'; readonly job: number; readonly data: Snapshot }
  | { readonly effect: 'log'; readonly event: NodeEvent }
  | { readonly effect: 'shutdown' };

/** What a log tells of a node, a line each. */
export type NodeEvent =
  | { readonly event: 'replica-asks'; readonly replica: string; readonly request: string }
  | { readonly event: 'continues'; readonly replica: string; readonly from: number }
  | { readonly event: 'full-resync'; readonly replica: string; readonly because: string }
  | {
      readonly event: 'snapshot-starts';
      readonly target: SnapshotTarget;
      readonly offset: ProcessedOffset;
    }
  | { readonly event: 'replica-online'; readonly replica: string }
  | { readonly event: 'replica-leaves'; readonly replica: string; readonly because: string }
  | { readonly event: 'backlog-created'; readonly replid: string }
  | { readonly event: 'backlog-freed'; readonly replid: string }
  | { readonly event: 'replica-of'; readonly master: string }
  | { readonly event: 'connects-to-master'; readonly master: string }
  | { readonly event: 'asks-master'; readonly request: string }
  | {
      readonly event: 'snapshot-from-master';
      readonly replid: string;
      readonly offset: ProcessedOffset;
      /** Null where a mark ends it. */
      readonly bytes: number | null;
    }
  | {
      readonly event: 'snapshot-loaded';
      readonly replid: string;
      readonly offset: ProcessedOffset;
    }
  | { readonly event: 'continued'; readonly replid: string; readonly offset: ProcessedOffset }
  | { readonly event: 'master-lost'; readonly master: string; readonly because: string }
  | { readonly event: 'opaque-command'; readonly command: string }
  | { readonly event: 'failover'; readonly state: string }
  | { readonly event: 'saved' }
  | { readonly event: 'not-saved'; readonly because: string }
  | { readonly event: 'shutdown-waits'; readonly seconds: number }
  | { readonly event: 'shutdown-stopped'; readonly because: string }
  | {
      readonly event: 'promoted';
      readonly replid: string;
      readonly replid2: string;
      readonly secondReplOffset: number;
    };
