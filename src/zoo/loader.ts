import { existsSync, readdirSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { type Provisioning, runTool, unavailable } from './provisioning.ts';
import type { Command } from './real-server.ts';

/** The dynamic loader of a Debian release, unpacked somewhere, and the folders of its libraries. */
export interface Loader {
  readonly root: string;
  readonly file: string;
  readonly libraries: readonly string[];
}

/** The command that runs a program by a loader other than the machine's own. */
export const loadedBy = (loader: Pick<Loader, 'file' | 'libraries'>, program: string): Command => ({
  file: loader.file,
  // The cache of the machine's own libraries would be asked before anything fails.
  args: ['--inhibit-cache', '--library-path', loader.libraries.join(':'), program],
});

/** `ld-linux-x86-64.so.2`, `ld-linux-aarch64.so.1`, `ld64.so.2` and their like. */
const LOADER = /^ld(-linux[^.]*|64)\.so\.\d+$/;

const subfolders = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((item) =>
        item.isDirectory() ? [join(folder, item.name)] : [],
      )
    : [];

/**
 * Finds the loader in an unpacked release. The link that programs name lies elsewhere and is absolute, which
 * would lead out of `root`. @throws ServerUnavailable
 */
export const findLoader = (provisioning: Provisioning, root: string): Loader => {
  for (const folder of ['lib', 'usr/lib'].flatMap((name) => subfolders(join(root, name)))) {
    const name = readdirSync(folder).find((candidate) => LOADER.test(candidate));
    if (name === undefined) continue;
    const triplet = basename(folder);
    const libraries = [join(root, 'lib', triplet), join(root, 'usr/lib', triplet)];
    return { root, file: join(folder, name), libraries: libraries.filter(existsSync) };
  }
  throw unavailable(
    provisioning,
    `the packages of Debian ${provisioning.entry.suite} hold no dynamic loader`,
    'They may be laid out in a new way, which this version of psyncspec does not know.',
  );
};

/** Lines such as `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f190c120000)`. */
const LIBRARY = /^\s*(\S+) => (.+?)( \(0x[0-9a-f]+\))?$/;

/** A library by the name that programs ask for, and the file it is in. */
export interface Library {
  readonly name: string;
  readonly file: string;
}

/**
 * The libraries that a program loads, as its loader says. All of them must come from the unpacked release: a loader
 * takes what it lacks from the machine, and a mixture fails later and worse. @throws ServerUnavailable
 */
export const librariesOf = async (
  provisioning: Provisioning,
  loader: Loader,
  program: string,
): Promise<readonly Library[]> => {
  const { file, args } = loadedBy(loader, program);
  const listed = await runTool(provisioning, { file, args: ['--list', ...args] });
  if (listed.outcome !== 'success') {
    throw incomplete(provisioning, program, listed.stderr.trim() || listed.stdout.trim());
  }
  const libraries = listed.stdout.split('\n').flatMap((line) => {
    const [, name, found] = LIBRARY.exec(line) ?? [];
    return name === undefined || found === undefined ? [] : [{ name, file: found }];
  });
  const root = (await realpath(loader.root)) + sep;
  for (const library of libraries) {
    const real = await realpath(library.file).catch(() => '');
    if (!real.startsWith(root)) {
      throw incomplete(provisioning, program, `${library.name} => ${library.file}`);
    }
  }
  return libraries.filter(({ name }) => dirname(name) === '.');
};

const incomplete = (provisioning: Provisioning, program: string, detail: string) =>
  unavailable(
    provisioning,
    `${basename(program)} lacks a library that its packages should have (${detail})`,
    'Try again. If that does not help, src/zoo/packages.ts leaves out a package that is needed now.',
  );
