import { type Declaration, some, when } from '../../model/declare.ts';
import { range } from '../../model/domain.ts';
import { type IndexTerm, min, not } from '../../model/term.ts';
import type { Psync2Effects } from './effects.ts';
import type { Psync2Decisions } from './rules.ts';
import { hasMore, nextUnit, type Psync2Bounds, type Psync2State } from './state.ts';

/** All that the actions are written with. */
export interface Parts {
  readonly model: Declaration;
  readonly state: Psync2State;
  readonly decide: Psync2Decisions;
  readonly effects: Psync2Effects;
  readonly bounds: Psync2Bounds;
}

const hasReplica = ({ node, m, open }: Psync2State, i: IndexTerm) =>
  some(node, 'c', (c) => c.isNot(i).and(m(c).is(i)).and(open(c)));

/** What a master adds to its stream. */
export const declareWrites = ({ model, state, decide, effects, bounds }: Parts): void => {
  const { node, m, hist, w, tx, first } = state;
  model.action('WRITE', { i: node }, ({ i }) => ({
    guard: [decide.mayWrite(m(i).isNot(i)), w.isBelow(bounds.writes)],
    effect: [w.becomes(w.plus(1)), ...effects.appends(i, hist(i).append(w.plus(1)), 1)],
  }));
  model.action('TRANSACTION', { i: node }, ({ i }) => ({
    guard: [decide.mayWrite(m(i).isNot(i)), tx.is(0), w.plus(1).isBelow(bounds.writes)],
    effect: [
      tx.becomes(w.plus(1)),
      w.becomes(w.plus(2)),
      ...effects.appends(i, hist(i).append(w.plus(1)).append(w.plus(2)), 2),
    ],
  }));
  // A PING is a unit of the stream like any other, and only a master with replicas writes it.
  model.action('PING', { i: node }, ({ i }) => ({
    guard: [m(i).is(i), not(first(i).is(0)), hasReplica(state, i), w.isBelow(bounds.writes)],
    effect: [w.becomes(w.plus(1)), ...effects.appends(i, hist(i).append(w.plus(1)), 1)],
  }));
};

/** What a replica reads. */
export const declareDeliveries = ({ model, state, decide, effects }: Parts): void => {
  const { node, m, up, open, loading, late, off } = state;
  model.action('DELIVER', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i), open(i), not(loading(i)), hasMore(state, m(i), i)],
    effect: effects.reads(i, nextUnit(state, m(i), i)),
  }));
  // What was on the way when the master closed the link.
  model.action('DELIVER_LATE', { i: node }, ({ i }) => ({
    guard: [up(i), not(open(i)), not(late(i).is(0))],
    effect: [late(i).becomes(0), ...effects.reads(i, late(i))],
  }));
  model.action('ACKNOWLEDGE', { i: node }, ({ i }) => ({
    guard: [up(i), loading(i)],
    effect: [loading(i).becomes(false)],
  }));
  if (decide.awaitsAck) return;
  // A byte that comes before the replica has seen the end mark is taken for a part of the snapshot.
  model.action('SWALLOW', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i), open(i), loading(i), hasMore(state, m(i), i)],
    effect: [off(i).becomes(off(i).plus(1))],
  }));
};

