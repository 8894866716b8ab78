import type { Servers } from './servers.ts';

/** Two sides that did the same in the same run, turn by turn. Speeds are in bytes a second. */
export interface Comparison {
  readonly what: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** The ratio of ours to theirs that design.md asks for; null where it asks for none. */
  readonly reach: number | null;
}

/** Something that was measured and is compared with a bound or with nothing. */
export interface Figure {
  readonly what: string;
  readonly value: string;
}

export type Finding = Comparison | Figure;

export interface Bench {
  readonly name: string;
  /** What is compared with what, as a sentence. */
  readonly about: string;
  /** `share` is how much of the bytes that it usually takes, up to 1. */
  readonly run: (servers: Servers, share: number) => AsyncIterable<Finding>;
}
