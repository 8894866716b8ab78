import { declareModel, every, forEach, when } from '../model/declare.ts';
import { flag, memberOf, range, sequenceOf } from '../model/domain.ts';
import type { Model } from '../model/model.ts';
import { type IndexTerm, max, type NumberLike, not } from '../model/term.ts';

export interface Psync2CoreBounds {
  readonly nodes: number;
  readonly writes: number;
  readonly ids: number;
  readonly backlog: number;
}

export const psync2Core = (bounds: Psync2CoreBounds): Model =>
  declareModel('psync2-core', { ...bounds }, (model) => {
    const { nodes, writes, ids, backlog } = bounds;
    const node = model.indexSet('node', nodes, { interchangeable: true });
    const m = model.each(node, 'm', memberOf(node), 0);
    const up = model.each(node, 'up', flag, (i) => i > 0);
    const rid = model.each(node, 'rid', range(1, ids), 1);
    const off = model.each(node, 'off', range(0, writes), 0);
    const rid2 = model.each(node, 'rid2', range(0, ids), 0);
    const so = model.each(node, 'so', range(0, writes + 1), 0);
    const bs = model.each(node, 'bs', range(0, writes), 0);
    const hist = model.each(node, 'hist', sequenceOf(range(1, writes), writes), []);
    const w = model.one('w', range(0, writes), 0);
    const k = model.one('k', range(1, ids), 1);

    const canContinue = (a: IndexTerm, b: IndexTerm) =>
      rid(b)
        .is(rid(a))
        .or(
          rid(b)
            .is(rid2(a))
            .and(off(b).plus(1).isAtMost(so(a))),
        )
        .and(bs(a).isAtMost(off(b)))
        .and(off(b).isAtMost(off(a)));
    const append = (i: IndexTerm, x: NumberLike) => [
      hist(i).becomes(hist(i).append(x)),
      off(i).becomes(off(i).plus(1)),
      bs(i).becomes(max(bs(i), off(i).plus(1).minus(backlog))),
    ];
    const shift = (i: IndexTerm, id: NumberLike) => [
      rid2(i).becomes(rid(i)),
      so(i).becomes(off(i).plus(1)),
      rid(i).becomes(id),
    ];
    const drop = (i: IndexTerm) => [
      forEach(node, 'c', (c) => [when(c.isNot(i).and(m(c).is(i)), [up(c).becomes(false)])]),
    ];

    model.action('WRITE', { i: node }, ({ i }) => ({
      guard: [m(i).is(i), w.isBelow(writes)],
      effect: [w.becomes(w.plus(1)), ...append(i, w.plus(1))],
    }));
    model.action('DELIVER', { i: node }, ({ i }) => ({
      guard: [m(i).isNot(i), up(i), off(i).isBelow(off(m(i)))],
      effect: append(i, hist(m(i)).item(off(i).plus(1))),
    }));
    model.action('DISCONNECT', { i: node }, ({ i }) => ({
      guard: [m(i).isNot(i), up(i)],
      effect: [up(i).becomes(false)],
    }));
    model.action('CONNECT', { i: node }, ({ i }) => {
      const a = m(i);
      return {
        guard: [a.isNot(i), not(up(i)), m(a).is(a).or(up(a))],
        effect: [
          when(
            canContinue(a, i),
            [when(rid(i).isNot(rid(a)), [...shift(i, rid(a)), ...drop(i)])],
            [
              rid(i).becomes(rid(a)),
              off(i).becomes(off(a)),
              hist(i).becomes(hist(a)),
              rid2(i).becomes(0),
              so(i).becomes(0),
              bs(i).becomes(off(a)),
              ...drop(i),
            ],
          ),
          up(i).becomes(true),
        ],
      };
    });
    model.action('PROMOTE', { i: node }, ({ i }) => ({
      guard: [m(i).isNot(i), k.isBelow(ids)],
      effect: [
        k.becomes(k.plus(1)),
        ...shift(i, k.plus(1)),
        m(i).becomes(i),
        up(i).becomes(false),
        ...drop(i),
      ],
    }));
    model.action('RESTART', { i: node }, ({ i }) => ({
      guard: [m(i).isNot(i).or(k.isBelow(ids))],
      effect: [
        when(
          m(i).is(i),
          [k.becomes(k.plus(1)), ...shift(i, k.plus(1))],
          [rid2(i).becomes(0), so(i).becomes(0)],
        ),
        bs(i).becomes(off(i)),
        up(i).becomes(false),
        ...drop(i),
      ],
    }));
    model.action('DEMOTE', { i: node, j: node }, ({ i, j }) => ({
      guard: [j.isNot(i), m(i).isNot(j)],
      effect: [m(i).becomes(j), up(i).becomes(false)],
    }));

    model.always(
      'SAFE',
      every(node, 'a', (a) =>
        every(node, 'b', (b) =>
          a
            .isNot(b)
            .and(canContinue(a, b))
            .implies(hist(b).isPrefixOf(hist(a))),
        ),
      ),
    );
  });
