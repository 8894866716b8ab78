import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import type { System } from '../../properties/system.ts';
import { SimulatedSystem } from './simulated/system.ts';

export interface OpenOptions {
  readonly rules: Ruleset;
  readonly dialect?: Dialect;
}

/**
 * A system by what it is called on the command line.
 *
 * @throws Error saying what was wrong with the name, or why the system can't be had
 */
export const openSystem = async (what: string, options: OpenOptions): Promise<System> => {
  if (what === 'reference') return new SimulatedSystem(options);
  throw new Error(`no system is called "${what}": there is reference`);
};
