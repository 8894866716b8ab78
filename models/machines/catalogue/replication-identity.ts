import { DIALECTS, nextByte, processedOffset } from '../../vocabulary/index.ts';
import { type IdentityEvent, replicationIdentity } from '../replication-identity.ts';
import type { EventsOf, MachineEntry } from './entry.ts';

const ONE = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const FRESH = 'f'.repeat(40);
const OFFSET = processedOffset(100);
const SAVED = { replid: ONE, offset: OFFSET, database: 0 };

const ROLE = { oneOf: ['master', 'slave'] } as const;
const DRAWN = { fields: { fresh: 'text' } } as const;

const events: EventsOf<IdentityEvent> = {
  BOOTED: {
    means: 'the node has loaded its data',
    shape: {
      fields: {
        role: ROLE,
        saved: {
          nullable: { fields: { replid: 'text', offset: 'number', database: 'number' } },
        },
        fresh: 'text',
      },
    },
    samples: [
      { role: 'master', saved: null, fresh: FRESH },
      { role: 'master', saved: SAVED, fresh: FRESH },
      { role: 'slave', saved: SAVED, fresh: FRESH },
    ],
  },
  REPLICAOF: {
    means: 'the node is told to follow a master',
    shape: { fields: { offset: 'number' } },
    samples: [{ offset: OFFSET }],
  },
  PROMOTED: {
    means: 'the node is told to be a master',
    shape: { fields: { offset: 'number', fresh: 'text' } },
    samples: [{ offset: OFFSET, fresh: OTHER }],
  },
  REPLICA_ARRIVED: {
    means: 'a replica has come that needs a snapshot',
    shape: {
      fields: {
        window: { nullable: { fields: { firstByte: 'number', histlen: 'number' } } },
        fresh: 'text',
      },
    },
    samples: [
      { window: null, fresh: OTHER },
      { window: { firstByte: nextByte(1), histlen: 100 }, fresh: OTHER },
    ],
  },
  BACKLOG_EXPIRED: {
    means: 'the backlog is freed after repl-backlog-ttl',
    shape: DRAWN,
    samples: [{ fresh: OTHER }],
  },
  CONTINUED: {
    means: 'the master answered +CONTINUE',
    shape: { fields: { named: { nullable: 'text' }, offset: 'number' } },
    samples: [
      { named: null, offset: OFFSET },
      { named: OTHER, offset: OFFSET },
    ],
  },
  ADOPTED: {
    means: 'the master’s snapshot is loaded',
    shape: { fields: { replid: 'text' } },
    samples: [{ replid: ONE }],
  },
  REPLID_CHANGED: {
    means: 'DEBUG CHANGE-REPL-ID was given',
    shape: DRAWN,
    samples: [{ fresh: OTHER }],
  },
};

export const replicationIdentityEntry: MachineEntry = {
  name: 'replication-identity',
  title: 'What a node calls its history',
  about: 'Where replid and replid2 come from, and when a node takes others.',
  section: '2.5',
  dialects: DIALECTS,
  create: replicationIdentity,
  inputs: (dialect) => [{ dialect }],
  events,
  states: {
    booting: { means: 'the node has no history yet', redis: [], shown: ['INFO loading:1'] },
    named: { means: 'the history has a name', redis: [], shown: ['INFO master_replid'] },
    'named.master': { means: 'the history is its own', redis: [], shown: ['INFO role:master'] },
    'named.replica': {
      means: 'the history is its master’s',
      redis: [],
      shown: ['INFO role:slave'],
    },
  },
  guards: {
    isReplica: { reads: 'it is to follow a master', rules: ['RESTART-2', 'RESTART-3'] },
    isPromoted: { reads: 'that promotes it', rules: ['PROMO-6'] },
    promotionRenames: { reads: 'that gives it another replid', rules: ['PROMO-5'] },
    isRenamed: { reads: 'that names another replid', rules: ['ADOPT-2', 'ADOPT-3'] },
  },
  effects: {
    dropReplicas: { reads: 'close the links of its replicas', rules: ['PROMO-5', 'ADOPT-3'] },
    offerHistory: { reads: 'offer its history to the new master', rules: ['ADOPT-4'] },
  },
};
