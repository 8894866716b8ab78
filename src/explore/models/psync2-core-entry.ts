import { STANDARD } from '../../../models/rules/ruleset.ts';
import { findMutant, rulesWith } from '../../../properties/mutants/index.ts';
import type { CatalogueEntry, NamedMutant, Variant } from './catalogue.ts';
import { psync2Core } from './psync2-core.ts';
import { CORE_KILLS, CORE_SURVIVORS } from './psync2-core-kills.ts';
import { CORE_MUTANTS } from './psync2-core-mutants.ts';
import { CORE_CONSULTS, ruledCore } from './psync2-core-ruled.ts';
import type { CoreVariant } from './psync2-core-rules.ts';
import { tellCore } from './psync2-core-teller.ts';

const ruleMutants: readonly NamedMutant[] = Object.keys({ ...CORE_KILLS, ...CORE_SURVIVORS }).map(
  (name) => ({ name, fault: findMutant(name)?.fault ?? '' }),
);

const variantFor = (variant: Variant): CoreVariant | null => {
  if ('rules' in variant) return ruledCore(variant.from, { ...STANDARD, ...variant.rules });
  const own = CORE_MUTANTS.find(({ name }) => name === variant.mutant);
  if (own !== undefined) return own;
  const ofRules = findMutant(variant.mutant);
  return ofRules === undefined ? null : ruledCore(ofRules.name, rulesWith(ofRules));
};

export const psync2CoreEntry: CatalogueEntry = {
  name: 'psync2-core',
  what: 'partial resynchronization with nothing around it: roles, IDs, offsets and backlogs',
  bounds: [
    { name: 'nodes', what: 'nodes', low: 2, high: 5, standard: 3 },
    { name: 'writes', what: 'writes in total', low: 1, high: 7, standard: 2 },
    { name: 'ids', what: 'replication IDs in total', low: 1, high: 15, standard: 3 },
    { name: 'backlog', what: 'bytes that a backlog holds', low: 1, high: 15, standard: 1 },
  ],
  mutants: [...CORE_MUTANTS, ...ruleMutants],
  consults: CORE_CONSULTS,
  make: (bounds, variant) => {
    const [nodes = 0, writes = 0, ids = 0, backlog = 0] = ['nodes', 'writes', 'ids', 'backlog'].map(
      (name) => bounds.get(name),
    );
    return psync2Core(
      { nodes, writes, ids, backlog },
      variant === null ? null : variantFor(variant),
    );
  },
  teller: tellCore,
};
