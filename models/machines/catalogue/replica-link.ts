import { DIALECTS, processedOffset } from '../../vocabulary/index.ts';
import { replicaLink } from '../replica-link.ts';
import type { LinkEvent } from '../replica-link-terms.ts';
import type { EventsOf, MachineEntry } from './entry.ts';
import { REPLICA_LINK_STATES } from './replica-link-states.ts';

const REPLID = 'a'.repeat(40);
const HISTORY = { replid: REPLID, offset: processedOffset(100), database: 0 };
const HERE = { host: '127.0.0.1', port: 7000 };
const ELSEWHERE = { host: '127.0.0.1', port: 7001 };

const SILENT = { user: null, password: null, listeningPort: 7002, address: null, version: '9.0.0' };
const FROM_DISK = { load: 'from-disk', at: 1 } as const;

const TEXT_OR_NULL = { nullable: 'text' } as const;
const HISTORY_OR_NULL = {
  nullable: { fields: { replid: 'text', offset: 'number', database: 'number' } },
} as const;
const LOAD = { oneOf: ['from-disk', 'into-empty', 'swap'] } as const;
const AT = { fields: { at: 'number' } } as const;
const NOTHING = { fields: {} } as const;

const events: EventsOf<LinkEvent> = {
  REPLICAOF: {
    means: 'the node is told to follow a master',
    shape: {
      fields: {
        master: { fields: { host: 'text', port: 'number' } },
        history: HISTORY_OR_NULL,
        handsOver: 'flag',
        at: 'number',
      },
    },
    samples: [
      { master: HERE, history: null, handsOver: false, at: 1 },
      { master: HERE, history: HISTORY, handsOver: true, at: 1 },
      { master: ELSEWHERE, history: HISTORY, handsOver: false, at: 1 },
    ],
  },
  NO_ONE: { means: 'the node is told to follow nobody', shape: NOTHING, samples: [{}] },
  LINK_UP: {
    means: 'the connection is made',
    shape: {
      fields: {
        settings: {
          fields: {
            user: TEXT_OR_NULL,
            password: TEXT_OR_NULL,
            listeningPort: 'number',
            address: TEXT_OR_NULL,
            version: 'text',
          },
        },
        at: 'number',
      },
    },
    samples: [
      { settings: SILENT, at: 1 },
      { settings: { ...SILENT, password: 'secret', address: '127.0.0.2' }, at: 1 },
    ],
  },
  LINK_REFUSED: { means: 'no connection can be made', shape: NOTHING, samples: [{}] },
  LINE: {
    means: 'the master sent a line',
    shape: { fields: { line: 'text', load: LOAD, at: 'number' } },
    samples: [
      ...['+PONG', '+OK', '', '-ERR no', '-LOADING wait', '-NOMASTERLINK wait', '+CONTINUE'],
      ...[`+CONTINUE ${'b'.repeat(40)}`, `+FULLRESYNC ${REPLID} 100`, '+FULLRESYNC malformed'],
      ...['$100', `$EOF:${'e'.repeat(40)}`],
    ].flatMap((line) => [
      { line, ...FROM_DISK },
      ...(line.startsWith('+FULLRESYNC') ? [{ line, load: 'swap', at: 1 } as const] : []),
    ]),
  },
  LINE_STALLED: {
    means: 'a line began and did not end in time',
    shape: { fields: { load: LOAD, at: 'number' } },
    samples: [FROM_DISK],
  },
  SNAPSHOT_BYTES: { means: 'bytes of the snapshot came', shape: AT, samples: [{ at: 1 }] },
  NO_ROOM: {
    means: 'there is no file for a snapshot, or SYNC could not be sent',
    shape: NOTHING,
    samples: [{}],
  },
  LOAD_STARTED: {
    means: 'the node begins to load the snapshot',
    shape: { fields: { replid: 'text' } },
    samples: [{ replid: REPLID }, { replid: 'b'.repeat(40) }],
  },
  LOADED: { means: 'the snapshot is in place', shape: AT, samples: [{ at: 1 }] },
  LOAD_FAILED: { means: 'the snapshot could not be loaded', shape: AT, samples: [{ at: 1 }] },
  STREAM_BYTES: { means: 'bytes of the stream came', shape: AT, samples: [{ at: 1 }] },
  GETACK: { means: 'REPLCONF GETACK stood in the stream', shape: NOTHING, samples: [{}] },
  STREAM_BROKEN: {
    means: 'the stream held bytes that are no command',
    shape: NOTHING,
    samples: [{}],
  },
  LINK_DOWN: {
    means: 'the connection is lost',
    shape: { fields: { history: HISTORY_OR_NULL, at: 'number' } },
    samples: [
      { history: HISTORY, at: 1 },
      { history: null, at: 1 },
    ],
  },
  TICK: {
    means: 'the replication cron runs',
    shape: { fields: { timeoutSeconds: 'number', history: HISTORY_OR_NULL, at: 'number' } },
    samples: [
      { timeoutSeconds: 60, history: HISTORY, at: 1 },
      { timeoutSeconds: 60, history: HISTORY, at: 100 },
    ],
  },
};

