import type { AnyMachineSnapshot } from 'xstate';
import type {
  LinkContext,
  LinkEvent,
  MasterAddress,
} from '../../../models/machines/replica-link-terms.ts';
import type { CachedMaster, HandshakeSettings } from '../../../models/rules/handshake.ts';
import type { LoadMode } from '../../../models/rules/master-link.ts';
import { processedOffset } from '../../../models/vocabulary/index.ts';
import type { NamedEvent } from './paths.ts';

/** What a walk knows of the replica and its surroundings when it makes an event. */
export interface LinkWorld {
  /** Where the replica stands: its replid and its offset, as they were predicted or read. */
  readonly own: CachedMaster;
  readonly here: MasterAddress;
  readonly elsewhere: MasterAddress;
  readonly settings: HandshakeSettings;
  readonly timeoutSeconds: number;
  /** Of the snapshot that is sent, in bytes. */
  readonly payloadLength: number;
}

/** Another history than the replica's, and where it stands. */
export const OTHER = { replid: 'b'.repeat(40), offset: processedOffset(5000) };
export const RENAMED = 'c'.repeat(40);
export const MARK = 'e'.repeat(40);

/** One thing that can be done to a replica, and the event that its machine takes it for. */
export interface LinkStimulus {
  readonly name: string;
  /** Paths of the states in which it is done. */
  readonly at: readonly string[];
  readonly event: (world: LinkWorld, context: LinkContext) => LinkEvent;
  /** How the replica has to be configured, for the whole of the walk. */
  readonly load?: LoadMode;
  readonly authenticates?: boolean;
  readonly waitsForTimeout?: boolean;
}

const HANDSHAKE = 'following.handshake';
const TRANSFER = 'following.transfer';

const ANNOUNCING = ['Port', 'Address', 'Capa', 'Version'].map((of) => `${HANDSHAKE}.awaiting${of}`);

const line = (
  name: string,
  at: readonly string[],
  text: string | ((world: LinkWorld) => string),
  load: LoadMode = 'from-disk',
): LinkStimulus => ({
  name,
  at,
  ...(load === 'from-disk' ? {} : { load }),
  event: (world, { heardAt }) => ({
    type: 'LINE',
    line: typeof text === 'string' ? text : text(world),
    load,
    at: heardAt,
  }),
});

const ASKED = [`${HANDSHAKE}.awaitingPsync`];
const HEADER = [`${TRANSFER}.awaitingHeader`];

