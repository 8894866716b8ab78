import {
  type NextByte,
  nextByte,
  offsetBefore,
  type ProcessedOffset,
  windowEnd,
} from '../../models/vocabulary/index.ts';
import type { Backlog } from './backlog.ts';
import type { Block } from './block.ts';
import type { ReplicationStream } from './stream.ts';

/**
 * One replica's place in the stream. It holds the block that it has come to, and with it all that follows, also what the
 * backlog has let go of since: a slow replica costs what it lags beyond the backlog, and many of them cost no more than
 * the slowest.
 */
export class ReplicaFeed {
  readonly #stream: ReplicationStream;
  /** The backlog that the block came from. */
  #backlog: Backlog | null = null;
  #block: Block | null = null;
  #next: NextByte;

  /** `before` is a place at or before this one, whose bytes the backlog may have let go of. */
  constructor(stream: ReplicationStream, from: NextByte, before: ReplicaFeed | null = null) {
    this.#stream = stream;
    this.#next = from;
    this.#backlog = before === null ? null : before.#backlog;
    this.#block = before === null ? null : before.#block;
    this.#settle();
  }

  /** How many bytes the replica has not been given yet. */
  get lag(): number {
    const { window } = this.#stream;
    return window === null ? 0 : windowEnd(window) - this.#next;
  }

  /** Everything before this offset was given to the replica. */
  get given(): ProcessedOffset {
    return offsetBefore(this.#next);
  }

  /**
   * The next bytes for the replica as they lie in memory, not to be written to: `limit` at most, often fewer than there
   * are, none only where there are none.
   */
  take(limit: number): Uint8Array {
    const block = this.#settle();
    if (block === null) return NOTHING;
    const bytes = block.view(this.#next, limit);
    this.#next = nextByte(this.#next + bytes.length);
    return bytes;
  }

  /** The block of the next byte; null where there is none yet. */
  #settle(): Block | null {
    for (let block = this.#block; block !== null; block = block.next) {
      this.#block = block;
      if (this.#next < block.end) return block;
    }
    const { backlog } = this.#stream;
    if (backlog === null || (this.#block !== null && backlog === this.#backlog)) return null;
    return this.#enter(backlog);
  }

  /**
   * Under the rules the next byte is in the window, or will be the next to come. Under a faulty ruleset a replica may have been continued from outside
   * of it, and is given what there is.
   */
  #enter(backlog: Backlog): Block | null {
    const { window } = backlog;
    if (this.#next > windowEnd(window)) return null;
    this.#next = nextByte(Math.max(this.#next, window.firstByte));
    this.#backlog = backlog;
    this.#block = backlog.blockOf(this.#next);
    return this.#next < this.#block.end ? this.#block : null;
  }
}

const NOTHING = new Uint8Array(0);
