import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findLoader, type Library, type Loader, librariesOf } from './loader.ts';
import type { Package } from './packages.ts';
import { type Provisioning, runTool, unavailable } from './provisioning.ts';
import { sizesOf, TREE_FILE, type TreeRecord } from './tree-record.ts';

/** The programs that are copied. A sentinel is the server under another name. */
const COPIED = ['server', 'cli', 'check-rdb', 'benchmark'] as const;

/** What glibc loads by itself when it needs it, which no program names. Newer releases have some of it built in. */
const LOADED_BY_GLIBC = ['libgcc_s.so.1', 'libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/** Unpacks packages into one folder, without installing them. @throws ServerUnavailable */
export const unpack = async (
  provisioning: Provisioning,
  files: readonly string[],
  folder: string,
): Promise<void> => {
  provisioning.onProgress(`unpacking ${files.length} packages`);
  for (const file of files) {
    const unpacked = await runTool(provisioning, { file: 'dpkg', args: ['-x', file, folder] });
    if (unpacked.outcome === 'success') continue;
    throw unavailable(
      provisioning,
      `${basename(file)} can't be unpacked (${unpacked.stderr.trim() || unpacked.outcome})`,
      'Try again: it is downloaded anew. Is the disk full?',
    );
  }
};

/**
 * Takes from an unpacked release the server, its tools and what they load, and nothing else: `bin/`, `lib/` and a record
 * of both. @throws ServerUnavailable
 */
export const buildTree = async (
  provisioning: Provisioning,
  unpacked: string,
  tree: string,
  packages: readonly Package[],
): Promise<void> => {
  const { software, suite } = provisioning.entry;
  await mkdir(join(tree, 'bin'), { recursive: true });
  await mkdir(join(tree, 'lib'), { recursive: true });
  const loader = findLoader(provisioning, unpacked);
  const libraries = new Map(extraLibraries(loader).map(({ name, file }) => [name, file]));
  for (const program of COPIED) {
    const name = `${software}-${program}`;
    const file = join(unpacked, 'usr/bin', name);
    if (!existsSync(file)) {
      throw unavailable(
        provisioning,
        `the packages of Debian ${suite} hold no ${name}`,
        'The programs may have moved to another package, which src/zoo/catalogue.ts must know.',
      );
    }
    for (const library of await librariesOf(provisioning, loader, file)) {
      libraries.set(library.name, library.file);
    }
    await copyExecutable(file, join(tree, 'bin', name));
  }
  await symlink(`${software}-server`, join(tree, 'bin', `${software}-sentinel`));
  for (const [name, file] of libraries) await copyFile(file, join(tree, 'lib', name));
  const loaderName = join('lib', basename(loader.file));
  await copyExecutable(loader.file, join(tree, loaderName));
  const record: TreeRecord = {
    loader: loaderName,
    packages: packages.map(({ name, version }) => `${name} ${version}`),
    sizes: await sizesOf(tree),
  };
  await writeFile(join(tree, TREE_FILE), `${JSON.stringify(record, null, 2)}\n`);
};

const extraLibraries = (loader: Loader): Library[] =>
  LOADED_BY_GLIBC.flatMap((name) => {
    const file = loader.libraries.map((folder) => join(folder, name)).find(existsSync);
    return file === undefined ? [] : [{ name, file }];
  });

const copyExecutable = async (from: string, to: string): Promise<void> => {
  await copyFile(from, to);
  await chmod(to, 0o755);
};
