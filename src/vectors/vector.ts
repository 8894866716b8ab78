import { createHash } from 'node:crypto';
import type { RuleId } from '../../models/rules/registry.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';

export const FORMAT = 'psyncspec-vectors-1';

/** What a vector is about, for those who pick some; each with what it means. */
export const FLAGS = {
  edge: 'at a bound, or next to it',
  case: 'about the case of letters',
  replid2: 'about the previous history',
  binary: 'with bytes beyond ASCII',
  split: 'about where bytes are cut',
  large: 'with offsets beyond 32 bits',
  malformed: 'with input that nobody should send',
  silence: 'about an answer that never comes',
  destructive: 'known to crash some servers or replicas',
} as const;

export type Flag = keyof typeof FLAGS;

/** A historic bug that a vector tells from the right behaviour. */
export interface Note {
  /** Its number in the catalogue of bugs. */
  readonly bug: string;
  /** What a node with it does, as the rest of a sentence that begins with "it". */
  readonly fault: string;
}

/** One question with its answer, the same in some dialects. */
export interface Vector {
  readonly id: string;
  readonly dialects: readonly Dialect[];
  readonly rules: readonly RuleId[];
  readonly flags: readonly Flag[];
  readonly notes: readonly Note[];
  readonly question: unknown;
  readonly expected: unknown;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
};

const asEscape = (letter: string): string =>
  `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON with its keys in order and nothing but printable ASCII: the same value always makes the same bytes. */
export const canonical = (value: unknown): string =>
  JSON.stringify(sorted(value)).replaceAll(/[^ -~]/g, asEscape);

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How many hexadecimal digits of a digest tell vectors apart. */
const ID_DIGITS = 12;

/**
 * Names a vector by what it asks and the oldest dialect of those that answer alike. So an ID stays when other vectors
 * come or go, when a newer dialect joins, and when an answer is mended.
 */
export const idOf = (family: string, question: unknown, oldest: Dialect): string =>
  `${family}-${digestOf(canonical([question, oldest])).slice(0, ID_DIGITS)}`;
