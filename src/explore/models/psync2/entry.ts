import { STANDARD } from '../../../../models/rules/ruleset.ts';
import { findMutant, rulesWith } from '../../../../properties/mutants/index.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { PSYNC2_KILLS, PSYNC2_SURVIVORS } from './kills.ts';
import { psync2 } from './model.ts';
import { PSYNC2_CONSULTS } from './rules.ts';
import { tellPsync2 } from './teller.ts';

export const psync2Entry: CatalogueEntry = {
  name: 'psync2',
  what: 'the same with bytes on the way, transactions, PINGs, expiring and resized backlogs, restarts',
  bounds: [
    { name: 'nodes', what: 'nodes', low: 2, high: 4, standard: 3 },
    {
      name: 'writes',
      what: 'units of the stream in total; a transaction is two',
      low: 1,
      high: 5,
      standard: 2,
    },
    { name: 'ids', what: 'replication IDs in total', low: 1, high: 6, standard: 2 },
    { name: 'backlog', what: 'greatest size of a backlog', low: 1, high: 3, standard: 1 },
  ],
  mutants: Object.keys({ ...PSYNC2_KILLS, ...PSYNC2_SURVIVORS }).map((name) => ({
    name,
    fault: findMutant(name)?.fault ?? '',
  })),
  consults: PSYNC2_CONSULTS,
  make: (bounds, variant) => {
    const [nodes = 0, writes = 0, ids = 0, backlog = 0] = ['nodes', 'writes', 'ids', 'backlog'].map(
      (name) => bounds.get(name),
    );
    const size = { nodes, writes, ids, backlog };
    if (variant === null) return psync2(size);
    if ('rules' in variant) return psync2(size, { ...STANDARD, ...variant.rules }, variant.from);
    const mutant = findMutant(variant.mutant);
    return psync2(size, mutant === undefined ? STANDARD : rulesWith(mutant), variant.mutant);
  },
  teller: tellPsync2,
};
