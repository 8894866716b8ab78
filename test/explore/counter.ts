import { declareModel } from '../../src/explore/model/declare.ts';
import { range } from '../../src/explore/model/domain.ts';
import type { Model } from '../../src/explore/model/model.ts';
import { not } from '../../src/explore/model/term.ts';

/** Two counters that are raised one at a time up to `top`: (top + 1) squared states on 2 * top + 1 levels. */
export const counters = (top: number, forbidden = top + 1): Model =>
  declareModel('counters', { top }, (model) => {
    const one = model.one('one', range(0, top), 0);
    const two = model.one('two', range(0, top), 0);
    model.action('ONE', {}, () => ({
      guard: [one.isBelow(top)],
      effect: [one.becomes(one.plus(1))],
    }));
    model.action('TWO', {}, () => ({
      guard: [two.isBelow(top)],
      effect: [two.becomes(two.plus(1))],
    }));
    model.always('NotBoth', not(one.is(forbidden).and(two.is(forbidden))));
    model.sometimes('Apart', one.is(0).and(two.is(top)));
  });
