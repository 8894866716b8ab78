import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where servers are kept: `PSYNCSPEC_CACHE`; else `.cache/psyncspec` in the checkout of psyncspec that `cwd` lies in;
 * else the user's cache folder.
 */
export const cacheFolder = (env: Environment, cwd: string): string => {
  if (env.PSYNCSPEC_CACHE) return resolve(cwd, env.PSYNCSPEC_CACHE);
  const checkout = checkoutAround(resolve(cwd));
  if (checkout !== null) return join(checkout, '.cache', 'psyncspec');
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'psyncspec');
};

const checkoutAround = (folder: string): string | null => {
  if (isCheckout(folder)) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : checkoutAround(parent);
};

/** The package as npm installs it has the same name, but not its sources. */
const isCheckout = (folder: string): boolean => {
  const file = join(folder, 'package.json');
  if (!existsSync(file) || !existsSync(join(folder, 'src', 'zoo'))) return false;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return (
      typeof content === 'object' &&
      content !== null &&
      'name' in content &&
      content.name === 'psyncspec'
    );
  } catch {
    return false;
  }
};
