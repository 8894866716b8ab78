import { DIALECTS, processedOffset } from '../../vocabulary/index.ts';
import { type BacklogEvent, backlogLifecycle } from '../backlog-lifecycle.ts';
import type { EventsOf, MachineEntry } from './entry.ts';

const SAVED = { replid: 'a'.repeat(40), offset: processedOffset(100), database: 0 };

const ROLE = { oneOf: ['master', 'slave'] } as const;
const NOTHING = { fields: {} } as const;

const idle = (idleSeconds: number) => ({
  role: 'master' as const,
  replicas: 0,
  idleSeconds,
  ttlSeconds: 3600,
});

const events: EventsOf<BacklogEvent> = {
  BOOTED: {
    means: 'the node has loaded its data',
    shape: {
      fields: {
        role: ROLE,
        saved: {
          nullable: { fields: { replid: 'text', offset: 'number', database: 'number' } },
        },
      },
    },
    samples: [
      { role: 'master', saved: null },
      { role: 'master', saved: SAVED },
    ],
  },
  REPLICA_ARRIVED: {
    means: 'a replica has come that needs a snapshot',
    shape: NOTHING,
    samples: [{}],
  },
  RESYNCED: {
    means: 'the master has continued the node, or its snapshot is loaded',
    shape: NOTHING,
    samples: [{}],
  },
  HISTORY_GIVEN_UP: {
    means: 'the master’s history is about to replace the node’s',
    shape: NOTHING,
    samples: [{}],
  },
  REPLICAOF: { means: 'the node is told to follow a master', shape: NOTHING, samples: [{}] },
  PROMOTED: {
    means: 'the node is told to be a master',
    shape: { fields: { replicas: 'number' } },
    samples: [{ replicas: 0 }, { replicas: 1 }],
  },
  RESIZED: {
    means: 'repl-backlog-size is changed',
    shape: { fields: { capacity: 'number' } },
    samples: [{ capacity: 16384 }],
  },
  TICK: {
    means: 'the replication cron runs',
    shape: {
      fields: { role: ROLE, replicas: 'number', idleSeconds: 'number', ttlSeconds: 'number' },
    },
    samples: [idle(3600), idle(3601)],
  },
};

export const backlogLifecycleEntry: MachineEntry = {
  name: 'backlog-lifecycle',
  title: 'Whether a node has a backlog',
  about: 'The backlog from the first replica or the first master to the end of its history.',
  section: '3.4',
  dialects: DIALECTS,
  create: backlogLifecycle,
  inputs: (dialect) => [{ dialect }],
  events,
  states: {
    none: {
      means: 'there is none, and nothing is counted',
      redis: ['server.repl_backlog == NULL'],
      shown: ['INFO repl_backlog_active:0'],
    },
    held: {
      means: 'the last bytes of the stream are kept',
      redis: ['server.repl_backlog'],
      shown: ['INFO repl_backlog_active:1'],
    },
  },
  guards: {
    isRestored: { reads: 'a master goes on with what it saved', rules: ['RESTART-3'] },
    goesAtReplicaof: { reads: 'a new master ends it', rules: ['BACKLOG-7'] },
    goesAtPromotion: { reads: 'a promotion without replicas ends it', rules: ['BACKLOG-7'] },
    isExpired: { reads: 'it has outlived repl-backlog-ttl', rules: ['BACKLOG-6'] },
  },
  effects: {
    createBacklog: { reads: 'begin a backlog', rules: ['BACKLOG-1'] },
    endHistory: { reads: 'draw a new replid', rules: ['REPLID-3'] },
    freeBacklog: { reads: 'free it', rules: ['BACKLOG-6'] },
    resizeBacklog: { reads: 'change its size', rules: ['BACKLOG-4'] },
  },
};
