import type { Snapshot } from '../../../models/vocabulary/index.ts';
import { asBuffer } from '../byte-queue.ts';
import { MalformedRdb } from './malformed.ts';
import { MemoryBudget } from './memory-budget.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { Reading } from './reading.ts';
import { SnapshotParts } from './snapshot-parts.ts';
import { RdbSource } from './source.ts';

/** How much a payload may make us hold, in bytes. */
export interface RdbLimits {
  /** How long it is at most: what `$<length>` announced, where that is known. */
  readonly payload: number;
  /** How much memory the data may take, by a rough count of strings and their overhead. */
  readonly memory: number;
}

/** Half of the memory that Node gives a program by default on a machine with enough of it. */
export const RDB_LIMITS: RdbLimits = {
  payload: Number.MAX_SAFE_INTEGER,
  memory: 2 ** 31,
};

/**
 * What came of the payload so far. `size` counts the bytes of the RDB, its checksum included; `rest` are those that
 * arrived behind it. `malformed` says at which byte, and is final.
 */
export type RdbRead =
  | {
      readonly snapshot: Snapshot;
      /** The nine bytes at the start that name the format, such as `REDIS0011`. */
      readonly header: string;
      readonly size: number;
      readonly rest: Buffer;
    }
  | 'incomplete'
  | { readonly malformed: string };

/**
 * Reads an RDB that arrives in any pieces. It knows by itself where the RDB ends, so that the mark behind one that came
 * without a length can be found. Pushed bytes are the reader's: they must not be changed.
 */
export class RdbReader {
  readonly #source: RdbSource;
  readonly #parts = new SnapshotParts();
  readonly #reading: Reading<string>;
  #outcome: RdbRead = 'incomplete';

  constructor({ payload, memory } = RDB_LIMITS) {
    this.#source = new RdbSource(payload, new MemoryBudget(memory));
    this.#reading = readSnapshot(this.#source, this.#parts);
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#source.position;
  }

  push(chunk: Uint8Array): void {
    this.#source.push(asBuffer(chunk));
  }

  next(): RdbRead {
    if (this.#outcome === 'incomplete' && this.#source.ready) this.#resume();
    return this.#outcome;
  }

  #resume(): void {
    try {
      const step = this.#reading.next();
      if (step.done) {
        this.#outcome = {
          snapshot: this.#parts.whole,
          header: step.value,
          size: this.#source.position,
          rest: this.#source.rest,
        };
      }
    } catch (error) {
      if (!(error instanceof MalformedRdb)) throw error;
      this.#outcome = { malformed: this.#describe(error) };
    }
  }

  #describe({ message, at = this.#source.stringAt }: MalformedRdb): string {
    const { key } = this.#parts;
    const where = key === null ? '' : `, in the value of ${JSON.stringify(key.slice(0, 60))}`;
    return `byte ${at} of the RDB${where}: ${message}`;
  }
}

/** Reads an RDB that is there as a whole. Bytes behind it are its `rest`. */
export function readRdb(
  bytes: Uint8Array,
  memory = RDB_LIMITS.memory,
): Exclude<RdbRead, 'incomplete'> {
  const reader = new RdbReader({ payload: bytes.length, memory });
  reader.push(bytes);
  const read = reader.next();
  // The reader waits for nothing that goes beyond the payload's length.
  if (read === 'incomplete') throw new Error('an RDB that is all there cannot be incomplete');
  return read;
}
