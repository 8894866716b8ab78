import { type ProtocolRow, rowsOf } from './row.ts';

const H = 'following.handshake';

/** 1.4 and 1.5: the handshake in both its shapes. */
export const HANDSHAKE_ROWS: readonly ProtocolRow[] = [
  ...rowsOf(
    '1.4',
    'replica-link',
    ['connecting, and told to follow nobody', 'following/NO_ONE', ''],
    ['connecting fails', 'following.connecting/LINK_REFUSED', 'LINK-1'],
    ['connected: PING', 'following.connecting/LINK_UP', 'HAND-1'],
    ['PING is answered well', `${H}.awaitingPong/LINE/goesOn`, 'HAND-2'],
    ['PING is answered otherwise', `${H}.awaitingPong/LINE/otherwise`, 'HAND-2 LINK-1'],
    ['a password is configured: AUTH', `${H}.authenticating/always/needsAuth`, 'HAND-3 HAND-6'],
    ['none is', `${H}.authenticating/always/otherwise`, 'HAND-6'],
    ['AUTH is refused', `${H}.awaitingAuth/LINE/isRefused`, 'HAND-3 LINK-1'],
    ['AUTH is answered otherwise', `${H}.awaitingAuth/LINE/otherwise`, 'HAND-3'],
    ['REPLCONF listening-port', `${H}.announcingPort/always/otherwise`, 'HAND-6 HAND-8'],
    ['the port is answered, whatever with', `${H}.awaitingPort/LINE`, 'HAND-4'],
    [
      'an address is configured: REPLCONF ip-address',
      `${H}.announcingAddress/always/announcesAddress`,
      'HAND-6 HAND-8',
    ],
    ['none is', `${H}.announcingAddress/always/otherwise`, 'HAND-6'],
    ['the address is answered, whatever with', `${H}.awaitingAddress/LINE`, 'HAND-4'],
    ['REPLCONF capa', `${H}.announcingCapa/always/otherwise`, 'HAND-6 HAND-8'],
    ['capa is answered, whatever with', `${H}.awaitingCapa/LINE/otherwise`, 'HAND-4'],
    ['PSYNC', `${H}.asking/always`, 'HAND-7 ASK-1 ASK-2 ASK-3'],
    [
      'no answer counts as a tolerated error up to 6.2',
      [
        `${H}.awaitingPort/LINE_STALLED/takesSilenceForNo`,
        `${H}.awaitingAddress/LINE_STALLED/takesSilenceForNo`,
        `${H}.awaitingCapa/LINE_STALLED/takesSilenceForNo`,
      ],
      'ANS-7',
    ],
    ['no answer ends the attempt elsewhere', `${H}/LINE_STALLED`, 'LINK-1'],
    ['what can’t be written ends the attempt', `${H}/LINK_DOWN`, 'LINK-1'],
  ),
  ...rowsOf(
    '1.5',
    'replica-link',
    ['connected: PING', 'following.connecting/LINK_UP', 'HAND-1'],
    ['PING is answered well', `${H}.awaitingPong/LINE/goesOnPipelined`, 'HAND-2'],
    ['otherwise', `${H}.awaitingPong/LINE/otherwise`, 'HAND-2 LINK-1'],
    ['or not at all', `${H}/LINE_STALLED`, 'LINK-1'],
    [
      'everything is announced in one go',
      [`${H}.announcing/always/needsAuth`, `${H}.announcing/always/otherwise`],
      'HAND-5 HAND-8',
    ],
    ['no password: nothing to read', `${H}.announcing/always/otherwise`, 'HAND-5'],
    ['AUTH is refused', `${H}.awaitingAuth/LINE/isRefused`, 'HAND-3 LINK-1'],
    ['AUTH is answered otherwise', `${H}.awaitingAuth/LINE/otherwise`, 'HAND-3'],
    ['the port is answered', `${H}.awaitingPort/LINE`, 'HAND-4'],
    ['no address: nothing to read', `${H}.announcingAddress/always/isPipelined`, 'HAND-5'],
    ['the address is answered', `${H}.awaitingAddress/LINE`, 'HAND-4'],
    ['capa is answered', `${H}.awaitingCapa/LINE/otherwise`, 'HAND-4'],
    [
      'Valkey: then the version is',
      [`${H}.awaitingCapa/LINE/announcesVersion`, `${H}.awaitingVersion/LINE`],
      'HAND-4 HAND-8',
    ],
    ['PSYNC', `${H}.asking/always`, 'HAND-7 ASK-1 ASK-2 ASK-3'],
    [
      'it can’t be written: a failover is aborted',
      `${H}.awaitingPsync/LINK_DOWN/otherwise`,
      'FAILOVER-5 LINK-1',
    ],
  ),
];
