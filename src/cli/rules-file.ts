import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { closest } from './suggestion.ts';

/**
 * The rules with those of a file in their place. The file is a module that exports `rules`, an object of functions, or a
 * function that makes one from the rules as they are.
 */
export const loadRules = async (file: string): Promise<Ruleset> => {
  const loaded: unknown = await import(pathToFileURL(resolve(file)).href).catch((error: Error) => {
    throw new CommandFailure(EXIT.badInput, `can't load ${file}: ${error.message}`);
  });
  const exported =
    typeof loaded === 'object' && loaded !== null && 'rules' in loaded ? loaded.rules : undefined;
  const changed: unknown = typeof exported === 'function' ? exported(STANDARD) : exported;
  if (typeof changed !== 'object' || changed === null) {
    throw new CommandFailure(
      EXIT.badInput,
      `${file} must export \`rules\`: an object of rule functions, or a function that returns one`,
    );
  }
  for (const [name, rule] of Object.entries(changed)) check(file, name, rule);
  return { ...STANDARD, ...changed };
};

const check = (file: string, name: string, rule: unknown): void => {
  if (!Object.hasOwn(STANDARD, name)) {
    const similar = closest(name, Object.keys(STANDARD));
    const hint = similar === undefined ? '' : `; did you mean ${similar}?`;
    throw new CommandFailure(EXIT.badInput, `${file}: no rule is called ${name}${hint}`);
  }
  if (typeof rule !== 'function') {
    throw new CommandFailure(EXIT.badInput, `${file}: ${name} must be a function`);
  }
};
