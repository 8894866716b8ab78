import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '../../models/vocabulary/index.ts';
import { RDB_LIMITS, RdbReader } from '../wire/rdb/reader.ts';

/** A file that should hold a snapshot and does not. It is left as it is. */
export class UnreadableSnapshot extends Error {
  constructor(file: string, problem: string) {
    super(
      `${file} can't be loaded: ${problem}. The file was left as it is: move it away to start empty, or look into it with redis-check-rdb`,
    );
  }
}

/** How much of the file is read at once, in bytes. */
const PIECE = 1024 * 1024;

/** Where a node keeps its data while it does not run. */
export class SnapshotFile {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  get path(): string {
    return join(this.#folder, this.#name);
  }

  /**
   * What was saved last; null where nothing was.
   *
   * @throws UnreadableSnapshot
   */
  async read(): Promise<Snapshot | null> {
    const reader = new RdbReader(RDB_LIMITS);
    try {
      for await (const piece of createReadStream(this.path, { highWaterMark: PIECE })) {
        reader.push(piece);
        reader.next();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw new UnreadableSnapshot(this.path, messageOf(error));
    }
    const read = reader.next();
    if (read === 'incomplete') {
      throw new UnreadableSnapshot(this.path, `it ends at byte ${reader.position}, in the middle`);
    }
    if ('malformed' in read) throw new UnreadableSnapshot(this.path, read.malformed);
    return read.snapshot;
  }

  /** Puts a snapshot in place of the last one, which stays until the new one is whole and on the disk. */
  async write(pieces: Iterable<Uint8Array>): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const unfinished = join(this.#folder, `unfinished-${this.#name}`);
    try {
      const file = await open(unfinished, 'w');
      try {
        for (const piece of pieces) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, this.path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    await syncFolder(this.#folder);
  }
}

/** A rename is only on the disk once its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
