import {
  CAPABILITIES,
  DIALECTS,
  type NextByte,
  nextByte,
  processedOffset,
} from '../../vocabulary/index.ts';
import { replicaSession } from '../replica-session.ts';
import type { MasterView, SessionEvent } from '../replica-session-terms.ts';
import type { EventsOf, MachineEntry } from './entry.ts';

const REPLID = 'a'.repeat(40);

const MASTER: MasterView = {
  role: 'master',
  linkUp: true,
  failingOver: false,
  ids: { replid: REPLID, replid2: null, secondReplOffset: null },
  window: { firstByte: nextByte(1), histlen: 100 },
};
const REPLICA: MasterView = { ...MASTER, role: 'slave' };

const asked = (replid: string, next: NextByte | null, master = MASTER, failover = false) => ({
  replid,
  nextByte: next,
  failover,
  pendingReplies: false,
  master,
  at: 1,
});

const TEXT_OR_NULL = { nullable: 'text' } as const;
const NUMBER_OR_NULL = { nullable: 'number' } as const;
const AT = { fields: { at: 'number' } } as const;
const NOTHING = { fields: {} } as const;
const TARGET = { oneOf: ['disk', 'socket'] } as const;

const MASTER_VIEW = {
  fields: {
    role: { oneOf: ['master', 'slave'] },
    linkUp: 'flag',
    failingOver: 'flag',
    ids: {
      fields: { replid: 'text', replid2: TEXT_OR_NULL, secondReplOffset: NUMBER_OR_NULL },
    },
    window: { nullable: { fields: { firstByte: 'number', histlen: 'number' } } },
  },
} as const;

const events: EventsOf<SessionEvent> = {
  OPTION: {
    means: 'REPLCONF set an option',
    shape: {
      fields: {
        change: {
          either: [
            { fields: { set: { oneOf: ['listening-port'] }, port: 'number' } },
            { fields: { set: { oneOf: ['ip-address'] }, address: 'text' } },
            {
              fields: { set: { oneOf: ['capability'] }, capability: { oneOf: CAPABILITIES } },
            },
            { fields: { set: { oneOf: ['rdb-only'] }, on: 'flag' } },
            {
              fields: {
                set: { oneOf: ['exclusions'] },
                exclusions: { listOf: { oneOf: ['data', 'functions'] } },
              },
            },
            { fields: { set: { oneOf: ['version'] }, version: 'text' } },
            { fields: { set: { oneOf: ['acknowledged'] }, offset: 'number' } },
            { fields: { set: { oneOf: ['acknowledgement-wanted'] } } },
          ],
        },
      },
    },
    samples: [
      { change: { set: 'listening-port', port: 7002 } },
      { change: { set: 'capability', capability: 'eof' } },
      { change: { set: 'rdb-only', on: true } },
    ],
  },
  PSYNC: {
    means: 'the replica asks to continue a history, or for everything',
    shape: {
      fields: {
        replid: 'text',
        nextByte: NUMBER_OR_NULL,
        failover: 'flag',
        pendingReplies: 'flag',
        master: MASTER_VIEW,
        at: 'number',
      },
    },
    samples: [
      asked('?', nextByte(-1)),
      asked(REPLID, nextByte(101)),
      asked(REPLID, null),
      asked(REPLID, nextByte(101), { ...REPLICA, linkUp: false }),
      asked(REPLID, nextByte(101), REPLICA, true),
    ],
  },
  SYNC: {
    means: 'the replica asks for a snapshot as replicas did before PSYNC',
    shape: { fields: { pendingReplies: 'flag', master: MASTER_VIEW, at: 'number' } },
    samples: [
      { pendingReplies: false, master: MASTER, at: 1 },
      { pendingReplies: true, master: MASTER, at: 1 },
    ],
  },
  SNAPSHOT_STARTED: {
    means: 'a snapshot for the replica was begun, or one under way joined',
    shape: { fields: { replid: 'text', offset: 'number', target: TARGET } },
    samples: [
      { replid: REPLID, offset: processedOffset(100), target: 'disk' },
      { replid: REPLID, offset: processedOffset(100), target: 'socket' },
    ],
  },
  SNAPSHOT_WRITTEN: {
    means: 'the snapshot is complete on disk',
    shape: NOTHING,
    samples: [{}],
  },
  SNAPSHOT_SENT: {
    means: 'the last byte of the snapshot went out',
    shape: AT,
    samples: [{ at: 1 }],
  },
  SNAPSHOT_FAILED: { means: 'the snapshot could not be made', shape: NOTHING, samples: [{}] },
  SNAPSHOT_STUCK: {
    means: 'a piece of the snapshot waits to be written',
    shape: { fields: { seconds: 'number', timeoutSeconds: 'number' } },
    samples: [
      { seconds: 1, timeoutSeconds: 60 },
      { seconds: 61, timeoutSeconds: 60 },
    ],
  },
  ACK: {
    means: 'REPLCONF ACK came',
    shape: { fields: { offset: 'number', at: 'number' } },
    samples: [{ offset: processedOffset(100), at: 1 }],
  },
  NEWLINE: { means: 'the replica sent an empty line', shape: AT, samples: [{ at: 1 }] },
  TICK: {
    means: 'the replication cron runs',
    shape: { fields: { at: 'number', timeoutSeconds: 'number' } },
    samples: [
      { at: 1, timeoutSeconds: 60 },
      { at: 100, timeoutSeconds: 60 },
    ],
  },
  REPLY_DUE: {
    means: 'a command of the replica has a reply',
    shape: NOTHING,
    samples: [{}],
  },
  OUTPUT_LIMIT: {
    means: 'more waits to be sent than client-output-buffer-limit allows',
    shape: NOTHING,
    samples: [{}],
  },
  DROPPED: { means: 'the node drops its replicas', shape: NOTHING, samples: [{}] },
  LINK_DOWN: { means: 'the connection is lost', shape: NOTHING, samples: [{}] },
};

