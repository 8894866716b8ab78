import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import type { Cells } from '../model/cells.ts';
import type { Model } from '../model/model.ts';
import type { Teller } from '../report/story.ts';
import { psync2Entry } from './psync2/entry.ts';
import { psync2CoreEntry } from './psync2-core-entry.ts';

/** A number that a model is made with. */
export interface Bound {
  readonly name: string;
  readonly what: string;
  readonly low: number;
  readonly high: number;
  readonly standard: number;
}

export interface NamedMutant {
  readonly name: string;
  readonly alias?: string;
  readonly fault: string;
}

/** How a model differs from the one that is right: by a known fault, or by rules that a user wrote. */
export type Variant =
  | { readonly mutant: string }
  | { readonly rules: Partial<Ruleset>; readonly from: string };

/** A model that can be asked for by name. */
export interface CatalogueEntry {
  readonly name: string;
  readonly what: string;
  readonly bounds: readonly Bound[];
  readonly mutants: readonly NamedMutant[];
  /** The rules of the registry that decide something in it; others can be changed to no effect. */
  readonly consults: readonly (keyof Ruleset)[];
  /** `bounds` holds a number within its range for each bound; a mutant is named by the name of one of the mutants. */
  readonly make: (bounds: ReadonlyMap<string, number>, variant: Variant | null) => Model;
  readonly teller: (cells: Cells) => Teller;
}

/** All models that can be asked for by name. */
export const CATALOGUE: readonly CatalogueEntry[] = [psync2CoreEntry, psync2Entry];

export const isRuleName = (name: string): name is keyof Ruleset => name in STANDARD;
