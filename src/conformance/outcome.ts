/** What a check found: three verdicts about the target, and three reasons why there is none. */
export type Outcome =
  | { readonly outcome: 'conforms' }
  | ({ readonly outcome: 'violates' } & Finding)
  /** The answer can't be told this time: a clock, another client or the network got in the way. */
  | { readonly outcome: 'inconclusive'; readonly why: string }
  /** The target lacks something that the check needs and that the protocol does not demand. */
  | { readonly outcome: 'unsupported'; readonly why: string }
  /** The rule or the check does not apply to this target, or may not be run on it. */
  | { readonly outcome: 'not-applicable'; readonly why: string };

export type OutcomeName = Outcome['outcome'];

/** A broken rule in words: what was said to the target, what the rules predict, and what was heard instead. */
export interface Finding {
  readonly sent: string;
  readonly predicted: string;
  readonly heard: string;
  /** What most likely went wrong, where that can be told. */
  readonly explanation?: string;
}

/** Ends a check: the target did not do what the rules predict. */
export class Violation extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`predicted ${finding.predicted}, heard ${finding.heard}`);
    this.finding = finding;
  }
}

/** Ends a check without a verdict on the target. */
export class NoVerdict extends Error {
  readonly outcome: Exclude<Outcome, { outcome: 'conforms' | 'violates' }>;

  constructor(outcome: 'inconclusive' | 'unsupported' | 'not-applicable', why: string) {
    super(why);
    this.outcome = { outcome, why };
  }
}

/** Ends a check and the run: whoever connected by itself does so no more. */
export class ClientGone extends NoVerdict {
  constructor(why: string) {
    super('inconclusive', why);
  }
}

export const inconclusive = (why: string): NoVerdict => new NoVerdict('inconclusive', why);
export const unsupported = (why: string): NoVerdict => new NoVerdict('unsupported', why);
export const notApplicable = (why: string): NoVerdict => new NoVerdict('not-applicable', why);
