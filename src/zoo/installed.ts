import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOfSeries } from './catalogue.ts';
import { isExecutable, onPath } from './executable.ts';
import { type Provisioning, unavailable } from './provisioning.ts';
import type { RealServer } from './real-server.ts';
import { versionOf } from './version.ts';

/** The tools that must lie beside a server. */
const BESIDE = ['cli', 'check-rdb', 'benchmark'] as const;

/**
 * A server that the machine has already, of the right series and with its tools beside it: the one that
 * `PSYNCSPEC_REDIS_SERVER` names, else the first on PATH; null where there is none.
 *
 * @throws ServerUnavailable where the one that was named is not to be used.
 */
export const installedServer = async (provisioning: Provisioning): Promise<RealServer | null> => {
  const { entry, env } = provisioning;
  if (!entry.mayBeInstalled) return null;
  const named = env.PSYNCSPEC_REDIS_SERVER;
  const file = named || onPath(env, `${entry.software}-server`);
  if (file === undefined) return null;
  const judged = await judge(provisioning, file);
  if ('server' in judged) return judged.server;
  if (!named) return null;
  throw unavailable(
    provisioning,
    `PSYNCSPEC_REDIS_SERVER names ${named}, ${judged.unfit}`,
    `Let it name a redis-server ${entry.series}, or unset it.`,
  );
};

const judge = async (
  provisioning: Provisioning,
  file: string,
): Promise<{ readonly server: RealServer } | { readonly unfit: string }> => {
  const { name, entry, env } = provisioning;
  const program = (suffix: string) => join(dirname(file), `${entry.software}-${suffix}`);
  if (!isExecutable(file)) return { unfit: 'which is no program' };
  const lacking = BESIDE.map(program).find((tool) => !isExecutable(tool));
  if (lacking !== undefined) return { unfit: `which has no ${basename(lacking)} beside it` };
  const said = await versionOf({ file, args: [] }, env);
  if ('instead' in said) return { unfit: `which tells no version (${said.instead})` };
  if (!isOfSeries(said.version, entry.series)) {
    return { unfit: `which is ${said.version} and not ${entry.series}` };
  }
  const command = (path: string) => ({ file: path, args: [] });
  return {
    server: {
      name,
      software: entry.software,
      version: said.version,
      origin: file,
      size: 0,
      programs: {
        server: command(file),
        sentinel: command(await sentinelLink(provisioning, file)),
        cli: command(program('cli')),
        'check-rdb': command(program('check-rdb')),
        benchmark: command(program('benchmark')),
      },
    },
  };
};

/** A server knows by its own name that it is to be a sentinel, and a package may lack that name. */
const sentinelLink = async (
  { cacheFolder, entry }: Provisioning,
  server: string,
): Promise<string> => {
  const folder = join(cacheFolder, 'installed');
  const link = join(folder, `${entry.software}-sentinel`);
  const fresh = `${link}.${crypto.randomUUID()}`;
  await mkdir(folder, { recursive: true });
  await symlink(server, fresh);
  // Other processes may do the same at this moment: a rename leaves a whole link at any time.
  await rename(fresh, link).finally(() => rm(fresh, { force: true }));
  return link;
};
