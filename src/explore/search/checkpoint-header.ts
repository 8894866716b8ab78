import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { z } from 'zod';
import type { Tally } from './run.ts';

/** A checkpoint that cannot be read or belongs to another search. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const count = z.number().int().nonnegative();

/** What makes two searches the same: only then may one go on where the other stopped. */
const identity = z.object({
  model: z.string(),
  settings: z.record(z.string(), z.union([z.number(), z.string()])),
  symmetry: z.boolean(),
  /** A digest of the compiled program, which changes when the model or the packing does. */
  program: z.string(),
});

const FORMAT = 'psyncspec-explore-checkpoint';
const VERSION = 1;

/**
 * The first line of a checkpoint. After it come the states, packed, level after level, as 32-bit words in the byte order
 * named; after them a line with the SHA-256 digest of all that stands before.
 */
const header = identity.extend({
  format: z.literal(FORMAT),
  version: z.number(),
  byteOrder: z.enum(['LE', 'BE']),
  words: z.number().int().positive(),
  /** States in each level. */
  levels: z.array(count).min(1),
  /** What had been counted when the last level began. */
  tally: z.object({ transitions: count, fired: z.array(count), witnessed: z.array(count) }),
});

export type SearchIdentity = Readonly<z.infer<typeof identity>>;

export type CheckpointHeader = Readonly<z.infer<typeof header>>;

/** All that one search has in common with another that may take its place. */
export const identityOf = (
  search: Omit<SearchIdentity, 'program'>,
  program: string,
): SearchIdentity => ({ ...search, program: createHash('sha256').update(program).digest('hex') });

export const headerFor = (
  search: SearchIdentity,
  content: { readonly words: number; readonly levels: readonly number[]; readonly tally: Tally },
): CheckpointHeader => ({
  format: FORMAT,
  version: VERSION,
  byteOrder: endianness(),
  ...search,
  words: content.words,
  levels: [...content.levels],
  tally: {
    transitions: content.tally.transitions,
    fired: [...content.tally.fired],
    witnessed: [...content.tally.witnessed],
  },
});

/** The values by which searches are told apart, as a text for messages. */
const describe = ({ model, settings, symmetry }: SearchIdentity): string => {
  const bounds = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [`${model} with ${bounds.join(', ')}`, ...(symmetry ? ['symmetry'] : [])].join(', ');
};

/** Reads the first line of a checkpoint. Throws a `CheckpointError` where it does not belong to this search. */
export const parseHeader = (line: string, search: SearchIdentity): CheckpointHeader => {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new CheckpointError('its first line is not the header of a checkpoint');
  }
  const parsed = header.safeParse(json);
  if (!parsed.success) {
    throw new CheckpointError('its first line is not the header of a checkpoint');
  }
  const found = parsed.data;
  if (found.version !== VERSION) {
    throw new CheckpointError(
      `it has version ${found.version}, and this program reads version ${VERSION}: search anew`,
    );
  }
  if (describe(found) !== describe(search)) {
    throw new CheckpointError(`it is of ${describe(found)}, and this is ${describe(search)}`);
  }
  if (found.program !== search.program || found.byteOrder !== endianness()) {
    throw new CheckpointError('the model or the machine has changed since: search anew');
  }
  return found;
};
