import type { StreamId } from '../../../models/vocabulary/index.ts';

/** A stream ID as the two unsigned 64-bit integers that it is made of. */
export interface IdParts {
  readonly milliseconds: bigint;
  readonly sequence: bigint;
}

/** The ID below all that an entry can have. */
export const NO_ID: StreamId = '0-0';

export const idText = ({ milliseconds, sequence }: IdParts): StreamId =>
  `${milliseconds}-${sequence}`;

/** Takes an ID apart. It must be a whole one, with both parts. */
export function idParts(id: StreamId): IdParts {
  const dash = id.indexOf('-');
  return { milliseconds: BigInt(id.slice(0, dash)), sequence: BigInt(id.slice(dash + 1)) };
}

/** Below zero where the one comes before the other, above where it comes after, zero where they are the same. */
export function compareIds(one: StreamId, other: StreamId): number {
  const [a, b] = [idParts(one), idParts(other)];
  const [x, y] =
    a.milliseconds === b.milliseconds ? [a.sequence, b.sequence] : [a.milliseconds, b.milliseconds];
  return x < y ? -1 : Number(x > y);
}
