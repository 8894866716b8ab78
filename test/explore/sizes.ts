import type { CoreBounds } from '../../src/explore/models/psync2-core-rules.ts';

/** A size of the core model with the counts on which several tools agree. */
export interface AgreedSize {
  readonly bounds: CoreBounds;
  readonly states: number;
  readonly transitions: number;
  /** Levels below the initial state. */
  readonly levels: number;
}

/** The sizes that are small enough for every run of the tests. */
export const SIZES = {
  S: {
    bounds: { nodes: 2, writes: 3, ids: 3, backlog: 2 },
    states: 15_240,
    transitions: 53_524,
    levels: 19,
  },
  M: {
    bounds: { nodes: 3, writes: 2, ids: 2, backlog: 1 },
    states: 147_598,
    transitions: 1_163_788,
    levels: 26,
  },
  L: {
    bounds: { nodes: 3, writes: 2, ids: 3, backlog: 1 },
    states: 986_780,
    transitions: 7_839_646,
    levels: 31,
  },
} as const satisfies Record<string, AgreedSize>;

/** With the size that takes seconds where the others take less. */
export const ALL_SIZES = {
  ...SIZES,
  XL: {
    bounds: { nodes: 3, writes: 3, ids: 3, backlog: 2 },
    states: 7_227_393,
    transitions: 57_422_718,
    levels: 39,
  },
} as const satisfies Record<string, AgreedSize>;

export type SizeName = keyof typeof ALL_SIZES;
