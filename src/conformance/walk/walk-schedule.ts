import { snapshotScheduleEntry } from '../../../models/machines/catalogue/snapshot-schedule.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { Coverage, type MachineCoverage } from './coverage.ts';
import { schedulePaths } from './schedule-paths.ts';
import { ScheduleWalk } from './schedule-walk.ts';
import { chosen, noteTheRest, reached, seen, type WalkOptions } from './walk-link.ts';

const NO_CHILD = 'it takes a target that can make no child';

/** Why nobody provokes some transitions. */
const NEVER: Readonly<Record<string, string>> = {
  'savingToDisk/START_FAILED': NO_CHILD,
  'savingToSockets/START_FAILED': NO_CHILD,
};

/** Walks every path through the schedule of snapshots, with several replicas of the server. */
export const walkSchedule = async (options: WalkOptions): Promise<MachineCoverage> => {
  const { target, rules = STANDARD, attempts = 3, brief = false } = options;
  const coverage = new Coverage();
  const { server, dialect } = await reached(target, seen);
  const paths = chosen(schedulePaths(dialect), options.only);
  for (const path of paths) {
    let why: string | null = null;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const walk = await reached(target, (address) =>
        ScheduleWalk.open(address, dialect, path, rules),
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
  noteTheRest(snapshotScheduleEntry, coverage, paths, dialect, brief);
  return {
    machine: snapshotScheduleEntry.name,
    server,
    dialect,
    transitions: coverage.transitions,
  };
};