export const replicaSessionEntry: MachineEntry = {
  name: 'replica-session',
  title: 'One replica as its master sees it',
  about:
    'A client that may become a replica, from its first REPLCONF to the end of its link: snapshot, first acknowledgement, stream.',
  section: '2.7',
  dialects: DIALECTS,
  create: replicaSession,
  inputs: (dialect) => [{ dialect }],
  events,
  states: {
    client: { means: 'the client has not asked to be a replica', redis: [], shown: [] },
    attached: {
      means: 'the client is a replica',
      redis: ['CLIENT_SLAVE'],
      shown: ['INFO connected_slaves'],
    },
    'attached.awaitingSnapshotStart': {
      means: 'a snapshot has yet to be begun',
      redis: ['SLAVE_STATE_WAIT_BGSAVE_START'],
      shown: ['INFO slaveN state=wait_bgsave'],
    },
    'attached.awaitingSnapshotEnd': {
      means: 'the snapshot is being made',
      redis: ['SLAVE_STATE_WAIT_BGSAVE_END'],
      shown: ['INFO slaveN state=wait_bgsave'],
    },
    'attached.sendingSnapshot': {
      means: 'the snapshot is read from disk and sent',
      redis: ['SLAVE_STATE_SEND_BULK'],
      shown: ['INFO slaveN state=send_bulk'],
    },
    'attached.awaitingFirstAck': {
      means: 'the stream waits until the replica has the snapshot',
      redis: ['SLAVE_STATE_ONLINE with repl_start_cmd_stream_on_ack'],
      shown: ['INFO slaveN state=online', 'ROLE'],
    },
    'attached.online': {
      means: 'the replica is given the stream',
      redis: ['SLAVE_STATE_ONLINE'],
      shown: ['INFO slaveN state=online', 'ROLE'],
    },
    'attached.snapshotTransmitted': {
      means: 'the snapshot was all the replica wanted',
      redis: ['SLAVE_STATE_RDB_TRANSMITTED (from 7.0)'],
      shown: [],
    },
    closed: { means: 'the link is closed', redis: [], shown: [] },
  },
  guards: {
    isIgnored: { reads: 'it is a replica already', rules: ['READY-1'] },
    isRefused: {
      reads: 'the node can’t serve it now',
      rules: ['READY-2', 'READY-3', 'READY-4', 'READY-5', 'READY-6', 'READY-7', 'READY-8'],
    },
    mustPromote: { reads: 'its master hands over', rules: ['READY-3'] },
    isServedDespiteError: { reads: 'the offset is no number', rules: ['READY-8'] },
    mayContinue: {
      reads: 'the history is known and held',
      rules: [
        'PSYNC-1',
        'PSYNC-2',
        'PSYNC-3',
        'PSYNC-4',
        'PSYNC-5',
        'PSYNC-6',
        'PSYNC-7',
        'PSYNC-8',
        'PSYNC-9',
      ],
    },
    streamFollows: { reads: 'the stream follows at once', rules: ['FULL-8'] },
    ackMustFollow: { reads: 'an ACK has to come first', rules: ['FULL-7'] },
    isOnDisk: { reads: 'it was made on disk', rules: ['FULL-3'] },
    needsNewline: { reads: 'it is due a sign of life', rules: ['LIVE-1', 'LIVE-2'] },
    isSilentTooLong: { reads: 'it was silent for repl-timeout', rules: ['LIVE-3', 'LIVE-4'] },
    isSignOfLife: { reads: 'that counts as a sign of life', rules: ['LIVE-5'] },
    isStuckTooLong: { reads: 'it has waited for repl-timeout', rules: ['LIVE-7'] },
    snapshotWasAll: { reads: 'the replica wanted the snapshot alone', rules: ['FULL-12'] },
    repliesCloseLink: { reads: 'replies close the link', rules: ['LIVE-6'] },
  },
  effects: {
    promote: { reads: 'take over', rules: ['READY-3', 'PROMO-1'] },
    sendError: { reads: 'send an error', rules: [] },
    countResync: {
      reads: 'count it',
      rules: ['STATS-1', 'STATS-2', 'STATS-3', 'STATS-4', 'STATS-5'],
    },
    replyContinue: { reads: 'send +CONTINUE', rules: ['CONT-1', 'CONT-2'] },
    requestSnapshot: { reads: 'have a snapshot made', rules: ['FULL-9', 'FULL-10'] },
    replyFullResync: { reads: 'send +FULLRESYNC', rules: ['FULL-1', 'FULL-2'] },
    sendSnapshot: { reads: 'send the snapshot', rules: ['FULL-3', 'FULL-4'] },
    openStream: { reads: 'open the stream', rules: ['FULL-5', 'STREAM-1'] },
    sendNewline: { reads: 'send a newline', rules: ['LIVE-1'] },
    letReplyThrough: { reads: 'send the reply', rules: ['LIVE-6'] },
    closeLink: { reads: 'close the link', rules: [] },
  },
};
