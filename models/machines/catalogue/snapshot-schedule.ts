import { CAPABILITIES, DIALECTS } from '../../vocabulary/index.ts';
import { snapshotSchedule } from '../snapshot-schedule.ts';
import type { ScheduleEvent, ScheduleView, WaitingReplica } from '../snapshot-schedule-terms.ts';
import type { EventsOf, MachineEntry } from './entry.ts';

const REPLICA: WaitingReplica = {
  replica: 1,
  capabilities: ['eof', 'psync2'],
  exclusions: [],
  rdbOnly: false,
  version: null,
  silentSeconds: 0,
};

const view = (
  waiting: readonly WaitingReplica[],
  disklessSync: boolean,
  delaySeconds = 5,
): ScheduleView => ({ disklessSync, delaySeconds, maxReplicas: 0, waiting });

const NOBODY = view([], true);
const SILENT = { ...REPLICA, silentSeconds: 6 };

const WISH = {
  capabilities: { listOf: { oneOf: CAPABILITIES } },
  exclusions: { listOf: { oneOf: ['data', 'functions'] } },
  rdbOnly: 'flag',
  version: { nullable: 'text' },
} as const;

const WAITING = { fields: { ...WISH, replica: 'number', silentSeconds: 'number' } } as const;

const VIEW = {
  fields: {
    disklessSync: 'flag',
    delaySeconds: 'number',
    maxReplicas: 'number',
    waiting: { listOf: WAITING },
  },
} as const;

const SEEN = { fields: { view: VIEW } } as const;
const NOTHING = { fields: {} } as const;

const left = (receivers: number, savePoints = false) => ({ receivers, savePoints, view: NOBODY });

const events: EventsOf<ScheduleEvent> = {
  ARRIVED: {
    means: 'a replica has come that needs a snapshot',
    shape: { fields: { newcomer: WAITING, first: { nullable: { fields: WISH } }, view: VIEW } },
    samples: [
      { newcomer: REPLICA, first: null, view: view([REPLICA], true) },
      { newcomer: REPLICA, first: REPLICA, view: view([REPLICA], true, 0) },
      { newcomer: REPLICA, first: REPLICA, view: view([REPLICA], false) },
    ],
  },
  LEFT: {
    means: 'a replica has gone',
    shape: { fields: { receivers: 'number', savePoints: 'flag', view: VIEW } },
    samples: [left(1), left(0), left(0, true)],
  },
  TICK: {
    means: 'the replication cron runs',
    shape: SEEN,
    samples: [{ view: NOBODY }, { view: view([SILENT], true) }, { view: view([REPLICA], false) }],
  },
  SAVE_STARTED: {
    means: 'somebody else has a snapshot made on disk, as with BGSAVE',
    shape: NOTHING,
    samples: [{}],
  },
  SAVE_ENDED: {
    means: 'the snapshot is complete or has failed',
    shape: SEEN,
    samples: [{ view: NOBODY }, { view: view([SILENT], true) }],
  },
  START_FAILED: {
    means: 'no child could be made for the snapshot',
    shape: SEEN,
    samples: [{ view: view([REPLICA], true) }],
  },
  CHILD_STARTED: {
    means: 'a child began that makes no snapshot, as one that rewrites the AOF',
    shape: NOTHING,
    samples: [{}],
  },
  CHILD_ENDED: {
    means: 'that child has ended',
    shape: SEEN,
    samples: [{ view: NOBODY }, { view: view([SILENT], true) }],
  },
};

const IN_PROGRESS = 'INFO rdb_bgsave_in_progress:1';

export const snapshotScheduleEntry: MachineEntry = {
  name: 'snapshot-schedule',
  title: 'Which snapshot is made when',
  about:
    'The one child that makes snapshots for the replicas of a node: when it is begun, for whom, and who may join it.',
  section: '2.6',
  dialects: DIALECTS,
  create: snapshotSchedule,
  inputs: (dialect) => [{ dialect }],
  events,
  states: {
    idle: {
      means: 'no child is active',
      redis: ['CHILD_TYPE_NONE'],
      shown: ['INFO rdb_bgsave_in_progress:0'],
    },
    starting: { means: 'a child is made', redis: [], shown: [] },
    savingToDisk: {
      means: 'a snapshot is written to disk',
      redis: ['CHILD_TYPE_RDB with RDB_CHILD_TYPE_DISK'],
      shown: [IN_PROGRESS],
    },
    savingToSockets: {
      means: 'a snapshot is sent to replicas while it is made',
      redis: ['CHILD_TYPE_RDB with RDB_CHILD_TYPE_SOCKET'],
      shown: [IN_PROGRESS],
    },
    otherChild: {
      means: 'another child is active',
      redis: ['CHILD_TYPE_AOF', 'CHILD_TYPE_MODULE'],
      shown: ['INFO aof_rewrite_in_progress:1'],
    },
  },
  guards: {
    startsAtOnce: { reads: 'it need not wait for company', rules: ['FULL-15'] },
    mayJoin: { reads: 'it can do with that snapshot', rules: ['FULL-9', 'FULL-10'] },
    isDue: { reads: 'those who wait have waited enough', rules: ['FULL-15'] },
    isDueAfterSave: { reads: 'those who wait have waited enough', rules: ['FULL-15'] },
    isGivenUp: { reads: 'nobody waits for it any more', rules: ['FULL-17'] },
    goesToSockets: { reads: 'it goes to sockets', rules: ['FULL-3', 'FULL-13', 'FULL-14'] },
  },
  effects: {
    startSnapshot: { reads: 'begin a snapshot', rules: ['FULL-1', 'FULL-11', 'FULL-16'] },
    joinSnapshot: { reads: 'let it join', rules: ['FULL-9'] },
    giveUpSnapshot: { reads: 'end the child', rules: ['FULL-17'] },
    turnAway: { reads: 'turn away all who wait', rules: [] },
  },
};