/** Everything that a master, an operator or time can do to a replica's link. */
export const LINK_STIMULI: readonly LinkStimulus[] = [
  {
    name: 'REPLICAOF here',
    at: ['none', 'following.connecting', 'following.connected'],
    event: ({ here, own }, { heardAt }) => ({
      type: 'REPLICAOF',
      master: here,
      history: own,
      handsOver: false,
      at: heardAt,
    }),
  },
  {
    name: 'REPLICAOF elsewhere',
    at: ['following.connecting', 'following.connected', 'following.broken'],
    event: ({ elsewhere, own }, { heardAt }) => ({
      type: 'REPLICAOF',
      master: elsewhere,
      history: own,
      handsOver: false,
      at: heardAt,
    }),
  },
  {
    name: 'REPLICAOF NO ONE',
    at: ['following.connecting', 'following.connected'],
    event: () => ({ type: 'NO_ONE' }),
  },
  {
    name: 'accept',
    at: ['following.connecting'],
    event: ({ settings }, { heardAt }) => ({ type: 'LINK_UP', settings, at: heardAt }),
  },
  {
    name: 'accept, with password and address',
    at: ['following.connecting'],
    authenticates: true,
    event: ({ settings }, { heardAt }) => ({
      type: 'LINK_UP',
      settings: { ...settings, password: 'secret', address: '127.0.0.9' },
      at: heardAt,
    }),
  },
  { name: 'refuse', at: ['following.connecting'], event: () => ({ type: 'LINK_REFUSED' }) },
  {
    name: 'cron',
    at: ['following.connect', 'following.connected', 'following.broken'],
    event: ({ timeoutSeconds, own }, { heardAt }) => ({
      type: 'TICK',
      timeoutSeconds,
      history: own,
      at: heardAt,
    }),
  },
  {
    name: 'silence',
    at: [
      'following.connecting',
      HANDSHAKE,
      `${TRANSFER}.awaitingHeader`,
      `${TRANSFER}.receiving`,
      'following.connected',
      'following.broken',
    ],
    waitsForTimeout: true,
    event: ({ timeoutSeconds, own }, { heardAt }) => ({
      type: 'TICK',
      timeoutSeconds,
      history: own,
      at: heardAt + timeoutSeconds + 1,
    }),
  },
  {
    name: 'hang up',
    at: [
      HANDSHAKE,
      `${TRANSFER}.awaitingHeader`,
      `${TRANSFER}.receiving`,
      'following.connected',
      'following.broken',
    ],
    event: ({ own }, { heardAt }) => ({ type: 'LINK_DOWN', history: own, at: heardAt }),
  },
  {
    name: 'half a line',
    at: [HANDSHAKE, `${TRANSFER}.awaitingHeader`],
    event: (_, { heardAt, load }) => ({ type: 'LINE_STALLED', load, at: heardAt }),
  },
  line('+PONG', [`${HANDSHAKE}.awaitingPong`], '+PONG'),
  line('-ERR to PING', [`${HANDSHAKE}.awaitingPong`], '-ERR no'),
  line('+OK to AUTH', [`${HANDSHAKE}.awaitingAuth`], '+OK'),
  line('-ERR to AUTH', [`${HANDSHAKE}.awaitingAuth`], '-ERR invalid password'),
  line('+OK', ANNOUNCING.slice(1), '+OK'),
  line('-ERR', ANNOUNCING.slice(0, 1), '-ERR unknown'),
  line('an empty line', [...ASKED, ...HEADER], ''),
  line('+FULLRESYNC', ASKED, `+FULLRESYNC ${OTHER.replid} ${OTHER.offset}`),
  line('+FULLRESYNC, into swapdb', ASKED, `+FULLRESYNC ${OTHER.replid} ${OTHER.offset}`, 'swap'),
  line(
    '+FULLRESYNC of the same, into swapdb',
    ASKED,
    ({ own }) => `+FULLRESYNC ${own.replid} ${own.offset}`,
    'swap',
  ),
  line('+CONTINUE', ASKED, `+CONTINUE ${RENAMED}`),
  line('-NOMASTERLINK', ASKED, '-NOMASTERLINK wait'),
  line('-ERR to PSYNC', ASKED, '-ERR unknown command'),
  line('$length', HEADER, ({ payloadLength }) => `$${payloadLength}`),
  line('$EOF', HEADER, `$EOF:${MARK}`),
  line('-ERR for a header', HEADER, '-ERR no snapshot'),
  {
    name: 'no file for a snapshot',
    at: HEADER,
    event: () => ({ type: 'NO_ROOM' }),
  },
  {
    name: 'some of the snapshot',
    at: [`${TRANSFER}.receiving`],
    event: (_, { heardAt }) => ({ type: 'SNAPSHOT_BYTES', at: heardAt }),
  },
  {
    name: 'the rest of the snapshot',
    at: [`${TRANSFER}.receiving`],
    event: ({ own }) => ({ type: 'LOAD_STARTED', replid: own.replid }),
  },
  {
    name: 'it is loaded',
    at: [`${TRANSFER}.loading`, `${TRANSFER}.loadingAside`],
    event: (_, { heardAt }) => ({ type: 'LOADED', at: heardAt }),
  },
  {
    name: 'it makes no sense',
    at: [`${TRANSFER}.loading`, `${TRANSFER}.loadingAside`],
    event: (_, { heardAt }) => ({ type: 'LOAD_FAILED', at: heardAt }),
  },
  {
    name: 'a command',
    at: ['following.connected'],
    event: (_, { heardAt }) => ({ type: 'STREAM_BYTES', at: heardAt }),
  },
  { name: 'GETACK', at: ['following.connected'], event: () => ({ type: 'GETACK' }) },
  {
    name: 'an inline command',
    at: ['following.connected'],
    event: () => ({ type: 'STREAM_BROKEN' }),
  },
];

/** The path of the state that a link is in. */
export const statePath = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const [inner] = Object.entries(value);
  return inner === undefined ? '' : `${inner[0]}.${statePath(inner[1])}`;
};

/** Values to look for paths with; a walk puts those of the replica in their place. */
const SYMBOLIC: LinkWorld = {
  own: { replid: 'a'.repeat(40), offset: processedOffset(100), database: 0 },
  here: { host: 'here', port: 1 },
  elsewhere: { host: 'elsewhere', port: 2 },
  settings: { user: null, password: null, listeningPort: 3, address: null, version: '' },
  timeoutSeconds: 60,
  payloadLength: 100,
};

/** What can be done to a link in a state. */
export const offeredToLink = (snapshot: AnyMachineSnapshot): readonly NamedEvent[] => {
  const path = statePath(snapshot.value);
  // A snapshot of this machine carries this context.
  const context = snapshot.context as LinkContext;
  return LINK_STIMULI.filter(({ at }) =>
    at.some((each) => path === each || path.startsWith(`${each}.`)),
  ).map(({ name, event }) => ({ ...event(SYMBOLIC, context), stimulus: name }));
};

/** Notes that nothing depends on any more are left out, so that there are not more states than needed. */
export const notesOfLink = (snapshot: AnyMachineSnapshot): string => {
  const { cached, master, withMark, load, offsetKnown, settings, announcedReplid } =
    snapshot.context as LinkContext; // As above.
  const path = statePath(snapshot.value);
  const ofTransfer = [withMark, load, announcedReplid === SYMBOLIC.own.replid];
  return JSON.stringify([
    cached !== null,
    master?.port,
    offsetKnown,
    path.startsWith(HANDSHAKE) && settings.password !== null,
    path.startsWith(TRANSFER) ? ofTransfer : [],
  ]);
};
