import { existsSync } from 'node:fs';
import { type Provisioning, runTool, unavailable } from './provisioning.ts';

/** A place that packages come from: a mirror's address and the release to take of it. */
export interface Source {
  readonly site: string;
  readonly release: string;
}

/** Lines such as `'<site>/dists/<release>/main/binary-amd64/Packages.xz' <file> 0`. */
const INDEX = /^'([^']+?)\/dists\/([^']+)\/main\/binary-[^']*'/;

/** What apt of this machine is told to read, whether or not it ever did. */
const machineSources = async (provisioning: Provisioning): Promise<Source[]> => {
  const { stdout } = await runTool(provisioning, {
    file: 'apt-get',
    args: ['update', '--print-uris'],
  });
  return stdout.split('\n').flatMap((line) => {
    const [, site, release] = INDEX.exec(line) ?? [];
    return site === undefined || release === undefined ? [] : [{ site, release }];
  });
};

/**
 * The machine's mirror of Debian itself, among whatever other repositories it has. Only Debian's mirrors offer a release
 * together with its updates; a machine without those still has a site that ends as Debian's do.
 */
const debianMirror = (sources: readonly Source[]): string | undefined => {
  const offersUpdates = sources.find(({ site, release }) =>
    sources.some((other) => other.site === site && other.release === `${release}-updates`),
  );
  return (offersUpdates ?? sources.find(({ site }) => site.endsWith('/debian')))?.site;
};

/**
 * Where to take a release from: the machine's mirror, and of the machine's own release also its updates and security
 * fixes, as the machine itself does.
 *
 * @throws ServerUnavailable
 */
export const sourcesFor = async (
  provisioning: Provisioning,
  suite: string,
): Promise<readonly Source[]> => {
  const configured = await machineSources(provisioning);
  const site = debianMirror(configured);
  if (site === undefined) {
    throw unavailable(
      provisioning,
      'apt of this machine names no mirror of Debian',
      'Use a Debian machine or container, with a line such as "deb <mirror> <release> main" among the sources of apt.',
    );
  }
  const additions = configured.filter(({ release }) =>
    [`${suite}-updates`, `${suite}-security`].includes(release),
  );
  const all = [{ site, release: suite }, ...additions];
  return [...new Map(all.map((source) => [`${source.site} ${source.release}`, source])).values()];
};

/** Where Debian itself keeps the keys of its releases. */
export const DEBIAN_KEYRINGS: readonly string[] = ['gpg', 'pgp'].map(
  (end) => `/usr/share/keyrings/debian-archive-keyring.${end}`,
);

/** The file of keys that a release must be signed with. Without it nothing is downloaded. @throws ServerUnavailable */
export const keyringOf = (provisioning: Provisioning): string => {
  const { keyrings } = provisioning;
  const found = keyrings.find((file) => existsSync(file));
  if (found === undefined) {
    throw unavailable(
      provisioning,
      `the keys of Debian's releases are missing: there is no ${keyrings.join(' or ')}`,
      'Install the package debian-archive-keyring.',
    );
  }
  return found;
};
