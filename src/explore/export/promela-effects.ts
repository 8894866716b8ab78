import { type Folded, partsOf } from '../compile/folded.ts';
import type { FoldedEffect } from '../compile/folded-effect.ts';
import type { Cells } from '../model/cells.ts';
import { cellName } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import type { PromelaExpressions } from './promela-expression.ts';

/** A place as far as it is known: one cell, or all cells of a variable where the state decides. */
type Footprint = ReadonlySet<string>;

const everywhere = (variable: string): string => `${variable}[*]`;

const placeName = (variable: string, at: readonly Folded[]): string => {
  const indices = at.flatMap((index) => (index.op === 'constant' ? [index.value] : []));
  return indices.length < at.length ? everywhere(variable) : cellName(variable, indices);
};

/**
 * Promela changes one place after another, while all effects of a step happen at once. Puts the effects into an order
 * in which none reads what another has changed before.
 */
export class PromelaEffects {
  readonly #cells: Cells;
  readonly #expressions: PromelaExpressions;

  constructor(cells: Cells, expressions: PromelaExpressions) {
    this.#cells = cells;
    this.#expressions = expressions;
  }

  #readBy(folded: Folded): string[] {
    const inner = partsOf(folded).flatMap((part) => this.#readBy(part));
    if (folded.op === 'dynamic') return [placeName(folded.variable, folded.at), ...inner];
    if (folded.op !== 'cell') return inner;
    const cell = this.#cells.list[folded.cell];
    return cell === undefined ? inner : [cellName(cell.variable.name, cell.at), ...inner];
  }

  #reads(effect: FoldedEffect): Footprint {
    if ('to' in effect) {
      return new Set([...effect.at, effect.to].flatMap((part) => this.#readBy(part)));
    }
    const inner = [...effect.effects, ...effect.otherwise].flatMap((part) => [
      ...this.#reads(part),
    ]);
    return new Set([...this.#readBy(effect.when), ...inner]);
  }

  #writes(effect: FoldedEffect): Footprint {
    if ('to' in effect) return new Set([placeName(effect.variable, effect.at)]);
    return new Set(
      [...effect.effects, ...effect.otherwise].flatMap((part) => [...this.#writes(part)]),
    );
  }

  #meets(one: Footprint, other: Footprint): boolean {
    const variableOf = (place: string) => place.split('[')[0] ?? place;
    for (const place of one) {
      if (other.has(place)) return true;
      const variable = variableOf(place);
      if (other.has(everywhere(variable))) return true;
      if (place !== everywhere(variable)) continue;
      if ([...other].some((against) => variableOf(against) === variable)) return true;
    }
    return false;
  }

  #ordered(effects: readonly FoldedEffect[]): FoldedEffect[] {
    const left = [...effects];
    const ordered: FoldedEffect[] = [];
    while (left.length > 0) {
      const next = left.findIndex((effect) =>
        left.every(
          (other) => other === effect || !this.#meets(this.#reads(other), this.#writes(effect)),
        ),
      );
      const [effect] = next === -1 ? [] : left.splice(next, 1);
      if (effect === undefined) {
        throw new ModelError('Promela export: effects that exchange values have no order');
      }
      ordered.push(effect);
    }
    return ordered;
  }

  statements(effects: readonly FoldedEffect[]): string[] {
    return this.#ordered(effects).map((effect) => {
      if ('to' in effect) {
        const indices = effect.at.map((index) => this.#expressions.write(index));
        const place = this.#expressions.place(effect.variable, indices);
        return `${place} = ${this.#expressions.stored(effect.variable, effect.to)}`;
      }
      const [yes, no] = [effect.effects, effect.otherwise].map((branch) => {
        const statements = this.statements(branch);
        return statements.length === 0 ? 'skip' : statements.join('; ');
      });
      return `if :: ${this.#expressions.write(effect.when)} -> ${yes} :: else -> ${no} fi`;
    });
  }
}
