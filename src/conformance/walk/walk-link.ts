import { setTimeout } from 'node:timers/promises';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { replicaLinkEntry } from '../../../models/machines/catalogue/replica-link.ts';
import { transitionsOf } from '../../../models/machines/transitions.ts';
import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import type { TargetAddress } from '../target/address.ts';
import { identify } from '../target/identify.ts';
import { PeerError } from '../target/peer.ts';
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
  /** Ends the child of a target that makes a snapshot; without it that is left out. */
  readonly endChild?: (pid: number) => void;
  /** Leaves out what takes more than a moment: timeouts, and targets that freeze. */
  readonly brief?: boolean;
  /** The paths to walk, as their stimuli with bars between; all where it is left out. */
  readonly only?: readonly string[];
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

/** The paths that were asked for. */
export const chosen = (paths: WalkPath[], only?: readonly string[]): WalkPath[] =>
  only === undefined ? paths : paths.filter(({ stimuli }) => only.includes(stimuli.join(' | ')));

/** Walks every path through the machine of a replica's link on a server that is told to follow us. */
export const walkLink = async (options: WalkOptions): Promise<MachineCoverage> => {
  const { target, rules = STANDARD, brief = false, attempts = 3 } = options;
  const coverage = new Coverage();
  const { server, dialect } = await reached(target, seen);
  const paths = chosen(linkPaths(dialect), options.only);
  for (const path of paths) {
    if (path.transitions.every((id) => coverage.has(id))) continue;
    if (brief && path.stimuli.some((name) => SLOW.test(name))) {
      coverage.miss(path.transitions, 'left out: it takes seconds');
      continue;
    }
    let why: string | null = null;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { stage, about } = await reached(target, async (address) => {
        const opened = await LinkStage.open(address);
        return { stage: opened, about: await linkTarget(opened, dialect) };
      });
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
  noteTheRest(replicaLinkEntry, coverage, paths, dialect, brief);
  return { machine: replicaLinkEntry.name, server, dialect, transitions: coverage.transitions };
};

/** What no path leads to, and why. */
export const noteTheRest = (
  entry: MachineEntry,
  coverage: Coverage,
  paths: readonly WalkPath[],
  dialect: Dialect,
  brief: boolean,
): void => {
  const reached = new Set(paths.flatMap(({ transitions }) => transitions));
  for (const { id } of transitionsOf(entry.create(STANDARD))) {
    const why = reached.has(id)
      ? `a walk that would have come by it ${brief ? 'was left out' : 'ended before'}`
      : `no walk leads there in ${dialect}`;
    coverage.miss([id], why);
  }
};

/** How often one tries to reach a target that may just have ended. */
const TRIES = 40;

/** Opens something on a target, which may be a new one where the last has just ended. */
export const reached = async <Opened>(
  target: TargetSource,
  open: (address: TargetAddress) => Promise<Opened>,
): Promise<Opened> => {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await open(await target());
    } catch (error) {
      if (!(error instanceof PeerError) || left === 0) throw error;
      await setTimeout(250);
    }
  }
};

/** Asks a target who it is. */
export const seen = async (address: TargetAddress) => {
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
