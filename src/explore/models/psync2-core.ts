import { type Declaration, declareModel, every, some, when } from '../model/declare.ts';
import { flag, memberOf, range, sequenceOf } from '../model/domain.ts';
import type { Model } from '../model/model.ts';
import { type FlagTerm, type IndexTerm, not } from '../model/term.ts';
import {
  type CoreBounds,
  type CoreRules,
  type CoreState,
  type CoreVariant,
  standardRules,
} from './psync2-core-rules.ts';

/** Node 0 begins as the master of all others, which are linked to it and hold nothing. */
const declareState = (model: Declaration, bounds: CoreBounds): CoreState => {
  const { nodes, writes, ids } = bounds;
  const node = model.indexSet('node', nodes, { interchangeable: true });
  return {
    node,
    m: model.each(node, 'm', memberOf(node), 0),
    up: model.each(node, 'up', flag, (i) => i > 0),
    rid: model.each(node, 'rid', range(1, ids), 1),
    off: model.each(node, 'off', range(0, writes), 0),
    rid2: model.each(node, 'rid2', range(0, ids), 0),
    so: model.each(node, 'so', range(0, writes + 1), 0),
    bs: model.each(node, 'bs', range(0, writes), 0),
    hist: model.each(node, 'hist', sequenceOf(range(1, writes), writes), []),
    w: model.one('w', range(0, writes), 0),
    k: model.one('k', range(1, ids), 1),
  };
};

const declareStream = (
  model: Declaration,
  { node, m, up, off, hist, w }: CoreState,
  { writes }: CoreBounds,
  rules: CoreRules,
): void => {
  model.action('WRITE', { i: node }, ({ i }) => ({
    guard: [rules.mayWrite(i), w.isBelow(writes)],
    effect: [w.becomes(w.plus(1)), ...rules.append(i, w.plus(1))],
  }));
  // The byte comes from the output buffer of the link, so the backlog of the master does not matter.
  model.action('DELIVER', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i), off(i).isBelow(off(m(i)))],
    effect: rules.append(i, hist(m(i)).item(off(i).plus(1))),
  }));
};

const declareLink = (model: Declaration, { node, m, up }: CoreState, rules: CoreRules): void => {
  model.action('DISCONNECT', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), up(i)],
    effect: [up(i).becomes(false)],
  }));
  model.action('CONNECT', { i: node }, ({ i }) => {
    const a = m(i);
    return {
      guard: [a.isNot(i), not(up(i)), rules.mayServe(a)],
      effect: [
        when(rules.canContinue(a, i), rules.continued(i, a), rules.fullResync(i, a)),
        up(i).becomes(true),
      ],
    };
  });
};

const declareRoles = (
  model: Declaration,
  { node, m, up, off, rid2, so, bs, k }: CoreState,
  { ids }: CoreBounds,
  rules: CoreRules,
): void => {
  model.action('PROMOTE', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i), k.isBelow(ids)],
    effect: [
      k.becomes(k.plus(1)),
      ...rules.promote(i, k.plus(1)),
      m(i).becomes(i),
      up(i).becomes(false),
    ],
  }));
  // Data, replid and offset survive; the backlog does not, and a master goes on under a new replid.
  model.action('RESTART', { i: node }, ({ i }) => ({
    guard: [m(i).isNot(i).or(k.isBelow(ids))],
    effect: [
      when(
        m(i).is(i),
        [k.becomes(k.plus(1)), ...rules.shift(i, k.plus(1))],
        [rid2(i).becomes(0), so(i).becomes(0)],
      ),
      bs(i).becomes(off(i)),
      up(i).becomes(false),
      ...rules.drop(i),
    ],
  }));
  // The links of its own replicas stay up, as in `replicationSetMaster`.
  model.action('DEMOTE', { i: node, j: node }, ({ i, j }) => ({
    guard: [j.isNot(i), m(i).isNot(j)],
    effect: [m(i).becomes(j), up(i).becomes(false)],
  }));
};

