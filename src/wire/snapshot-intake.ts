import type { Snapshot } from '../../models/vocabulary/index.ts';
import { latin1 } from './byte-queue.ts';
import { MARK_LENGTH } from './psync-reply.ts';
import { RDB_LIMITS, type RdbRead, RdbReader } from './rdb/reader.ts';

export type IntakeOutcome =
  | { readonly snapshot: Snapshot }
  | { readonly malformed: string }
  | 'incomplete';

/**
 * Takes a snapshot apart while it arrives, so that a master that announces more than it sends, or sends more than makes
 * sense, costs no more memory than the data that came.
 */
export class SnapshotIntake {
  readonly #reader: RdbReader;
  readonly #mark: string | null;
  /** How many bytes of the announced length are still to come. */
  #left: number;
  #read: RdbRead = 'incomplete';
  /** What came behind the RDB. */
  #behind = '';

  /** A snapshot of `length` bytes, or one that ends with a mark. */
  constructor(length: number, mark: string | null) {
    this.#left = mark === null ? length : Number.MAX_SAFE_INTEGER;
    this.#mark = mark;
    this.#reader = new RdbReader({ ...RDB_LIMITS, payload: this.#left });
  }

  /** How many bytes it takes at most; what is behind them is no part of the snapshot. */
  get wants(): number {
    return this.#left;
  }

  push(piece: Buffer): IntakeOutcome {
    this.#left -= piece.length;
    if (this.#read === 'incomplete') this.#readOn(piece);
    else this.#behind += latin1(piece);
    if (this.#read === 'incomplete') {
      return this.#left === 0 ? { malformed: 'the RDB ends in the middle' } : 'incomplete';
    }
    if ('malformed' in this.#read) return { malformed: this.#read.malformed };
    return this.#mark === null ? this.#upToLength(this.#read) : this.#upToMark(this.#read);
  }

  #readOn(piece: Buffer): void {
    this.#reader.push(piece);
    this.#read = this.#reader.next();
    if (this.#read !== 'incomplete' && 'snapshot' in this.#read) {
      this.#behind = latin1(this.#read.rest);
    }
  }

  #upToLength({ snapshot, size }: { readonly snapshot: Snapshot; readonly size: number }) {
    const missing = this.#left + this.#behind.length;
    if (missing === 0) return { snapshot };
    return { malformed: `the RDB ends at byte ${size}, and ${missing} more were announced` };
  }

  #upToMark({ snapshot }: { readonly snapshot: Snapshot }): IntakeOutcome {
    if (this.#behind.length < MARK_LENGTH) return 'incomplete';
    if (this.#behind === this.#mark) return { snapshot };
    return { malformed: 'what stands behind the RDB is not the mark that was announced' };
  }
}
