import type { Operation, OperationName } from './operations.ts';
import type { NodeView, Resync } from './oracle/observed.ts';

export type { NodeView, Resync, Transfer } from './oracle/observed.ts';

/** What became of an operation. */
export type Outcome =
  | { readonly outcome: 'done'; readonly reply: string | null; readonly word?: string }
  /** It made no sense as things stood, and nothing was done. */
  | { readonly outcome: 'skipped' }
  /** A system can't do such things. */
  | { readonly outcome: 'unsupported' };

/** One operation, and the cluster after it. */
export interface Step {
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly nodes: readonly NodeView[];
  /** Answers that were given during this operation. */
  readonly resyncs: readonly Resync[];
  /** Whether everything that the operation set in motion has come to rest. */
  readonly quiet: boolean;
}

/** Everything that was seen of one run. */
export interface Trace {
  readonly system: string;
  /** What nodes called themselves before anything happened. */
  readonly begin: readonly NodeView[];
  readonly steps: readonly Step[];
}

/** A system could not be observed or driven, so that nothing follows for the properties. */
export class Inconclusive extends Error {}

/** What a cluster is made like. */
export interface ClusterOptions {
  readonly seed: number;
  readonly diskless: boolean;
}

/** Some nodes that operations are done to, whatever they are made of. */
export interface System {
  readonly name: string;
  readonly nodes: number;
  /** The operations that it can do; others are left out. */
  readonly abilities: ReadonlySet<OperationName>;
  /** Whether it shows histories and listens to its links; properties that need that are left out elsewhere. */
  readonly showsBytes: boolean;
  /** Begins anew with masters that hold nothing and know nobody. */
  reset(options: ClusterOptions): Promise<readonly NodeView[]>;
  perform(operation: Operation): Promise<Step>;
  close(): Promise<void>;
}
