import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptRoot, aptGet, DOWNLOADS } from './apt-root.ts';
import { type Provisioning, packageName, unavailable } from './provisioning.ts';

/**
 * Packages that only serve to install others. They hold no library that a server loads: were one of them needed after
 * all, the loader would name what it lacks.
 */
const NOT_NEEDED =
  /perl|^(adduser|base-passwd|debconf|dpkg|gcc-\d+-base|init-system-helpers|login\.defs|lsb-base|openssl-provider-legacy|passwd|systemd|sysvinit-utils|tar|usrmerge)$|^lib(audit|pam|semanage|sepol)|-common$/;

/** Lines such as `Inst libc6 (2.36-9+deb12u14 Debian:12.15/oldstable [amd64])`. */
const PLANNED = /^Inst (\S+) \((\S+) /;

/** A package that a server needs, with its version. */
export interface Package {
  readonly name: string;
  readonly version: string;
}

/** Fetches the lists of packages and finds those that the server needs. @throws ServerUnavailable */
export const planPackages = async (
  provisioning: Provisioning,
  root: AptRoot,
): Promise<readonly Package[]> => {
  const { suite } = provisioning.entry;
  provisioning.onProgress(`getting the lists of packages of Debian ${suite}`);
  await aptGet(provisioning, root, `getting the lists of packages of Debian ${suite}`, ['update']);
  const { stdout } = await aptGet(provisioning, root, 'planning what to download', [
    'install',
    '--simulate',
    '--no-install-recommends',
    packageName(provisioning),
  ]);
  return stdout.split('\n').flatMap((line) => {
    const [, name, version] = PLANNED.exec(line) ?? [];
    if (name === undefined || version === undefined || NOT_NEEDED.test(name)) return [];
    return [{ name, version }];
  });
};

/** Downloads packages, and returns their files. @throws ServerUnavailable */
export const download = async (
  provisioning: Provisioning,
  root: AptRoot,
  packages: readonly Package[],
): Promise<readonly string[]> => {
  provisioning.onProgress(`downloading ${packages.length} packages`);
  const wanted = packages.map(({ name, version }) => `${name}=${version}`);
  await aptGet(provisioning, root, 'downloading packages', ['download', ...wanted]);
  const folder = join(root.folder, DOWNLOADS);
  const files = await readdir(folder);
  return packages.map(({ name, version }) => {
    const start = `${name}_${version.replaceAll(':', '%3a')}_`;
    // An older version may lie there too, from an attempt that was cut short.
    const file = files.find((candidate) => candidate.startsWith(start));
    if (file !== undefined) return join(folder, file);
    throw unavailable(
      provisioning,
      `apt said that it downloaded ${name} ${version}, but there is no file ${start}*.deb`,
      'Try again; if that does not help, this version of apt names its files in another way.',
    );
  });
};
