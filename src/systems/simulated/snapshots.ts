import type { Snapshot } from '../../../models/vocabulary/index.ts';
import type { History } from '../../../properties/oracle/history.ts';

/** A snapshot, and what it stands for. */
export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  readonly data: readonly string[];
  readonly history: History;
}

/** Long enough that a cut can hit its middle. */
const PAYLOAD_LENGTH = 60;

/**
 * Snapshots on their way from node to node. What travels is a number that stands for the data: how an RDB is written
 * and read is tested elsewhere, and costs more than all the rest of a run.
 */
export class SnapshotStore {
  readonly #stored: StoredSnapshot[] = [];

  put(stored: StoredSnapshot): Uint8Array {
    this.#stored.push(stored);
    const text = `REDIS${this.#stored.length - 1};`.padEnd(PAYLOAD_LENGTH, '.');
    return Buffer.from(text, 'latin1');
  }

  /** What a payload stands for; null where it is damaged. */
  take(payload: Uint8Array): StoredSnapshot | null {
    const text = Buffer.from(payload).toString('latin1');
    const number = /^REDIS(\d+);\.*$/.exec(text)?.[1];
    if (number === undefined || text.length !== PAYLOAD_LENGTH) return null;
    return this.#stored[Number(number)] ?? null;
  }
}
