import type { Cells } from '../model/cells.ts';
import type { Model } from '../model/model.ts';
import type { Teller } from '../report/story.ts';
import { psync2Core } from './psync2-core.ts';
import { CORE_MUTANTS } from './psync2-core-mutants.ts';
import { tellCore } from './psync2-core-teller.ts';

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

/** A model that can be asked for by name. */
export interface CatalogueEntry {
  readonly name: string;
  readonly what: string;
  readonly bounds: readonly Bound[];
  readonly mutants: readonly NamedMutant[];
  /** `bounds` holds a number within its range for each bound; `mutant` is the name of one of the mutants. */
  readonly make: (bounds: ReadonlyMap<string, number>, mutant: string | null) => Model;
  readonly teller: (cells: Cells) => Teller;
}

const psync2CoreEntry: CatalogueEntry = {
  name: 'psync2-core',
  what: 'partial resynchronization with nothing around it: roles, IDs, offsets and backlogs',
  bounds: [
    { name: 'nodes', what: 'nodes', low: 2, high: 5, standard: 3 },
    { name: 'writes', what: 'writes in total', low: 1, high: 7, standard: 2 },
    { name: 'ids', what: 'replication IDs in total', low: 1, high: 15, standard: 3 },
    { name: 'backlog', what: 'bytes that a backlog holds', low: 1, high: 15, standard: 1 },
  ],
  mutants: CORE_MUTANTS,
  make: (bounds, mutant) => {
    const [nodes = 0, writes = 0, ids = 0, backlog = 0] = ['nodes', 'writes', 'ids', 'backlog'].map(
      (name) => bounds.get(name),
    );
    const change = CORE_MUTANTS.find(({ name }) => name === mutant) ?? null;
    return psync2Core({ nodes, writes, ids, backlog }, change);
  },
  teller: tellCore,
};

/** All models that can be asked for by name. */
export const CATALOGUE: readonly CatalogueEntry[] = [psync2CoreEntry];