/** The ends of links, and the decision at their beginning. */
export const declareLinks = ({ model, state, decide, effects, bounds }: Parts): void => {
  const { node, m, up, open, rid, off, first, hist, loading, k } = state;
  model.action('DISCONNECT', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i), open(i)],
    effect: effects.unlinks(i),
  }));
  model.action('NOTICE', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i), not(open(i))],
    effect: effects.unlinks(i),
  }));
  model.action('CONTINUE', { i: node }, ({ i }) => {
    const a = m(i);
    const after = decide.continued(effects.ids(i), off(i), rid(a));
    return {
      guard: [
        a.isNot(i),
        not(up(i)),
        decide.mayServe(m(a).isNot(a), up(a)),
        decide.canContinue(state, a, i),
      ],
      effect: [
        ...effects.takes(i, after),
        when(after.rid.isNot(rid(i)), effects.remembers(i, rid(i), off(i))),
        when(decide.drops(effects.ids(i), after), effects.drops(i)),
        when(first(i).is(0), effects.startsBacklog(i, off(i))),
        up(i).becomes(true),
        open(i).becomes(true),
      ],
    };
  });
  model.action('FULL_RESYNC', { i: node }, ({ i }) => {
    const a = m(i);
    const fresh = min(k.plus(1), bounds.ids);
    const taken = (served: { readonly rid: ReturnType<typeof min> }) =>
      effects.takes(i, decide.resynchronized(effects.ids(i), off(i), served.rid));
    const kept = decide.servesWithBacklog(effects.ids(a), off(a), fresh);
    const drawn = decide.servesWithout(effects.ids(a), off(a), fresh);
    return {
      guard: [
        a.isNot(i),
        not(up(i)),
        decide.mayServe(m(a).isNot(a), up(a)),
        not(decide.canContinue(state, a, i)),
        not(first(a).is(0)).or(k.isBelow(bounds.ids)),
      ],
      effect: [
        when(
          first(a).is(0),
          [
            ...taken(drawn),
            ...effects.takes(a, drawn),
            when(drawn.rid.isNot(rid(a)), [k.becomes(fresh)]),
            ...effects.startsBacklog(a, off(a)),
            ...effects.remembers(a, 0, 0),
          ],
          [
            ...taken(kept),
            ...effects.takes(a, kept),
            when(kept.rid.isNot(rid(a)), [k.becomes(fresh)]),
          ],
        ),
        off(i).becomes(off(a)),
        hist(i).becomes(hist(a)),
        ...effects.startsBacklog(i, off(a)),
        ...effects.remembers(i, 0, 0),
        ...effects.drops(i),
        loading(i).becomes(true),
        up(i).becomes(true),
        open(i).becomes(true),
      ],
    };
  });
};

/** Changes of role. */
export const declareRoles = ({ model, state, decide, effects, bounds }: Parts): void => {
  const { node, m, rid, rid2, so, off, k } = state;
  model.action('PROMOTE', { i: node }, ({ i }) => {
    const after = decide.promoted(effects.ids(i), off(i), k.plus(1));
    return {
      guard: [m(i).isNot(i), k.isBelow(bounds.ids)],
      effect: [
        k.becomes(k.plus(1)),
        ...effects.takes(i, after),
        ...effects.remembers(i, rid(i), off(i)),
        off(i).becomes(decide.offsetAfterPromotion(off(i))),
        when(decide.drops(effects.ids(i), after), effects.drops(i)),
        ...(decide.keepsBacklog ? [] : effects.freesBacklog(i)),
        m(i).becomes(i),
        ...effects.unlinks(i),
      ],
    };
  });
  model.action('DEMOTE', { i: node, j: node }, ({ i, j }) => ({
    guard: [j.isNot(i), m(i).isNot(j)],
    effect: [m(i).becomes(j), ...effects.unlinks(i)],
  }));
  // Data, replid and offset survive. A master begins a new backlog at once, a replica when it is continued.
  model.action('RESTART_MASTER', { i: node }, ({ i }) => ({
    guard: [m(i).is(i), k.isBelow(bounds.ids)],
    effect: [
      k.becomes(k.plus(1)),
      ...effects.takes(i, decide.restarted(effects.ids(i), off(i), k.plus(1))),
      ...effects.remembers(i, rid(i), off(i)),
      ...effects.startsBacklog(i, off(i)),
      ...effects.drops(i),
    ],
  }));
  model.action('RESTART_REPLICA', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i)],
    effect: [
      rid2(i).becomes(0),
      so(i).becomes(0),
      ...effects.remembers(i, 0, 0),
      ...effects.freesBacklog(i),
      ...effects.unlinks(i),
      ...effects.drops(i),
    ],
  }));
};

/** What becomes of backlogs over time. */
export const declareBacklogs = ({ model, state, decide, effects, bounds }: Parts): void => {
  const { node, m, off, first, len, cap, real, k } = state;
  model.action('EXPIRE', { i: node }, ({ i }) => ({
    guard: [
      m(i).is(i),
      not(first(i).is(0)),
      k.isBelow(bounds.ids),
      decide.mayExpire(hasReplica(state, i)),
    ],
    effect: [
      k.becomes(k.plus(1)),
      ...effects.takes(i, decide.expiredIds(effects.ids(i), off(i), k.plus(1))),
      ...effects.remembers(i, 0, 0),
      ...effects.freesBacklog(i),
    ],
  }));
  model.action('RESIZE', { i: node, to: range(1, bounds.backlog) }, ({ i, to }) => {
    const window = decide.windowAfterResize(first(i), len(i), cap(i), to);
    return {
      guard: [cap(i).isNot(to)],
      effect: [
        first(i).becomes(window.first),
        len(i).becomes(window.len),
        cap(i).becomes(to),
        real(i).becomes(min(real(i), to)),
      ],
    };
  });
};
