import { type ProtocolRow, rowsOf } from './row.ts';

const H = 'following.handshake';
const P = `${H}.awaitingPsync`;
const T = 'following.transfer';

/** 1.7, 1.10 and 1.11: answers to PSYNC, failures, and the history that they leave. */
export const REPLICA_ROWS: readonly ProtocolRow[] = [
  ...rowsOf(
    '1.7',
    'replica-link',
    ['no line: later', `${P}/LINE_STALLED/otherwise`, 'ANS-7 LINK-1'],
    ['no line up to 6.2: no PSYNC', `${P}/LINE_STALLED/takesSilenceForNo`, 'ANS-7'],
    ['empty: wait', `${P}/LINE/mustWait`, 'ANS-1'],
    ['+FULLRESYNC, well-formed or not', `${P}/LINE/isFullResync`, 'ANS-2 ANS-3 FAILOVER-4'],
    ['+CONTINUE', `${P}/LINE/isContinue`, 'ANS-4 ADOPT-1 ADOPT-2 FAILOVER-4'],
    ['+CONTINUE without a cached master', `${P}/LINE/isUnaskedContinue`, 'ANS-4'],
    ['-NOMASTERLINK, -LOADING: later', `${P}/LINE/isLater`, 'ANS-5 LINK-1 FAILOVER-5'],
    ['anything else: SYNC', `${P}/LINE/otherwise`, 'ANS-6 FAILOVER-5'],
    ['up to 6.2 the history goes now', `${T}.announced/always/givesUpHistory`, 'XFER-2'],
    ['from 7.0 on it stays', `${T}.announced/always/otherwise`, 'XFER-2'],
  ),
  ...rowsOf(
    '1.10',
    'replica-link',
    [
      'E1: errors of the handshake',
      [`${H}.awaitingPong/LINE/otherwise`, `${H}.awaitingAuth/LINE/isRefused`, `${H}/LINE_STALLED`],
      'LINK-1',
    ],
    ['E1: later', `${P}/LINE/isLater`, 'LINK-1'],
    ['E1: no SYNC sent, no file', `${T}.awaitingHeader/NO_ROOM`, 'LINK-1'],
    ['E1: the cron dials', 'following.connect/TICK', 'LINK-1'],
    ['E2: a wrong header', `${T}.awaitingHeader/LINE/headerIsRefused`, 'XFER-1 LINK-2'],
    ['E2: a payload that ends early', `${T}/LINK_DOWN`, 'LINK-2'],
    ['E2: half a header', `${T}/LINE_STALLED`, 'LINK-2'],
    ['E2: a payload that can’t be loaded', `${T}/LOAD_FAILED`, 'LINK-2'],
    ['E2: connecting for too long', 'following.connecting/TICK/isSilentTooLong', 'LINK-5'],
    ['E2: a silent handshake', `${H}/TICK/isSilentTooLong`, 'LINK-5'],
    ['E2: a silent transfer', `${T}/TICK/isSilentTooLong`, 'LINK-5'],
    ['E2: from 6.2 on it dials at once', 'following.reconnecting/always/dialsAtOnce', 'LINK-2'],
    ['E2: before, by the cron', 'following.reconnecting/always/otherwise', 'LINK-2'],
    ['E3: the link is lost', 'following.connected/LINK_DOWN', 'LINK-3'],
    ['E3: the master is silent', 'following.connected/TICK/isSilentTooLong', 'LINK-3 LINK-5'],
    ['E4: bytes that are no command', 'following.connected/STREAM_BROKEN', 'LINK-4'],
    [
      'E4: the next ACK closes the link',
      'following.broken/TICK/closesBrokenStream',
      'LINK-4 LINK-9',
    ],
    ['E4: or the timeout', 'following.broken/TICK/isSilentTooLong', 'LINK-5 LINK-9'],
    ['E4: or the master', 'following.broken/LINK_DOWN', 'LINK-4'],
    ['E4: a link lost while its commands are held', 'following.connected/LINK_DOWN', 'LINK-3'],
    [
      'newlines are signs of life',
      [`${P}/LINE/mustWait`, `${T}.awaitingHeader/LINE/headerMustWait`],
      'ANS-1 XFER-1',
    ],
    ['any byte of a snapshot is', `${T}/SNAPSHOT_BYTES`, 'LINK-5'],
    ['any byte of the stream is', 'following.connected/STREAM_BYTES', 'LINK-5'],
  ),
  ...rowsOf(
    '1.11',
    'replica-link',
    ['E3 parks the master', 'following.connected/LINK_DOWN', 'LINK-3 APPLY-6'],
    ['REPLICAOF parks it', 'following.connected/REPLICAOF/otherwise', 'LINK-6'],
    ['REPLICAOF keeps what is parked', 'following/REPLICAOF/otherwise', 'LINK-6'],
    ['REPLICAOF to the same changes nothing', 'following/REPLICAOF/isSameMaster', 'LINK-7'],
    ['a master offers its own history', 'none/REPLICAOF', 'ADOPT-4'],
    ['a promotion discards it', 'following/NO_ONE', 'PROMO-1'],
    ['+CONTINUE takes it up again', `${P}/LINE/isContinue`, 'ANS-4'],
    [
      'a full resynchronization discards it in time',
      [
        `${T}.announced/always/givesUpHistory`,
        `${T}.loadBegins/always/givesUpHistory`,
        `${T}.loadEnds/always/givesUpHistory`,
      ],
      'XFER-2',
    ],
  ),
];
