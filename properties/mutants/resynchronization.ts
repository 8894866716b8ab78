import {
  joinedOffset,
  setUpFullResync,
  snapshotFrame,
  snapshotTarget,
} from '../../models/rules/full-resync.ts';
import { judgePsync } from '../../models/rules/partial-resync.ts';
import { nextByte, processedOffset } from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

/** What is said before a stream or a snapshot, which snapshot a replica gets, and where its stream begins. */
export const RESYNCHRONIZATION_MUTANTS: readonly Mutant[] = mutants(
  ['continue-bare', 'CONT-1', 'names no replid in +CONTINUE', { continueLine: () => '+CONTINUE' }],
  [
    'continue-names-replid2',
    'CONT-1',
    'names its previous replid in +CONTINUE, if it has one',
    { continueLine: (ids) => `+CONTINUE ${ids.replid2 ?? ids.replid}` },
  ],
  [
    'continue-always-named',
    'CONT-2',
    'names its replid to replicas that do not know psync2',
    { continueLine: (ids) => `+CONTINUE ${ids.replid}` },
  ],
  [
    'full-offset-one-more',
    'FULL-1',
    'announces the offset after the next byte',
    {
      fullResyncLine: (replid, offset, sentSync) =>
        sentSync ? null : `+FULLRESYNC ${replid} ${offset + 1}`,
    },
  ],
  [
    'full-wrong-replid',
    'FULL-1',
    'announces a replid that is not its own',
    {
      fullResyncLine: (replid, offset, sentSync) =>
        sentSync ? null : `+FULLRESYNC ${[...replid].reverse().join('')} ${offset}`,
    },
  ],
  [
    'full-line-for-sync',
    'FULL-2',
    'announces a full resynchronization to replicas that sent SYNC',
    { fullResyncLine: (replid, offset) => `+FULLRESYNC ${replid} ${offset}` },
  ],
  [
    'full-mark-for-all',
    'FULL-3',
    'sends an end mark to replicas that do not know it',
    { snapshotTarget: () => 'socket' },
  ],
  [
    'full-newline-behind-mark',
    'FULL-4',
    'ends the line behind an end mark',
    {
      snapshotFrame: (snapshot) => {
        const frame = snapshotFrame(snapshot);
        return frame.trailer === '' ? frame : { ...frame, trailer: `${frame.trailer}\r\n` };
      },
    },
  ],
  [
    'full-base-one-more',
    'FULL-5',
    'begins the stream one byte late',
    {
      setUpFullResync: (offset, database) => ({
        ...setUpFullResync(offset, database),
        offset: processedOffset(offset + 1),
      }),
    },
  ],
  [
    'full-no-select',
    'FULL-6',
    'does not say its database again after a snapshot',
    { setUpFullResync: (offset, database) => ({ offset, database }) },
    { bug: 'A08' },
  ],
  [
    'full-stream-before-ack',
    'FULL-7',
    'sends the stream right behind an end mark',
    { afterSnapshot: (_, rdbOnly) => (rdbOnly ? 'close' : 'stream') },
    { bug: 'B11' },
  ],
  [
    'full-waits-for-ack',
    'FULL-8',
    'waits for an acknowledgement also after a snapshot with a length',
    { afterSnapshot: (_, rdbOnly) => (rdbOnly ? 'close' : 'await-ack') },
  ],
  [
    'full-joiner-gets-current-offset',
    'FULL-9',
    'tells a replica that joins a snapshot the offset of that moment',
    { joinedOffset: ({ ofMaster }) => ofMaster },
    { bug: 'A06' },
  ],
  [
    'full-joiner-one-less',
    'FULL-9',
    'tells a replica that joins a snapshot one byte less than the first',
    { joinedOffset: (offsets) => processedOffset(joinedOffset(offsets) - 1) },
  ],
  [
    'full-anyone-joins',
    'FULL-10',
    'lets every replica join a snapshot',
    { mayShareSnapshot: () => true },
  ],
  [
    'full-length-one-short',
    'FULL-11',
    'announces a snapshot one byte shorter than it is',
    {
      snapshotFrame: (snapshot) =>
        snapshot.target === 'disk'
          ? snapshotFrame({ ...snapshot, length: snapshot.length - 1 })
          : snapshotFrame(snapshot),
    },
  ],
  [
    'full-rdb-only-stays',
    'FULL-12',
    'goes on with the stream after a snapshot alone',
    { afterSnapshot: (target) => (target === 'disk' ? 'stream' : 'await-ack') },
  ],
  [
    'full-filter-to-disk',
    'FULL-13',
    'sends a filtered snapshot with a length',
    {
      snapshotTarget: (disklessSync, wishes, dialect) =>
        snapshotTarget(
          disklessSync,
          wishes.map((wish) => ({ ...wish, exclusions: [] })),
          dialect,
        ),
    },
  ],
  [
    'full-newest-form-for-all',
    'FULL-14',
    'sends its newest snapshot to replicas of any version',
    {
      snapshotTarget: (disklessSync, wishes, dialect) =>
        snapshotTarget(
          disklessSync,
          wishes.map((wish) => ({ ...wish, version: '9.0.0' })),
          dialect,
        ),
    },
    { dialect: 'valkey-9' },
  ],
  [
    'stream-continues-one-late',
    'STREAM-4',
    'continues from the byte behind the one asked for',
    {
      judgePsync: (request, ids, window) => {
        const verdict = judgePsync(request, ids, window);
        const hasMore = window !== null && request.nextByte < window.firstByte + window.histlen;
        return verdict.resync === 'partial' && hasMore
          ? { ...verdict, from: nextByte(verdict.from + 1) }
          : verdict;
      },
    },
    { bug: 'A47' },
  ],
);
