/** Whose server it is. The names of its package and of its programs begin with this word. */
export type Software = 'redis' | 'valkey';

/** A server, and the Debian release whose package it comes from. */
export interface CatalogueEntry {
  readonly software: Software;
  /** How its version begins. The version itself is asked of the binary, as packages move on. */
  readonly series: string;
  readonly suite: string;
  /** A server of this series that the machine has already is as good as the package. */
  readonly mayBeInstalled: boolean;
}

const entry = (software: Software, series: string, suite: string): CatalogueEntry => ({
  software,
  series,
  suite,
  mayBeInstalled: false,
});

/**
 * The real servers. A name ends with its Debian release where that is not frozen yet: its minor version still moves.
 */
export const CATALOGUE = {
  'redis-6.0': entry('redis', '6.0', 'bullseye'),
  'redis-7.0': { ...entry('redis', '7.0', 'bookworm'), mayBeInstalled: true },
  'redis-8.0': entry('redis', '8.0', 'trixie'),
  'redis-8-forky': entry('redis', '8', 'forky'),
  'valkey-8.1': entry('valkey', '8.1', 'trixie'),
  'valkey-9-forky': entry('valkey', '9', 'forky'),
} as const satisfies Record<string, CatalogueEntry>;

export type ServerName = keyof typeof CATALOGUE;

export const SERVER_NAMES = Object.keys(CATALOGUE) as readonly ServerName[]; // Its keys, by definition.

/** A name that is not in the catalogue: a mistake of whoever asked, unlike a server that can't be had. */
export class UnknownServer extends Error {
  constructor(name: string) {
    super(`There is no server named ${JSON.stringify(name)}. Known: ${SERVER_NAMES.join(', ')}.`);
    this.name = 'UnknownServer';
  }
}

/** @throws UnknownServer */
export const serverNamed = (name: string): ServerName => {
  const found = SERVER_NAMES.find((known) => known === name);
  if (found === undefined) throw new UnknownServer(name);
  return found;
};

/** Whether a version belongs to a series: 8.0.6 to 8.0 and to 8, 80.1 to neither. */
export const isOfSeries = (version: string, series: string): boolean =>
  version === series || version.startsWith(`${series}.`);
