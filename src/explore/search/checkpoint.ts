import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { Archive, CHUNK_STATES } from './archive.ts';
import {
  CheckpointError,
  headerFor,
  parseHeader,
  type SearchIdentity,
} from './checkpoint-header.ts';
import { type Seed, type ShareReport, sumOf } from './run.ts';

const HEADER_BYTES_MAX = 2 ** 20;

/** A digest in hexadecimal and a line feed. */
const DIGEST_BYTES = 65;

/** Up to where a share is worth keeping: a level that was not finished begins anew. */
const keptLevels = (share: ShareReport, atBoundary: boolean): number[] =>
  atBoundary ? [...share.levels, share.levelEnd] : [...share.levels];

const keptLength = (share: ShareReport, atBoundary: boolean): number =>
  atBoundary ? share.archive.length : share.levelEnd;

/** Writes what the shares know into a file, which appears whole or not at all. */
export const writeCheckpoint = async (
  file: string,
  search: SearchIdentity,
  shares: readonly ShareReport[],
  atBoundary: boolean,
): Promise<void> => {
  const starts = shares.map((share) => [
    ...keptLevels(share, atBoundary),
    keptLength(share, atBoundary),
  ]);
  const depth = (starts[0]?.length ?? 1) - 1;
  const levels = Array.from({ length: depth }, (_, level) =>
    starts.reduce((sum, start) => sum + (start[level + 1] ?? 0) - (start[level] ?? 0), 0),
  );
  const tally = sumOf(shares.map((share) => (atBoundary ? share.tally : share.levelTally)));
  const words = shares[0]?.archive.words ?? 1;
  const header = headerFor(search, { words, levels, tally });
  const part = `${file}.part`;
  const handle = await open(part, 'w');
  try {
    const writer = new DigestWriter(handle);
    await writer.write(Buffer.from(`${JSON.stringify(header)}\n`));
    for (let level = 0; level < depth; level += 1) {
      for (const [place, { archive }] of shares.entries()) {
        const [from = 0, to = 0] = (starts[place] ?? []).slice(level, level + 2);
        for (const piece of archive.pieces(from, to)) {
          const { buffer, byteOffset } = piece.states.subarray(piece.from, piece.to);
          await writer.write(Buffer.from(buffer, byteOffset, (piece.to - piece.from) * 4));
        }
      }
    }
    await writer.finish();
  } finally {
    await handle.close();
  }
  await rename(part, file);
};

class DigestWriter {
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    await this.#handle.writeFile(bytes);
  }

  async finish(): Promise<void> {
    await this.#handle.writeFile(`${this.#hash.digest('hex')}\n`);
    await this.#handle.sync();
  }
}

/** The first line of the file, with the line feed. */
const readLine = async (handle: FileHandle): Promise<Buffer> => {
  const start = Buffer.alloc(HEADER_BYTES_MAX);
  const { bytesRead } = await handle.read(start, 0, HEADER_BYTES_MAX, 0);
  const end = start.subarray(0, bytesRead).indexOf(0x0a);
  if (end === -1) throw new CheckpointError('its first line is not the header of a checkpoint');
  return start.subarray(0, end + 1);
};

/** Reads a checkpoint as the seed of a search. Throws a `CheckpointError` that says why it cannot be used. */
export const readCheckpoint = async (
  file: string,
  search: SearchIdentity,
  allocate: (words: number) => Int32Array,
): Promise<Seed> => {
  try {
    const handle = await open(file, 'r');
    try {
      return await readSeed(handle, search, allocate);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CheckpointError || (error instanceof Error && 'code' in error)) {
      throw new CheckpointError(`checkpoint '${file}' cannot be used: ${error.message}`);
    }
    throw error;
  }
};

const readSeed = async (
  handle: FileHandle,
  search: SearchIdentity,
  allocate: (words: number) => Int32Array,
): Promise<Seed> => {
  const text = await readLine(handle);
  const header = parseHeader(text.toString(), search);
  const length = header.levels.reduce((sum, states) => sum + states, 0);
  const { size } = await handle.stat();
  const expected = text.length + length * header.words * 4 + DIGEST_BYTES;
  if (size !== expected) {
    throw new CheckpointError(`it has ${size} bytes and should have ${expected}`);
  }
  const hash = createHash('sha256').update(text);
  const archive = new Archive(header.words, [], length);
  let position = text.length;
  for (let states = 0; states < length; states += CHUNK_STATES) {
    const chunk = allocate(archive.chunkWords);
    const bytes = Math.min(length - states, CHUNK_STATES) * header.words * 4;
    const view = new Uint8Array(chunk.buffer, chunk.byteOffset, bytes);
    await readFully(handle, view, position);
    hash.update(view);
    archive.chunks.push(chunk);
    position += bytes;
  }
  const digest = new Uint8Array(DIGEST_BYTES);
  await readFully(handle, digest, position);
  if (Buffer.from(digest).toString() !== `${hash.digest('hex')}\n`) {
    throw new CheckpointError('its digest does not fit its content: it was damaged');
  }
  let start = 0;
  const levels = header.levels.map((states) => {
    start += states;
    return start - states;
  });
  return { states: archive, levels, tally: header.tally };
};

const readFully = async (handle: FileHandle, into: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new CheckpointError('it ends too early');
    done += bytesRead;
  }
};
