import { join } from 'node:path';
import { isOfSeries } from './catalogue.ts';
import { loadedBy } from './loader.ts';
import { type Provisioning, packageName } from './provisioning.ts';
import type { RealServer } from './real-server.ts';
import { lookAtTree, type TreeRecord } from './tree-record.ts';
import { versionOf } from './version.ts';

/** A tree that can be used, or why it can't be. */
export type OpenedTree =
  | { readonly found: 'server'; readonly server: RealServer }
  | { readonly found: 'damaged'; readonly because: string }
  | { readonly found: 'absent' };

/** Opens a tree: all its files are there, and the server tells a version of the series that is wanted. */
export const openTree = async (provisioning: Provisioning, tree: string): Promise<OpenedTree> => {
  const look = await lookAtTree(tree);
  if (look.found !== 'whole') return look;
  const { series } = provisioning.entry;
  const programs = programsOf(provisioning, tree, look.record);
  const said = await versionOf(programs.server, provisioning.env);
  if ('instead' in said) return { found: 'damaged', because: `it does not run: ${said.instead}` };
  if (!isOfSeries(said.version, series)) {
    return { found: 'damaged', because: `it is ${said.version}, where ${series} is wanted` };
  }
  const server = {
    name: provisioning.name,
    software: provisioning.entry.software,
    version: said.version,
    origin: originOf(provisioning, look.record),
    size: Object.values(look.record.sizes).reduce((sum, size) => sum + size, 0),
    programs,
  };
  return { found: 'server', server };
};

const programsOf = (
  { entry }: Provisioning,
  tree: string,
  record: TreeRecord,
): RealServer['programs'] => {
  const loader = { file: join(tree, record.loader), libraries: [join(tree, 'lib')] };
  const command = (program: string) =>
    loadedBy(loader, join(tree, 'bin', `${entry.software}-${program}`));
  return {
    server: command('server'),
    sentinel: command('sentinel'),
    cli: command('cli'),
    'check-rdb': command('check-rdb'),
    benchmark: command('benchmark'),
  };
};

const originOf = (provisioning: Provisioning, record: TreeRecord): string => {
  const name = packageName(provisioning);
  const version = record.packages.find((line) => line.startsWith(`${name} `)) ?? name;
  return `Debian ${provisioning.entry.suite}, ${version}`;
};