const declareProperties = (
  model: Declaration,
  { node, m, up, rid, rid2, off, so, bs, hist }: CoreState,
  { canContinue }: CoreRules,
): void => {
  const pairs = (sentence: (a: IndexTerm, b: IndexTerm) => FlagTerm): FlagTerm =>
    every(node, 'a', (a) => every(node, 'b', (b) => a.isNot(b).implies(sentence(a, b))));
  const pair = (sentence: (a: IndexTerm, b: IndexTerm) => FlagTerm): FlagTerm =>
    some(node, 'a', (a) => some(node, 'b', (b) => a.isNot(b).and(sentence(a, b))));
  // What a continued replica holds begins what its master holds.
  model.always(
    'SAFE',
    pairs((a, b) => canContinue(a, b).implies(hist(b).isPrefixOf(hist(a)))),
  );
  // The master still holds every byte that a continued replica lacks.
  model.always(
    'HELD',
    pairs((a, b) => canContinue(a, b).implies(bs(a).isAtMost(off(b)))),
  );
  // Whoever is linked holds what its master holds, so far, and calls it by the same name.
  model.always(
    'LINKED',
    every(node, 'i', (i) =>
      m(i)
        .isNot(i)
        .and(up(i))
        .implies(
          rid(i)
            .is(rid(m(i)))
            .and(hist(i).isPrefixOf(hist(m(i)))),
        ),
    ),
  );
  // A master sends nobody a snapshot whom it could continue. A replica may: what it adopted a new replid at bounds its
  // second offset, even if it and its siblings go on to receive the same bytes.
  model.always(
    'OWED',
    pairs((a, b) =>
      m(a)
        .is(a)
        .and(
          rid(b)
            .is(rid(a))
            .or(rid(b).is(rid2(a))),
        )
        .and(bs(a).isAtMost(off(b)))
        .and(hist(b).isPrefixOf(hist(a)))
        .implies(canContinue(a, b)),
    ),
  );
  model.sometimes(
    'ContinuesPreviousHistory',
    pair((a, b) => rid(b).isNot(rid(a)).and(canContinue(a, b))),
  );
  model.sometimes(
    'PastSecondOffset',
    pair((a, b) =>
      rid(b)
        .is(rid2(a))
        .and(so(a).isAtMost(off(b))),
    ),
  );
  model.sometimes(
    'BeforeWindow',
    pair((a, b) =>
      rid(b)
        .is(rid(a))
        .and(off(b).isBelow(bs(a))),
    ),
  );
  model.sometimes(
    'AfterWindow',
    pair((a, b) =>
      rid(b)
        .is(rid(a))
        .and(off(a).isBelow(off(b))),
    ),
  );
  model.sometimes(
    'Diverged',
    pair((a, b) => not(hist(a).isPrefixOf(hist(b))).and(not(hist(b).isPrefixOf(hist(a))))),
  );
};

/** The rules in use: the standard ones, with those that a variant changes. */
const rulesOf = (state: CoreState, bounds: CoreBounds, variant: CoreVariant | null): CoreRules => {
  const self = (): CoreRules => rules;
  const standard = standardRules(state, bounds, self);
  const rules: CoreRules = { ...standard, ...variant?.change(state, standard, bounds) };
  return rules;
};

/**
 * The core of partial resynchronization with nothing around it: who follows whom, IDs, offsets and backlogs of one-byte
 * writes. Several tools count its states, and must agree on every number.
 */
export const psync2Core = (bounds: CoreBounds, variant: CoreVariant | null = null): Model => {
  const settings = { ...bounds, ...(variant === null ? {} : { variant: variant.name }) };
  return declareModel('psync2-core', settings, (model) => {
    const state = declareState(model, bounds);
    const rules = rulesOf(state, bounds, variant);
    declareStream(model, state, bounds, rules);
    declareLink(model, state, rules);
    declareRoles(model, state, bounds, rules);
    declareProperties(model, state, rules);
  });
};
