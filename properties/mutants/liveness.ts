import { countAcknowledged, waitSatisfied } from '../../models/rules/acknowledgement.ts';
import { newlineDue, replicaTimedOut } from '../../models/rules/liveness.ts';
import { infoState } from '../../models/rules/observation.ts';
import type { ResyncVerdict } from '../../models/rules/partial-resync.ts';
import { countResync } from '../../models/rules/statistics.ts';
import { nextAfter, processedOffset } from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

const FULL: ResyncVerdict = { resync: 'full', because: 'requested' };

/** Acknowledgements, signs of life, and what a master shows of its replicas. */
export const LIVENESS_MUTANTS: readonly Mutant[] = mutants(
  [
    'ack-falls',
    'ACK-1',
    'takes the last acknowledgement in place of the highest',
    { acknowledgedOffset: (_, reported) => reported },
  ],
  ['ack-never-asked', 'ACK-2', 'asks for no acknowledgement', { getackDue: () => false }],
  [
    'ack-one-more-needed',
    'ACK-3',
    'counts a replica only once it has acknowledged more than the write',
    {
      countAcknowledged: (replicas, offset) =>
        countAcknowledged(replicas, processedOffset(nextAfter(offset))),
    },
  ],
  [
    'ack-one-less-needed',
    'ACK-4',
    'counts a replica that lacks the last byte of the write',
    {
      countAcknowledged: (replicas, offset) =>
        countAcknowledged(replicas, processedOffset(offset - 1)),
    },
  ],
  [
    'ack-wait-for-more',
    'ACK-5',
    'waits for one replica more than it is asked to',
    { waitSatisfied: (acknowledged, wanted) => waitSatisfied(acknowledged, wanted + 1) },
  ],
  [
    'live-no-newlines-on-disk',
    'LIVE-1',
    'sends no newline while a snapshot is written to disk',
    {
      newlineDue: (state, target) => state !== 'awaitingSnapshotEnd' && newlineDue(state, target),
    },
    { bug: 'B14' },
  ],
  [
    'live-newlines-online',
    'LIVE-2',
    'sends newlines to online replicas',
    { newlineDue: (state, target) => state === 'online' || newlineDue(state, target) },
    { bug: 'A13' },
  ],
  [
    'live-never-times-out',
    'LIVE-3',
    'never drops a silent replica',
    { replicaTimedOut: () => false },
    { bug: 'B33' },
  ],
  [
    'live-times-out-at-once',
    'LIVE-3',
    'drops a replica that was silent for a moment',
    {
      replicaTimedOut: (silence) => replicaTimedOut({ ...silence, timeoutSeconds: -1 }),
    },
  ],
  [
    'live-times-out-sync',
    'LIVE-4',
    'drops replicas that sent SYNC for not acknowledging',
    { replicaTimedOut: (silence) => replicaTimedOut({ ...silence, sentSync: false }) },
    { bug: 'B03' },
  ],
  [
    'live-ignores-newlines',
    'LIVE-5',
    'does not take a newline for a sign of life',
    { isSignOfLife: (heard) => heard === 'ack' },
  ],
  [
    'live-answers-replicas',
    'LIVE-6',
    'answers commands on a replica’s link',
    { replyOnReplicaLink: () => 'send' },
  ],
  [
    'stats-no-continuation',
    'STATS-1',
    'counts a continuation as a full resynchronization',
    { countResync: (replid, verdict) => countResync(replid, verdict && FULL) },
  ],
  [
    'stats-no-error',
    'STATS-2',
    'does not count a failed continuation',
    {
      countResync: (replid, verdict) => ({ ...countResync(replid, verdict), syncPartialErr: 0 }),
    },
  ],
  [
    'stats-request-is-error',
    'STATS-3',
    'counts PSYNC ? as a failed continuation',
    {
      countResync: (replid, verdict) =>
        countResync(replid?.startsWith('?') ? 'another' : replid, verdict),
    },
  ],
  [
    'stats-no-sync',
    'STATS-4',
    'does not count SYNC',
    { countResync: (replid, verdict) => countResync(replid, replid === null ? null : verdict) },
  ],
  [
    'stats-counts-refusals',
    'STATS-5',
    'counts what it refuses',
    { countResync: (replid, verdict) => countResync(replid, verdict ?? FULL) },
  ],
  [
    'info-online-too-early',
    'INFO-1',
    'shows a replica as online before it has its snapshot',
    { infoState: (state) => (infoState(state) === null ? null : 'online') },
  ],
  [
    'info-counts-online-only',
    'INFO-2',
    'counts online replicas alone',
    { countsAsConnected: (state) => state === 'online' },
  ],
  [
    'role-lists-all',
    'INFO-3',
    'lists replicas in ROLE that wait for their snapshot',
    { listedInRole: () => true },
  ],
);
