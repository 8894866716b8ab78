import { join } from 'node:path';
import type { Environment } from './cache-folder.ts';
import type { CatalogueEntry, ServerName } from './catalogue.ts';
import { onPath } from './executable.ts';
import { type Finished, run } from './run.ts';
import { ServerUnavailable } from './unavailable.ts';

/** One attempt to get one server. */
export interface Provisioning {
  readonly name: ServerName;
  readonly entry: CatalogueEntry;
  readonly cacheFolder: string;
  readonly env: Environment;
  /** Where the keys of Debian's releases may be; the first file that exists counts. */
  readonly keyrings: readonly string[];
  /** Called with what is being done, for people to read. */
  readonly onProgress: (step: string) => void;
}

/** The server's finished tree. */
export const treeFolder = ({ cacheFolder, name }: Provisioning): string =>
  join(cacheFolder, 'servers', name);

/** What is under way, and left by an attempt that was cut short: the next one goes on from it. */
export const workFolder = ({ cacheFolder, name }: Provisioning): string =>
  join(cacheFolder, 'unfinished', name);

export const packageName = ({ entry }: Provisioning): string => `${entry.software}-server`;

export const unavailable = (
  { name }: Provisioning,
  problem: string,
  remedy: string,
): ServerUnavailable => new ServerUnavailable(name, problem, remedy);

/** All of these belong to every Debian machine. */
const TOOLS = ['apt-get', 'apt-config', 'dpkg', 'flock'];

/** Makes sure that the machine can get packages at all. @throws ServerUnavailable */
export const requireTools = (provisioning: Provisioning): void => {
  const lacking = TOOLS.filter((tool) => onPath(provisioning.env, tool) === undefined);
  if (lacking.length === 0) return;
  throw unavailable(
    provisioning,
    `PATH has no ${lacking.join(', ')}`,
    'Real servers come from Debian’s packages: use a Debian machine or container. For redis-7.0 an installed server will do: put it on PATH or name it in PSYNCSPEC_REDIS_SERVER.',
  );
};

export interface Tool {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Environment;
  readonly cwd?: string;
  /** In milliseconds. */
  readonly timeout?: number;
}

/** Runs one of the machine's own tools. */
export const runTool = (provisioning: Provisioning, tool: Tool): Promise<Finished> =>
  run(tool, {
    env: { ...provisioning.env, ...tool.env },
    ...(tool.cwd === undefined ? {} : { cwd: tool.cwd }),
    timeout: tool.timeout ?? 60_000,
  });