export const replicaLinkEntry: MachineEntry = {
  name: 'replica-link',
  title: 'A replica’s link to its master',
  about:
    'A node that is told to follow a master: handshake, resynchronization, stream, and what becomes of the link when something fails.',
  section: '1',
  dialects: DIALECTS,
  create: replicaLink,
  inputs: (dialect) => [{ dialect, cached: null }],
  events,
  states: REPLICA_LINK_STATES,
  guards: {
    isSameMaster: { reads: 'it follows that master already', rules: ['LINK-7'] },
    dialsAtOnce: { reads: 'this version reconnects at once', rules: ['LINK-2'] },
    isPipelined: { reads: 'announcements went out together', rules: ['HAND-5', 'HAND-6'] },
    goesOnPipelined: {
      reads: 'the answer lets it go on, announcements together',
      rules: ['HAND-2', 'HAND-5'],
    },
    goesOn: { reads: 'the answer lets it go on', rules: ['HAND-2'] },
    needsAuth: { reads: 'a password is set', rules: ['HAND-3'] },
    isRefused: { reads: 'the answer is an error', rules: ['HAND-3'] },
    announcesAddress: { reads: 'an address is configured', rules: ['HAND-8'] },
    announcesVersion: { reads: 'this version tells its version', rules: ['HAND-8'] },
    announcesAddressPipelined: {
      reads: 'its address went out with the rest',
      rules: ['HAND-5', 'HAND-8'],
    },
    takesSilenceForNo: { reads: 'this version takes silence for no', rules: ['ANS-7'] },
    mustWait: { reads: 'the line is empty', rules: ['ANS-1'] },
    isFullResync: { reads: '+FULLRESYNC', rules: ['ANS-2', 'ANS-3'] },
    isContinue: { reads: '+CONTINUE', rules: ['ANS-4'] },
    isUnaskedContinue: { reads: '+CONTINUE that was not asked for', rules: ['ANS-4'] },
    isLater: { reads: '-NOMASTERLINK or -LOADING', rules: ['ANS-5'] },
    headerMustWait: { reads: 'the line is empty', rules: ['XFER-1'] },
    headerIsRefused: { reads: 'the line is no header', rules: ['XFER-1'] },
    isSilentTooLong: { reads: 'nothing was heard for repl-timeout', rules: ['LINK-5'] },
    givesUpHistory: { reads: 'its history goes now', rules: ['XFER-2'] },
    servesWhileLoading: { reads: 'it is the history it has', rules: ['XFER-3'] },
    closesBrokenStream: { reads: 'the next ACK closes it', rules: ['LINK-9'] },
    acknowledgesAtOnce: { reads: 'the snapshot had an end mark', rules: ['ACK-8'] },
    acknowledges: { reads: 'it knows its offset', rules: ['ACK-6'] },
  },
  effects: {
    dial: { reads: 'connect', rules: ['LINK-1', 'LINK-2'] },
    sendCommands: {
      reads: 'send commands',
      rules: ['HAND-1', 'HAND-5', 'HAND-6', 'HAND-7', 'HAND-8', 'ASK-1', 'ASK-2', 'ASK-3'],
    },
    sendSync: { reads: 'send SYNC', rules: ['ANS-6'] },
    hangUp: { reads: 'hang up', rules: [] },
    giveUpHistory: { reads: 'give up backlog and replicas', rules: ['XFER-2'] },
    continueStream: { reads: 'go on with the stream', rules: ['ANS-4', 'ADOPT-1', 'ADOPT-2'] },
    takeSnapshot: { reads: 'read the snapshot', rules: ['XFER-1'] },
    adoptSnapshot: { reads: 'take the master’s identity', rules: ['ANS-2'] },
    acknowledge: { reads: 'send REPLCONF ACK', rules: ['ACK-6', 'ACK-7', 'ACK-8'] },
    becomeMaster: { reads: 'be a master', rules: ['PROMO-1'] },
    endFailover: { reads: 'a failover has succeeded', rules: ['FAILOVER-4'] },
    abortFailover: { reads: 'a failover has failed', rules: ['FAILOVER-5'] },
  },
};
