import { replicaLinkEntry } from '../../../models/machines/catalogue/replica-link.ts';
import { transitionsOf } from '../../../models/machines/transitions.ts';
import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import type { TargetAddress } from '../target/address.ts';
import { identify } from '../target/identify.ts';
import { Coverage, type MachineCoverage } from './coverage.ts';
import { LinkStage } from './link-stage.ts';
import { notesOfLink, offeredToLink } from './link-stimuli.ts';
import { type LinkTarget, LinkWalk } from './link-walk.ts';
import { pathsThrough, type WalkPath } from './paths.ts';

/** A server to walk: each call gives one that runs, a new one where the last has ended. */
export type TargetSource = () => Promise<TargetAddress>;

export interface WalkOptions {
  readonly target: TargetSource;
  readonly rules?: Ruleset;
  /** Leaves out what takes more than a moment: timeouts, and targets that freeze. */
  readonly brief?: boolean;
  /** How often a path is walked before what it shows is believed to be the target's. */
  readonly attempts?: number;
  readonly onPath?: (path: WalkPath, why: string | null) => void;
}

/** What takes seconds. */
const SLOW = /silence|half a line|no file/;

/** Crashes every Redis and Valkey that was tried, so it comes last. */
const isDangerous = ({ stimuli, transitions }: WalkPath): boolean =>
  transitions.some((id) => id.endsWith('isUnaskedContinue')) && stimuli.length > 0;

/** Paths through the machine of a replica's link, those that end a server last. */
export const linkPaths = (dialect: Dialect): WalkPath[] => {
  const paths = pathsThrough({
    entry: replicaLinkEntry,
    input: { dialect, cached: null },
    offered: offeredToLink,
    notes: notesOfLink,
  });
  return [...paths.filter((path) => !isDangerous(path)), ...paths.filter(isDangerous)];
};

/** Walks every path through the machine of a replica's link on a server that is told to follow us. */
export const walkLink = async (options: WalkOptions): Promise<MachineCoverage> => {
  const { target, rules = STANDARD, brief = false, attempts = 3 } = options;
  const coverage = new Coverage();
  const { server, dialect } = await seen(await target());
  const paths = linkPaths(dialect);
  for (const path of paths) {
    if (path.transitions.every((id) => coverage.has(id))) continue;
    if (brief && path.stimuli.some((name) => SLOW.test(name))) {
      coverage.miss(path.transitions, 'left out: it takes seconds');
      continue;
    }
    let why: string | null = null;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const stage = await LinkStage.open(await target());
      const about = await linkTarget(stage, dialect);
      const { confirmed, ended } = await new LinkWalk(stage, about, path, rules).run();
      await stage.close();
      coverage.confirm(confirmed);
      why = ended?.why ?? null;
      if (ended === null || ended.notProvoked) {
        if (ended !== null) coverage.miss(path.transitions, ended.why);
        break;
      }
      if (attempt === attempts) coverage.violate(ended.transitions, ended.why);
    }
    options.onPath?.(path, why);
  }
  noteTheRest(coverage, paths, dialect, brief);
  return { machine: replicaLinkEntry.name, server, dialect, transitions: coverage.transitions };
};

/** What no path leads to, and why. */
const noteTheRest = (
  coverage: Coverage,
  paths: readonly WalkPath[],
  dialect: Dialect,
  brief: boolean,
): void => {
  const reached = new Set(paths.flatMap(({ transitions }) => transitions));
  for (const { id } of transitionsOf(replicaLinkEntry.create(STANDARD))) {
    const why = reached.has(id)
      ? `a walk that would have come by it ${brief ? 'was left out' : 'ended before'}`
      : `not in ${dialect}`;
    coverage.miss([id], why);
  }
};

const seen = async (address: TargetAddress) => {
  const stage = await LinkStage.open(address);
  const { server, dialect } = identify(await stage.control.info('server'));
  await stage.close();
  if (dialect === null) throw new Error(`${server} replicates by a protocol of its own`);
  return { server, dialect, address };
};

const linkTarget = async (stage: LinkStage, dialect: Dialect): Promise<LinkTarget> => {
  const info = await stage.control.info('server');
  const reply = await stage.control.command('CONFIG', 'GET', 'dir');
  const [, folder] = reply !== null && 'array' in reply ? (reply.array ?? []) : [];
  return {
    dialect,
    folder: folder !== undefined && folder !== null && 'bulk' in folder ? folder.bulk : null,
    settings: {
      user: null,
      password: null,
      listeningPort: Number(info.get('tcp_port')),
      address: null,
      version: info.get('valkey_version') ?? '9.0.0',
    },
  };
};
