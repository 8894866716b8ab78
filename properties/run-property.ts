import type { RuleId } from '../models/rules/registry.ts';
import type { Ledger } from './oracle/ledger.ts';
import type { NodeView, Resync, Step } from './system.ts';

/** Where a run went wrong. */
export class Violation extends Error {}

/** Throws where a sentence does not hold. */
export const demand = (holdsNow: boolean, why: () => string): void => {
  if (!holdsNow) throw new Violation(why());
};

/** Looks at a run as it goes on. `ledger` has seen everything up to here: both ends of an answer, or the whole step. */
export interface Watcher {
  /** An answer to a replica, with both ends as they were just before it. */
  readonly answer?: (resync: Resync, ledger: Ledger) => void;
  /** The end of an operation. */
  readonly step?: (step: Step, ledger: Ledger) => void;
}

/** A sentence about every run of a cluster. */
export interface RunProperty {
  /** Stable, in the words of the sentence. */
  readonly id: string;
  readonly rules: readonly RuleId[];
  readonly sentence: string;
  /** Whether it needs to see histories and links, which only a simulated system shows. */
  readonly needsBytes: boolean;
  /** Begins to watch a run. */
  readonly watch: (begin: readonly NodeView[]) => Watcher;
}

/** Lets the compiler find the types of a property. */
export const property = (whole: RunProperty): RunProperty => whole;

/** A property that looks at each step alone. */
export const everyStep = ({
  judge,
  ...whole
}: Omit<RunProperty, 'watch'> & {
  readonly judge: NonNullable<Watcher['step']>;
}): RunProperty => ({ ...whole, watch: () => ({ step: judge }) });

/** A property that looks at each answer alone. */
export const everyAnswer = ({
  judge,
  ...whole
}: Omit<RunProperty, 'watch'> & {
  readonly judge: NonNullable<Watcher['answer']>;
}): RunProperty => ({ ...whole, watch: () => ({ answer: judge }) });

/** How nodes are named in stories. */
export const called = (node: number | null): string => (node === null ? 'a probe' : `node ${node}`);

/** Offsets and names as stories show them. */
export const named = ({ replid, offset }: Pick<NodeView, 'replid' | 'offset'>): string =>
  `${shortened(replid)}:${offset}`;

/** The last digits: in a simulation the first are the same for all. */
export const shortened = (replid: string): string =>
  replid.length > 8 ? `…${replid.slice(-6)}` : replid;
