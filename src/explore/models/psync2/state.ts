import type { Declaration } from '../../model/declare.ts';
import { flag, type IndexSet, memberOf, range, sequenceOf } from '../../model/domain.ts';
import type {
  FlagPlace,
  IndexPlace,
  IndexTerm,
  NumberPlace,
  NumberTerm,
  SequencePlace,
} from '../../model/term.ts';

/** How large the model is. */
export interface Psync2Bounds {
  readonly nodes: number;
  /** Units of the stream in total: a write is one, a transaction two. */
  readonly writes: number;
  /** Replication IDs in total. */
  readonly ids: number;
  /** The greatest size of a backlog; it can be set to less. */
  readonly backlog: number;
}

type Each<Place> = (node: IndexTerm) => Place;

/** The state of the model. What no node knows, and is there to be compared, is marked as a ghost. */
export interface Psync2State {
  readonly node: IndexSet;
  /** The node that a node follows: itself where it is a master. */
  readonly m: Each<IndexPlace>;
  /** Whether a replica takes its link for established. */
  readonly up: Each<FlagPlace>;
  /** Whether its master does. A master closes links whose other ends notice later. */
  readonly open: Each<FlagPlace>;
  readonly rid: Each<NumberPlace>;
  /** 0 for none. */
  readonly rid2: Each<NumberPlace>;
  /** `second_repl_offset`, 0 for none. */
  readonly so: Each<NumberPlace>;
  readonly off: Each<NumberPlace>;
  /** The first byte of the backlog, 0 for no backlog, and how many it says it holds. */
  readonly first: Each<NumberPlace>;
  readonly len: Each<NumberPlace>;
  readonly cap: Each<NumberPlace>;
  /** A unit that was on the way when the master closed the link, 0 for none. */
  readonly late: Each<NumberPlace>;
  /** Whether a MULTI was read whose EXEC was not. */
  readonly half: Each<FlagPlace>;
  /** Whether a snapshot was received that is not acknowledged yet. */
  readonly loading: Each<FlagPlace>;
  /** Ghost: which write made each unit of the data, counted or not. */
  readonly hist: Each<SequencePlace>;
  /** Ghost: how many bytes the backlog really holds. */
  readonly real: Each<NumberPlace>;
  /** Ghost: the ID before the last promotion or adoption, 0 for none, and how long that history is shared. */
  readonly was: Each<NumberPlace>;
  readonly agreed: Each<NumberPlace>;
  /** Units so far. */
  readonly w: NumberPlace;
  /** The ID that was drawn last. */
  readonly k: NumberPlace;
  /** The unit that is a MULTI; the one behind it is its EXEC. 0 for none. */
  readonly tx: NumberPlace;
}

/** Node 0 begins as the master of all others, which are linked to it and hold nothing. */
export const declareState = (model: Declaration, bounds: Psync2Bounds): Psync2State => {
  const { nodes, writes, ids, backlog } = bounds;
  const node = model.indexSet('node', nodes, { interchangeable: true });
  const count = range(0, writes);
  return {
    node,
    m: model.each(node, 'm', memberOf(node), 0),
    up: model.each(node, 'up', flag, (i) => i > 0),
    open: model.each(node, 'open', flag, (i) => i > 0),
    rid: model.each(node, 'rid', range(1, ids), 1),
    rid2: model.each(node, 'rid2', range(0, ids), 0),
    so: model.each(node, 'so', range(0, writes + 1), 0),
    off: model.each(node, 'off', count, 0),
    first: model.each(node, 'first', range(0, writes + 1), 1),
    len: model.each(node, 'len', count, 0),
    cap: model.each(node, 'cap', range(1, backlog), backlog),
    late: model.each(node, 'late', count, 0),
    half: model.each(node, 'half', flag, false),
    loading: model.each(node, 'loading', flag, false),
    hist: model.each(node, 'hist', sequenceOf(range(1, writes), writes), []),
    real: model.each(node, 'real', count, 0),
    was: model.each(node, 'was', range(0, ids), 0),
    agreed: model.each(node, 'agreed', count, 0),
    w: model.one('w', count, 0),
    k: model.one('k', range(1, ids), 1),
    tx: model.one('tx', count, 0),
  };
};

/** How far a replica has read its master's stream, an open transaction included. */
export const readUpTo = ({ off, half }: Psync2State, i: IndexTerm): NumberTerm =>
  off(i).plus(half(i).asNumber());

/** Whether `a` has produced what `i` has not read. */
export const hasMore = (state: Psync2State, a: IndexTerm, i: IndexTerm) =>
  readUpTo(state, i).isBelow(state.off(a));

/**
 * The unit of the stream of `a` that `i` reads next. Counted from the end, as what was written without a backlog is in
 * the data and not in the stream.
 */
export const nextUnit = (state: Psync2State, a: IndexTerm, i: IndexTerm): NumberTerm => {
  const { hist, off } = state;
  const missing = off(a).minus(readUpTo(state, i));
  return hist(a).item(hist(a).length().minus(missing).plus(1));
};
