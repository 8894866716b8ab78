import { forEach, when } from '../model/declare.ts';
import type { IndexSet } from '../model/domain.ts';
import type { Effect } from '../model/expression.ts';
import {
  type FlagPlace,
  type FlagTerm,
  type IndexPlace,
  type IndexTerm,
  max,
  type NumberLike,
  type NumberPlace,
  type SequencePlace,
} from '../model/term.ts';

/** How large the model is. */
export interface CoreBounds {
  readonly nodes: number;
  /** Writes in total. Each is one byte long, and the number of the write is the byte. */
  readonly writes: number;
  /** Replication IDs in total. */
  readonly ids: number;
  /** Bytes that a backlog holds. */
  readonly backlog: number;
}

/** The state of the model, by the names of the agreed description. */
export interface CoreState {
  readonly node: IndexSet;
  /** The node that a node follows: itself where it is a master. */
  readonly m: (node: IndexTerm) => IndexPlace;
  /** Whether the link of a replica to the node that it follows is established. */
  readonly up: (node: IndexTerm) => FlagPlace;
  readonly rid: (node: IndexTerm) => NumberPlace;
  /** How many bytes the stream of a node has. */
  readonly off: (node: IndexTerm) => NumberPlace;
  /** The previous replication ID, 0 for none. */
  readonly rid2: (node: IndexTerm) => NumberPlace;
  /** `second_repl_offset`, 0 for none. */
  readonly so: (node: IndexTerm) => NumberPlace;
  /** The backlog holds the bytes after this one, up to `off`. */
  readonly bs: (node: IndexTerm) => NumberPlace;
  /** Which write made each byte of the stream. No node knows this: it is there to be compared. */
  readonly hist: (node: IndexTerm) => SequencePlace;
  /** Writes so far. */
  readonly w: NumberPlace;
  /** The ID that was drawn last. */
  readonly k: NumberPlace;
}

/** What a variant may change. All values on the right are those before the step. */
export interface CoreRules {
  readonly mayWrite: (i: IndexTerm) => FlagTerm;
  /** Whether `a` answers PSYNC at all: a replica without a link of its own says -NOMASTERLINK. */
  readonly mayServe: (a: IndexTerm) => FlagTerm;
  /** Whether `a` accepts a partial resynchronization of `b`. */
  readonly canContinue: (a: IndexTerm, b: IndexTerm) => FlagTerm;
  /** `a` and `b` call their history by the same name. */
  readonly sameHistory: (a: IndexTerm, b: IndexTerm) => FlagTerm;
  /** `b` stopped in the history that `a` continued, no later than the two are known to agree. */
  readonly previousHistory: (a: IndexTerm, b: IndexTerm) => FlagTerm;
  readonly notBeforeWindow: (a: IndexTerm, b: IndexTerm) => FlagTerm;
  readonly notAfterWindow: (a: IndexTerm, b: IndexTerm) => FlagTerm;
  readonly append: (i: IndexTerm, x: NumberLike) => readonly Effect[];
  readonly shift: (i: IndexTerm, id: NumberLike) => readonly Effect[];
  /** Closes the links of the replicas of a node. */
  readonly drop: (i: IndexTerm) => readonly Effect[];
  readonly promote: (i: IndexTerm, id: NumberLike) => readonly Effect[];
  readonly adopt: (i: IndexTerm, id: NumberLike) => readonly Effect[];
  /** `i` is continued by `a`. */
  readonly continued: (i: IndexTerm, a: IndexTerm) => readonly Effect[];
  readonly fullResync: (i: IndexTerm, a: IndexTerm) => readonly Effect[];
}

/** A model that differs from the agreed one in some rules. */
export interface CoreVariant {
  readonly name: string;
  readonly change: (state: CoreState, rules: CoreRules, bounds: CoreBounds) => Partial<CoreRules>;
}

/** The rules as Redis 7 has them. `self` is the set in use, so that a changed rule changes those built on it. */
export const standardRules = (
  { node, m, up, rid, off, rid2, so, bs, hist }: CoreState,
  { backlog }: CoreBounds,
  self: () => CoreRules,
): CoreRules => ({
  mayWrite: (i) => m(i).is(i),
  mayServe: (a) => m(a).is(a).or(up(a)),
  canContinue: (a, b) =>
    self()
      .sameHistory(a, b)
      .or(self().previousHistory(a, b))
      .and(self().notBeforeWindow(a, b))
      .and(self().notAfterWindow(a, b)),
  sameHistory: (a, b) => rid(b).is(rid(a)),
  previousHistory: (a, b) =>
    rid(b)
      .is(rid2(a))
      .and(off(b).plus(1).isAtMost(so(a))),
  notBeforeWindow: (a, b) => bs(a).isAtMost(off(b)),
  notAfterWindow: (a, b) => off(b).isAtMost(off(a)),
  append: (i, x) => [
    hist(i).becomes(hist(i).append(x)),
    off(i).becomes(off(i).plus(1)),
    bs(i).becomes(max(bs(i), off(i).plus(1).minus(backlog))),
  ],
  shift: (i, id) => [rid2(i).becomes(rid(i)), so(i).becomes(off(i).plus(1)), rid(i).becomes(id)],
  drop: (i) => [
    forEach(node, 'c', (c) => [when(c.isNot(i).and(m(c).is(i)), [up(c).becomes(false)])]),
  ],
  promote: (i, id) => [...self().shift(i, id), ...self().drop(i)],
  adopt: (i, id) => [...self().shift(i, id), ...self().drop(i)],
  continued: (i, a) => [when(rid(i).isNot(rid(a)), self().adopt(i, rid(a)))],
  fullResync: (i, a) => [
    rid(i).becomes(rid(a)),
    off(i).becomes(off(a)),
    hist(i).becomes(hist(a)),
    rid2(i).becomes(0),
    so(i).becomes(0),
    bs(i).becomes(off(a)),
    ...self().drop(i),
  ],
});
