import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeAptRoot } from './apt-root.ts';
import type { Environment } from './cache-folder.ts';
import { CATALOGUE, type ServerName } from './catalogue.ts';
import { DEBIAN_KEYRINGS } from './debian-sources.ts';
import { openTree } from './finished-tree.ts';
import { installedServer } from './installed.ts';
import { withLock } from './lock.ts';
import { download, planPackages } from './packages.ts';
import {
  type Provisioning,
  requireTools,
  treeFolder,
  unavailable,
  workFolder,
} from './provisioning.ts';
import type { RealServer } from './real-server.ts';
import { buildTree, unpack } from './tree.ts';
import { ServerUnavailable } from './unavailable.ts';

export interface ProvideOptions {
  /** See `cacheFolder`. It is made where it does not exist. */
  readonly cacheFolder: string;
  /** The variables of this process: for PATH, `PSYNCSPEC_REDIS_SERVER`, and what apt may want. */
  readonly env: Environment;
  /** Called with each step that takes a while, for people to read. */
  readonly onProgress?: (step: string) => void;
}

/** How long to wait for another process that gets the same server, in seconds. */
const PATIENCE = 15 * 60;

/**
 * Provides a server: one that is installed, where the catalogue allows it; else the one in the cache, which needs no
 * network; else from Debian's packages. Any number of processes may ask for the same server at once, and may
 * be killed at any time.
 *
 * @throws ServerUnavailable
 */
export const provide = (name: ServerName, options: ProvideOptions): Promise<RealServer> =>
  provideAs({
    name,
    entry: CATALOGUE[name],
    keyrings: DEBIAN_KEYRINGS,
    onProgress: () => undefined,
    ...options,
  });

/** As `provide`, with everything that it depends on said. @throws ServerUnavailable */
export const provideAs = async (provisioning: Provisioning): Promise<RealServer> => {
  try {
    const ready = (await installedServer(provisioning)) ?? (await fromCache(provisioning));
    return ready ?? (await fromPackages(provisioning));
  } catch (error) {
    if (error instanceof ServerUnavailable) throw error;
    // What is left are errors of the system: no right to write, no room, no more processes.
    const problem = error instanceof Error ? error.message : String(error);
    throw unavailable(
      provisioning,
      problem,
      `Can files be written in ${provisioning.cacheFolder}?`,
    );
  }
};

const fromCache = async (provisioning: Provisioning): Promise<RealServer | null> => {
  const opened = await openTree(provisioning, treeFolder(provisioning));
  return opened.found === 'server' ? opened.server : null;
};

const fromPackages = async (provisioning: Provisioning): Promise<RealServer> => {
  const { cacheFolder, name, env, onProgress } = provisioning;
  requireTools(provisioning);
  await mkdir(join(cacheFolder, 'locks'), { recursive: true });
  const lock = {
    env,
    patience: PATIENCE,
    onWait: () => onProgress('waiting for another process that is getting it'),
  };
  return withLock(join(cacheFolder, 'locks', name), lock, async () => {
    const meanwhile = await openTree(provisioning, treeFolder(provisioning));
    if (meanwhile.found === 'server') return meanwhile.server;
    if (meanwhile.found === 'damaged') {
      onProgress(`getting it anew, as the copy in the cache is of no use: ${meanwhile.because}`);
    }
    return getPackages(provisioning);
  });
};

const getPackages = async (provisioning: Provisioning): Promise<RealServer> => {
  const work = workFolder(provisioning);
  const [unpacked, fresh] = [join(work, 'unpacked'), join(work, 'tree')];
  for (const folder of [unpacked, fresh]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const root = await makeAptRoot(provisioning);
  const packages = await planPackages(provisioning, root);
  const files = await download(provisioning, root, packages);
  try {
    await unpack(provisioning, files, unpacked);
    await buildTree(provisioning, unpacked, fresh, packages);
    return await putInPlace(provisioning, fresh);
  } finally {
    // Either all is done, or what was downloaded is of no use and the next attempt has to begin anew.
    await rm(work, { recursive: true, force: true });
  }
};

/** Moves a new tree to where all look for it, once it has shown that it runs. */
const putInPlace = async (provisioning: Provisioning, fresh: string): Promise<RealServer> => {
  const tree = treeFolder(provisioning);
  let opened = await openTree(provisioning, fresh);
  if (opened.found === 'server') {
    await mkdir(dirname(tree), { recursive: true });
    // A damaged tree goes with the rest of the work. Processes that run from it keep its files until they end.
    await rename(tree, join(dirname(fresh), 'damaged')).catch(ignoreAbsence);
    await rename(fresh, tree);
    opened = await openTree(provisioning, tree);
  }
  if (opened.found === 'server') return opened.server;
  throw unavailable(
    provisioning,
    `what Debian ${provisioning.entry.suite} has is of no use here: ${
      opened.found === 'damaged' ? opened.because : 'it has vanished'
    }`,
    'If it is of another version by now, src/zoo/catalogue.ts has to follow.',
  );
};

const ignoreAbsence = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};
