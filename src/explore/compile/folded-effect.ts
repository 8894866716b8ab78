import { type Bindings, choices } from '../interpret/evaluate.ts';
import type { Cells } from '../model/cells.ts';
import type { Effect } from '../model/expression.ts';
import { Fold } from './fold.ts';
import { decidingCell, type Folded, mayFault } from './folded.ts';
import type { Knowledge } from './knowledge.ts';

/** An effect with its parameters known and its loops unrolled. The indices of a target may still hang on the state. */
export type FoldedEffect =
  | { readonly variable: string; readonly at: readonly Folded[]; readonly to: Folded }
  | {
      readonly when: Folded;
      readonly effects: readonly FoldedEffect[];
      readonly otherwise: readonly FoldedEffect[];
    };

/** Works out effects before any state is known. */
export const foldEffects = (
  effects: readonly Effect[],
  cells: Cells,
  knowledge: Knowledge,
  bindings: Bindings,
): FoldedEffect[] => {
  const fold = new Fold(cells, knowledge, bindings);
  return effects.flatMap((effect): FoldedEffect[] => {
    if ('sets' in effect) {
      const at = effect.sets.at.map((index) => fold.of(index));
      return [{ variable: effect.sets.variable, at, to: fold.of(effect.to) }];
    }
    if ('each' in effect) {
      return choices(effect.each).flatMap((choice) =>
        foldEffects(effect.effects, cells, knowledge, new Map(bindings).set(effect.each, choice)),
      );
    }
    return [
      {
        when: fold.of(effect.when),
        effects: foldEffects(effect.effects, cells, knowledge, bindings),
        otherwise: foldEffects(effect.otherwise, cells, knowledge, bindings),
      },
    ];
  });
};

/** Works effects out once more with what has been learned since; conditions that are known disappear. */
export const foldAgain = (effects: readonly FoldedEffect[], fold: Fold): FoldedEffect[] =>
  effects.flatMap((effect): FoldedEffect[] => {
    if ('to' in effect) {
      return [
        { ...effect, at: effect.at.map((index) => fold.again(index)), to: fold.again(effect.to) },
      ];
    }
    const when = fold.again(effect.when);
    if (when.op === 'constant') {
      return foldAgain(when.value === 0 ? effect.otherwise : effect.effects, fold);
    }
    const inner = foldAgain(effect.effects, fold);
    const otherwise = foldAgain(effect.otherwise, fold);
    const isIdle = inner.length + otherwise.length === 0 && !mayFault(when);
    return isIdle ? [] : [{ when, effects: inner, otherwise }];
  });

/**
 * A cell whose value decides which cells the effects touch, or (with `all`) which they touch or read; null where that is
 * known. What is touched within a condition is looked at only once the condition has been decided.
 */
export const decidingCellOf = (
  effects: readonly FoldedEffect[],
  which: 'targets' | 'all',
): number | null => {
  for (const effect of effects) {
    const cell = 'to' in effect ? decidingOne(effect, which) : decidingBranch(effect, which);
    if (cell !== null) return cell;
  }
  return null;
};

const decidingOne = (
  { at, to }: Extract<FoldedEffect, { to: Folded }>,
  which: 'targets' | 'all',
): number | null => {
  const target = decidingCell({ op: 'dynamic', variable: '', at });
  return which === 'targets' ? target : (target ?? decidingCell(to));
};

const decidingBranch = (
  { when, effects, otherwise }: Extract<FoldedEffect, { when: Folded }>,
  which: 'targets' | 'all',
): number | null =>
  (which === 'all' ? decidingCell(when) : null) ??
  decidingCellOf(effects, which) ??
  decidingCellOf(otherwise, which);
