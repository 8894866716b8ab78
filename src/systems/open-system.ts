import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import type { System } from '../../properties/system.ts';
import { provide, serverNamed } from '../zoo/index.ts';
import { NetworkSystem } from './network/network-system.ts';
import { realSource } from './network/real-source.ts';
import { referenceSource } from './network/reference-source.ts';
import { spawnedSource } from './network/spawned-source.ts';
import { SimulatedSystem } from './simulated/system.ts';
import { StdioSystem } from './stdio/stdio-system.ts';

export interface OpenOptions {
  readonly rules: Ruleset;
  readonly dialect?: Dialect;
  /** The environment of commands that are started. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where real servers are kept. */
  readonly cacheFolder: string;
}

/**
 * A system by what it is called on the command line.
 *
 * @throws Error saying what was wrong with the name, or why the system can't be had
 */
export const openSystem = async (what: string, options: OpenOptions): Promise<System> => {
  const [, kind = what, command = ''] = /^(\w+):(.*)$/s.exec(what) ?? [];
  switch (kind) {
    case 'reference':
      return new SimulatedSystem(options);
    case 'tcp':
      return new NetworkSystem(await referenceSource(options));
    case 'spawn':
      return new NetworkSystem(await spawnedSource(command, options.env));
    case 'stdio':
      return new StdioSystem({ command, env: options.env });
    case 'zoo':
      return new NetworkSystem(await realSource(await provide(serverNamed(command), options)));
    default:
      throw new Error(
        `no system is called "${what}": there are reference, tcp, zoo:NAME, spawn:COMMAND and stdio:COMMAND`,
      );
  }
};
