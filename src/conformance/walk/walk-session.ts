import { replicaSessionEntry } from '../../../models/machines/catalogue/replica-session.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { Coverage, type MachineCoverage } from './coverage.ts';
import { pathsThrough, type WalkPath } from './paths.ts';
import { notesOfSession, offeredToSession } from './session-stimuli.ts';
import { SessionWalk } from './session-walk.ts';
import { chosen, noteTheRest, reached, seen, type WalkOptions } from './walk-link.ts';

/** What takes seconds. */
const SLOW = /silence|is not read/;

/** Why nobody provokes some transitions. */
const NEVER: Readonly<Record<string, string>> = {
  'client/PSYNC/mustPromote': 'it takes a target that is a replica with an established link',
  'attached.awaitingSnapshotStart/SNAPSHOT_FAILED': 'it takes a target that can make no child',
};

/** Paths through the machine of a session. */
export const sessionPaths = (dialect: Dialect): WalkPath[] =>
  pathsThrough({
    entry: replicaSessionEntry,
    input: { dialect },
    offered: offeredToSession,
    notes: notesOfSession,
  });

/** Walks every path through the machine of a session, as a replica of the server. */
export const walkSession = async (options: WalkOptions): Promise<MachineCoverage> => {
  const { target, rules = STANDARD, brief = false, attempts = 3 } = options;
  const coverage = new Coverage();
  const { server, dialect } = await reached(target, seen);
  const paths = chosen(sessionPaths(dialect), options.only);
  for (const path of paths) {
    if (path.transitions.every((id) => coverage.has(id))) continue;
    if (brief && path.stimuli.some((name) => SLOW.test(name))) {
      coverage.miss(path.transitions, 'left out: it takes seconds');
      continue;
    }
    let why: string | null = null;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const walk = await reached(target, (address) =>
        SessionWalk.open(address, dialect, path, rules, options.endChild),
      );
      const { confirmed, ended } = await walk.run();
      walk.close();
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
  for (const [id, why] of Object.entries(NEVER)) coverage.miss([id], why);
  noteTheRest(replicaSessionEntry, coverage, paths, dialect, brief);
  return { machine: replicaSessionEntry.name, server, dialect, transitions: coverage.transitions };
};
