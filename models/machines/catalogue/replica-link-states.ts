import type { MachineEntry } from './entry.ts';

const handshake = (means: string, ...redis: string[]) => ({
  means,
  redis,
  shown: ['ROLE handshake', 'INFO master_link_status:down'],
});

const transfer = (means: string, shown = 'ROLE sync') => ({
  means,
  redis: ['REPL_STATE_TRANSFER'],
  shown: [shown, 'INFO master_sync_in_progress:1'],
});

const PASSING = { redis: [], shown: [] };

const HANDSHAKE = 'following.handshake';
const TRANSFER = 'following.transfer';

/** What each state of a replica's link is called by Redis; up to 6.0 the names of the handshake were other ones. */
export const REPLICA_LINK_STATES: MachineEntry['states'] = {
  none: { means: 'the node follows nobody', redis: ['REPL_STATE_NONE'], shown: ['ROLE master'] },
  following: { means: 'the node has a master', redis: [], shown: ['INFO role:slave'] },
  'following.reconnecting': { means: 'the link is to be made again', ...PASSING },
  'following.connect': {
    means: 'the cron’s next turn dials',
    redis: ['REPL_STATE_CONNECT'],
    shown: ['ROLE connect', 'INFO master_link_status:down'],
  },
  'following.connecting': {
    means: 'the connection is being made',
    redis: ['REPL_STATE_CONNECTING'],
    shown: ['ROLE connecting', 'INFO master_link_status:down'],
  },
  [HANDSHAKE]: handshake('the two introduce themselves'),
  [`${HANDSHAKE}.awaitingPong`]: handshake(
    'PING was sent',
    'REPL_STATE_RECEIVE_PING_REPLY',
    'REPL_STATE_RECEIVE_PONG (up to 6.0)',
  ),
  [`${HANDSHAKE}.announcing`]: handshake('everything is announced', 'REPL_STATE_SEND_HANDSHAKE'),
  [`${HANDSHAKE}.authenticating`]: handshake(
    'AUTH is next, if any',
    'REPL_STATE_SEND_AUTH (up to 6.0)',
  ),
  [`${HANDSHAKE}.awaitingAuth`]: handshake(
    'AUTH was sent',
    'REPL_STATE_RECEIVE_AUTH_REPLY',
    'REPL_STATE_RECEIVE_AUTH (up to 6.0)',
  ),
  [`${HANDSHAKE}.announcingPort`]: handshake(
    'the port is next',
    'REPL_STATE_SEND_PORT (up to 6.0)',
  ),
  [`${HANDSHAKE}.awaitingPort`]: handshake(
    'the port was announced',
    'REPL_STATE_RECEIVE_PORT_REPLY',
    'REPL_STATE_RECEIVE_PORT (up to 6.0)',
  ),
  [`${HANDSHAKE}.announcingAddress`]: handshake(
    'the address is next, if any',
    'REPL_STATE_SEND_IP (up to 6.0)',
  ),
  [`${HANDSHAKE}.awaitingAddress`]: handshake(
    'the address was announced',
    'REPL_STATE_RECEIVE_IP_REPLY',
    'REPL_STATE_RECEIVE_IP (up to 6.0)',
  ),
  [`${HANDSHAKE}.announcingCapa`]: handshake(
    'the capabilities are next',
    'REPL_STATE_SEND_CAPA (up to 6.0)',
  ),
  [`${HANDSHAKE}.awaitingCapa`]: handshake(
    'the capabilities were announced',
    'REPL_STATE_RECEIVE_CAPA_REPLY',
    'REPL_STATE_RECEIVE_CAPA (up to 6.0)',
  ),
  [`${HANDSHAKE}.awaitingVersion`]: handshake(
    'the version was announced',
    'REPL_STATE_RECEIVE_VERSION_REPLY (Valkey)',
  ),
  [`${HANDSHAKE}.asking`]: handshake('PSYNC is next', 'REPL_STATE_SEND_PSYNC'),
  [`${HANDSHAKE}.awaitingPsync`]: handshake(
    'PSYNC was sent',
    'REPL_STATE_RECEIVE_PSYNC_REPLY',
    'REPL_STATE_RECEIVE_PSYNC (up to 6.0)',
  ),
  [TRANSFER]: transfer('a snapshot is on its way'),
  [`${TRANSFER}.announced`]: { means: 'a snapshot was announced', ...PASSING },
  [`${TRANSFER}.awaitingHeader`]: transfer('the header of the snapshot is awaited'),
  [`${TRANSFER}.receiving`]: transfer('the snapshot is being received'),
  [`${TRANSFER}.loadBegins`]: { means: 'loading begins', ...PASSING },
  [`${TRANSFER}.loading`]: transfer('the snapshot is being loaded'),
  [`${TRANSFER}.loadingAside`]: transfer('the snapshot is loaded while the old data is served'),
  [`${TRANSFER}.loadEnds`]: { means: 'loading has succeeded', ...PASSING },
  [`${TRANSFER}.loaded`]: { means: 'the snapshot is in place', ...PASSING },
  'following.connected': {
    means: 'the stream is applied',
    redis: ['REPL_STATE_CONNECTED'],
    shown: ['ROLE connected', 'INFO master_link_status:up'],
  },
  'following.broken': {
    means: 'the stream made no sense, and the link is about to close',
    redis: ['REPL_STATE_CONNECTED'],
    shown: ['ROLE connected', 'INFO master_link_status:up'],
  },
};
