import { every, some } from '../../model/declare.ts';
import { type FlagTerm, type IndexTerm, not } from '../../model/term.ts';
import type { Parts } from './actions.ts';

/** What must hold in every state. */
export const declareAlways = ({ model, state, decide }: Parts): void => {
  const { node, m, up, open, rid, off, first, len, hist, real, was, agreed, tx } = state;
  const pairs = (sentence: (a: IndexTerm, b: IndexTerm) => FlagTerm): FlagTerm =>
    every(node, 'a', (a) => every(node, 'b', (b) => a.isNot(b).implies(sentence(a, b))));
  // What a continued replica holds begins what its master holds.
  model.always(
    'SAFE',
    pairs((a, b) => decide.canContinue(state, a, b).implies(hist(b).isPrefixOf(hist(a)))),
  );
  // The master really has every byte that a continued replica lacks.
  model.always(
    'HELD',
    pairs((a, b) => decide.canContinue(state, a, b).implies(off(a).isAtMost(off(b).plus(real(a))))),
  );
  // Nobody is sent a snapshot whom the node could continue, by what it was called and what it really has.
  model.always(
    'OWED',
    pairs((a, b) => {
      const related = rid(b)
        .is(rid(a))
        .or(
          rid(b)
            .is(was(a))
            .and(off(b).isAtMost(agreed(a))),
        );
      return related
        .and(not(first(a).is(0)))
        .and(off(b).isAtMost(off(a)))
        .and(off(a).isAtMost(off(b).plus(real(a))))
        .and(hist(b).isPrefixOf(hist(a)))
        .implies(decide.canContinue(state, a, b));
    }),
  );
  // Whoever is linked holds what its master holds, so far, and calls it by the same name.
  model.always(
    'LINKED',
    every(node, 'i', (i) =>
      m(i)
        .isNot(i)
        .and(up(i))
        .and(open(i))
        .implies(
          rid(i)
            .is(rid(m(i)))
            .and(hist(i).isPrefixOf(hist(m(i)))),
        ),
    ),
  );
  // A backlog says of itself what is true: it ends at the offset, and has what was fed since it began.
  model.always(
    'KEPT',
    every(node, 'i', (i) =>
      not(first(i).is(0)).implies(
        len(i)
          .is(real(i))
          .and(first(i).plus(len(i)).is(off(i).plus(1))),
      ),
    ),
  );
  // An ID and an offset name one content.
  model.always(
    'ONE',
    pairs((a, b) =>
      rid(a)
        .is(rid(b))
        .and(off(a).is(off(b)))
        .implies(hist(a).is(hist(b))),
    ),
  );
  // No node stops between a MULTI and its EXEC.
  model.always(
    'WHOLE',
    every(node, 'i', (i) => {
      const length = hist(i).length();
      const endsInside = not(length.is(0)).and(hist(i).item(length).is(tx));
      return not(endsInside);
    }),
  );
};

/** What must hold in some state, or the model shows nothing. */
export const declareSometimes = ({ model, state, decide }: Parts): void => {
  const { node, m, rid, rid2, so, off, first, late, half, loading, hist } = state;
  const pair = (sentence: (a: IndexTerm, b: IndexTerm) => FlagTerm): FlagTerm =>
    some(node, 'a', (a) => some(node, 'b', (b) => a.isNot(b).and(sentence(a, b))));
  const one = (sentence: (i: IndexTerm) => FlagTerm): FlagTerm => some(node, 'i', sentence);
  model.sometimes(
    'ContinuesPreviousHistory',
    pair((a, b) =>
      rid(b)
        .isNot(rid(a))
        .and(decide.canContinue(state, a, b)),
    ),
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
        .and(off(b).plus(1).isBelow(first(a))),
    ),
  );
  model.sometimes(
    'Chain',
    pair((a, b) => m(b).is(a).and(m(a).isNot(a))),
  );
  model.sometimes(
    'LateUnit',
    one((i) => not(late(i).is(0))),
  );
  model.sometimes(
    'HalfTransaction',
    one((i) => half(i)),
  );
  model.sometimes(
    'AwaitsAcknowledgement',
    one((i) => loading(i)),
  );
  model.sometimes(
    'UncountedWrites',
    one((i) => off(i).isBelow(hist(i).length())),
  );
};
