import { forEach, when } from '../../model/declare.ts';
import type { Effect } from '../../model/expression.ts';
import {
  type IndexTerm,
  min,
  type NumberLike,
  type NumberTerm,
  not,
  type SequenceTerm,
} from '../../model/term.ts';
import type { IdTerms } from '../identity-tables.ts';
import type { Psync2Decisions } from './rules.ts';
import { hasMore, nextUnit, type Psync2State } from './state.ts';

/** The effects that several actions share. All values on the right are those before the step. */
export class Psync2Effects {
  readonly #state: Psync2State;
  readonly #decide: Psync2Decisions;

  constructor(state: Psync2State, decide: Psync2Decisions) {
    this.#state = state;
    this.#decide = decide;
  }

  ids(i: IndexTerm): IdTerms {
    const { rid, rid2, so } = this.#state;
    return { rid: rid(i), rid2: rid2(i), so: so(i) };
  }

  takes(i: IndexTerm, after: IdTerms): Effect[] {
    const { rid, rid2, so } = this.#state;
    return [rid(i).becomes(after.rid), rid2(i).becomes(after.rid2), so(i).becomes(after.so)];
  }

  /** A node remembers for us what it was called, and how much it shares with those who are still called so. */
  remembers(i: IndexTerm, id: NumberLike, shared: NumberLike): Effect[] {
    const { was, agreed } = this.#state;
    return [was(i).becomes(id), agreed(i).becomes(shared)];
  }

  /** Units of the stream, applied by a replica or written by a master: all at once or not at all. */
  appends(i: IndexTerm, data: SequenceTerm, units: 1 | 2): Effect[] {
    const { hist, off, first, len, cap, real } = this.#state;
    const hasBacklog = not(first(i).is(0));
    const window = this.#decide.windowAfterFeed(first(i), len(i), units, cap(i));
    return [
      hist(i).becomes(data),
      off(i).becomes(this.#decide.offsetAfterFeed(off(i), units, hasBacklog.asNumber())),
      first(i).becomes(window.first),
      len(i).becomes(window.len),
      when(hasBacklog, [real(i).becomes(min(real(i).plus(units), cap(i)))]),
    ];
  }

  /** A replica has read one unit of the stream: it applies it, with the MULTI before it, or waits for the EXEC. */
  reads(i: IndexTerm, unit: NumberTerm): Effect[] {
    const { tx, half, hist } = this.#state;
    const isKnown = not(tx.is(0));
    const opens = isKnown.and(unit.is(tx));
    const closes = isKnown.and(unit.is(tx.plus(1)));
    const both = hist(i).append(unit.minus(1)).append(unit);
    return [
      when(
        this.#decide.completes(opens, closes),
        [
          when(half(i), this.appends(i, both, 2), this.appends(i, hist(i).append(unit), 1)),
          half(i).becomes(false),
        ],
        [half(i).becomes(true)],
      ),
    ];
  }

  startsBacklog(i: IndexTerm, at: NumberTerm): Effect[] {
    const { first, len, real } = this.#state;
    const window = this.#decide.newWindow(at);
    return [first(i).becomes(window.first), len(i).becomes(window.len), real(i).becomes(0)];
  }

  freesBacklog(i: IndexTerm): Effect[] {
    const { first, len, real } = this.#state;
    return [first(i).becomes(0), len(i).becomes(0), real(i).becomes(0)];
  }

  /** Both ends of a node's own link are gone, and with it whatever was on the way. */
  unlinks(i: IndexTerm): Effect[] {
    const { up, open, late, half, loading } = this.#state;
    return [
      up(i).becomes(false),
      open(i).becomes(false),
      late(i).becomes(0),
      half(i).becomes(false),
      loading(i).becomes(false),
    ];
  }

  /** A node closes the links of its replicas. What was on the way to one can still arrive before the end of the link. */
  drops(i: IndexTerm): Effect[] {
    const { node, m, open, late, loading } = this.#state;
    return [
      forEach(node, 'c', (c) => [
        when(c.isNot(i).and(m(c).is(i)).and(open(c)), [
          open(c).becomes(false),
          when(not(loading(c)).and(hasMore(this.#state, i, c)), [
            late(c).becomes(nextUnit(this.#state, i, c)),
          ]),
        ]),
      ]),
    ];
  }
}
