import { since } from '../../rules/rule.ts';
import { processedOffset, SESSION_STATES } from '../../vocabulary/index.ts';
import { type FailoverEvent, failover } from '../failover.ts';
import type { EventsOf, MachineEntry } from './entry.ts';

const REPLICA = { host: '127.0.0.1', port: 7001 };
const AT_END = processedOffset(100);
const BEHIND = processedOffset(99);

const candidates = (acknowledged: typeof AT_END) => [
  { ...REPLICA, state: 'online', acknowledged } as const,
];

const ASKED = { role: 'master', candidates: candidates(AT_END), now: 0 } as const;

const progress = (acknowledged: typeof AT_END, now: number) => ({
  candidates: candidates(acknowledged),
  offset: AT_END,
  now,
});

const ADDRESS = { fields: { host: 'text', port: 'number' } } as const;

const STATE = { oneOf: SESSION_STATES };

const CANDIDATES = {
  listOf: { fields: { ...ADDRESS.fields, state: STATE, acknowledged: 'number' } },
} as const;

const events: EventsOf<FailoverEvent> = {
  FAILOVER: {
    means: 'the command was given',
    shape: {
      fields: {
        wish: {
          fields: {
            target: { nullable: ADDRESS },
            force: 'flag',
            timeout: { nullable: 'number' },
          },
        },
        role: { oneOf: ['master', 'slave'] },
        candidates: CANDIDATES,
        now: 'number',
      },
    },
    samples: [
      { wish: { target: null, force: false, timeout: null }, ...ASKED },
      { wish: { target: REPLICA, force: false, timeout: 500 }, ...ASKED },
      { wish: { target: REPLICA, force: true, timeout: 500 }, ...ASKED },
      { wish: { target: null, force: false, timeout: null }, ...ASKED, candidates: [] },
    ],
  },
  ABORT: { means: 'FAILOVER ABORT was given', shape: { fields: {} }, samples: [{}] },
  PROGRESS: {
    means: 'something may have changed: a replica acknowledged, or time went on',
    shape: {
      fields: {
        candidates: CANDIDATES,
        offset: 'number',
        now: 'number',
      },
    },
    samples: [progress(BEHIND, 1), progress(AT_END, 1), progress(BEHIND, 500)],
  },
  ACCEPTED: {
    means: 'the target answered PSYNC with +CONTINUE or +FULLRESYNC',
    shape: { fields: {} },
    samples: [{}],
  },
  REJECTED: {
    means: 'the target answered PSYNC with anything else, or not at all',
    shape: { fields: {} },
    samples: [{}],
  },
};

export const failoverEntry: MachineEntry = {
  name: 'failover',
  title: 'A coordinated failover',
  about:
    'A master that was told FAILOVER, until a replica has taken over from it or it is a plain master again.',
  section: '4.6',
  dialects: since('redis-6.2'),
  create: failover,
  inputs: () => [],
  events,
  states: {
    none: {
      means: 'no failover is going on',
      redis: ['NO_FAILOVER'],
      shown: ['INFO master_failover_state:no-failover'],
    },
    waitingForSync: {
      means: 'writes are held until a replica has everything',
      redis: ['FAILOVER_WAIT_FOR_SYNC'],
      shown: ['INFO master_failover_state:waiting-for-sync'],
    },
    inProgress: {
      means: 'the node follows its target, which has yet to accept',
      redis: ['FAILOVER_IN_PROGRESS'],
      shown: ['INFO master_failover_state:failover-in-progress'],
    },
  },
  guards: {
    isRefused: { reads: 'it makes no sense now', rules: ['FAILOVER-1'] },
    isOverdueButForced: { reads: 'time is up, and FORCE was given', rules: ['FAILOVER-3'] },
    isOverdue: { reads: 'time is up', rules: ['FAILOVER-3'] },
    isCaughtUp: { reads: 'the target has everything', rules: ['FAILOVER-2'] },
  },
  effects: {
    reply: { reads: 'answer the command', rules: ['FAILOVER-1'] },
    holdWrites: { reads: 'hold writes', rules: ['FAILOVER-2'] },
    releaseWrites: { reads: 'release writes', rules: ['FAILOVER-3', 'FAILOVER-4'] },
    handOver: { reads: 'follow the target and tell it to take over', rules: ['FAILOVER-2'] },
    becomeMasterAgain: { reads: 'be a master under a new replid', rules: ['FAILOVER-5'] },
  },
};
