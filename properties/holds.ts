import fc from 'fast-check';
import type { RuleId } from '../models/rules/registry.ts';

/** Notes that a run came across something that the property is about. */
export type Reach = (label: string) => void;

/** A sentence about the world that must hold for every case. */
export interface Property<Subject, Case> {
  /** Stable, in the words of the sentence. */
  readonly id: string;
  readonly rules: readonly RuleId[];
  readonly sentence: string;
  readonly cases: fc.Arbitrary<Case>;
  /** Throws where the sentence does not hold for a case. */
  readonly check: (subject: Subject, value: Case, reach: Reach) => void;
  /** What a run must have come across; one that did not proved nothing. */
  readonly reaches: readonly string[];
}

/** Lets the compiler find the types of a property. */
export const holds = <Subject, Case>(property: Property<Subject, Case>): Property<Subject, Case> =>
  property;

export interface HoldsOptions {
  readonly runs: number;
  readonly seed: number;
}

export interface HoldsResult {
  /** The smallest case found for which the sentence does not hold, and why, in words; null where it held. */
  readonly counterexample: { readonly shown: string; readonly why: string } | null;
  readonly runs: number;
  /** How often each label was reached. */
  readonly reached: ReadonlyMap<string, number>;
}

/** Looks for a case for which a sentence does not hold. */
export const search = <Subject, Case>(
  property: Property<Subject, Case>,
  subject: Subject,
  { runs, seed }: HoldsOptions,
): HoldsResult => {
  const reached = new Map<string, number>();
  const reach = (label: string) => reached.set(label, (reached.get(label) ?? 0) + 1);
  const details = fc.check(
    fc.property(property.cases, (value) => property.check(subject, value, reach)),
    { numRuns: runs, seed },
  );
  const counterexample = details.failed
    ? {
        shown: fc.stringify(details.counterexample?.[0]),
        why: details.errorInstance instanceof Error ? details.errorInstance.message : 'it threw',
      }
    : null;
  return { counterexample, runs: details.numRuns, reached };
};

/** The labels that a result lacks. */
export const unreached = <Subject, Case>(
  property: Property<Subject, Case>,
  { reached }: HoldsResult,
): readonly string[] => property.reaches.filter((label) => !reached.has(label));
