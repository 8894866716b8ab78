import type { History } from './history.ts';

/** What a node says of itself, all at one moment. Other nodes by number; null is a node that nobody knows. */
export interface NodeView {
  readonly alive: boolean;
  readonly role: 'master' | 'slave';
  readonly replid: string;
  readonly replid2: string | null;
  readonly secondReplOffset: number | null;
  readonly offset: number;
  readonly window: { readonly firstByte: number; readonly histlen: number } | null;
  /** What its backlog was told to hold, in bytes. */
  readonly backlogSize: number;
  /** The node that it was told to follow. */
  readonly master: number | null;
  readonly linkUp: boolean;
  /** Whether it is about to hand its part over. */
  readonly failingOver: boolean;
  readonly replicas: readonly {
    readonly node: number | null;
    readonly state: string;
    readonly acknowledged: number;
  }[];
  readonly counters: {
    readonly syncFull: number;
    readonly syncPartialOk: number;
    readonly syncPartialErr: number;
  };
  /** Every write that it has, in order, one text for each database. */
  readonly data: readonly string[];
  /** Every byte of the stream that led to its data, where a system can tell. */
  readonly history: History | null;
}

/** A request to go on or begin, and what became of it. */
export interface Resync {
  /** The node that asked; null for a probe. */
  readonly replica: number | null;
  readonly master: number;
  readonly asked: {
    readonly replid: string;
    readonly nextByte: number;
    readonly failover: boolean;
  };
  readonly answer: 'continued' | 'full' | 'refused';
  /** The line of the answer. */
  readonly line: string;
  /** The one who asked and the one who answered, just before the answer; null for a probe. */
  readonly before: { readonly replica: NodeView | null; readonly master: NodeView };
  readonly transfer: Transfer;
}

/** What went over a link after the answer. Systems that can't listen to their links leave it empty. */
export interface Transfer {
  /** Whether `stream` and the rest were listened to. */
  readonly heard: boolean;
  /** The bytes of the stream as the master gave them out. */
  readonly stream: readonly Uint8Array[];
  /** Bytes behind the answer that were neither of the stream nor of a snapshot: newlines before it, or intruders. */
  readonly newlines: number;
  readonly intruders: readonly string[];
  /** What the snapshot stood for, once it was sent; null before. */
  readonly snapshot: { readonly data: readonly string[]; readonly history: History } | null;
  /** Whether the snapshot ended with a mark. */
  readonly marked: boolean;
  /** How many bytes of the stream were given out when the first acknowledgement arrived; null before. */
  readonly streamedBeforeAck: number | null;
  readonly acknowledgements: readonly number[];
  /** When it was answered and when the snapshot was sent, in milliseconds. */
  readonly answeredAt: number;
  readonly snapshotAt: number | null;
  /** Whether the link is still up, at its master’s end. */
  readonly isOpen: () => boolean;
  /** Whether the link broke with a MULTI delivered and its EXEC not. */
  readonly lostInTransaction: () => boolean;
}
