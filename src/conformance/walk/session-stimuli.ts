import type { AnyMachineSnapshot } from 'xstate';
import type {
  MasterView,
  SessionContext,
  SessionEvent,
} from '../../../models/machines/replica-session-terms.ts';
import {
  nextByte,
  type ProcessedOffset,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { statePath } from './link-stimuli.ts';
import type { NamedEvent } from './paths.ts';

/** What a walk knows of the master when it makes an event. */
export interface SessionWorld {
  readonly master: MasterView;
  readonly offset: ProcessedOffset;
  readonly timeoutSeconds: number;
}

/** One thing that can be done to a master as its replica, or awaited of it, and the event that its machine takes it for. */
export interface SessionStimulus {
  readonly name: string;
  readonly at: readonly string[];
  /** Beyond the state, what the session has to be like. */
  readonly where?: (context: SessionContext) => boolean;
  readonly event: (world: SessionWorld, context: SessionContext) => SessionEvent;
  readonly waitsForTimeout?: boolean;
}

const CLIENT = ['client'];
const ATTACHED = ['attached'];
const START = ['attached.awaitingSnapshotStart'];
const END = ['attached.awaitingSnapshotEnd'];
const SENDING = ['attached.sendingSnapshot'];
const FIRST_ACK = ['attached.awaitingFirstAck'];
const ONLINE = ['attached.online'];

const option = (
  name: string,
  change: Extract<SessionEvent, { type: 'OPTION' }>['change'],
  where: (context: SessionContext) => boolean,
): SessionStimulus => ({ name, at: CLIENT, where, event: () => ({ type: 'OPTION', change }) });

const psync = (
  name: string,
  replid: (world: SessionWorld) => string,
  next: (world: SessionWorld) => number | null,
  failover = false,
): SessionStimulus => ({
  name,
  at: CLIENT,
  where: ({ capabilities, exclusions }) => capabilities.length === 1 && exclusions.length === 0,
  event: (world, { heardAt }) => {
    const at = next(world);
    return {
      type: 'PSYNC',
      replid: replid(world),
      nextByte: at === null ? null : nextByte(at),
      failover,
      pendingReplies: false,
      master: world.master,
      at: heardAt,
    };
  },
});

const sync = (
  name: string,
  at: readonly string[],
  where: (context: SessionContext) => boolean = () => true,
): SessionStimulus => ({
  name,
  at,
  where,
  event: ({ master }, { heardAt }) => ({
    type: 'SYNC',
    pendingReplies: false,
    master,
    at: heardAt,
  }),
});

const ask = psync(
  'PSYNC ? -1',
  () => '?',
  () => -1,
);

const begun = (target: 'disk' | 'socket'): SessionStimulus => ({
  name: `a snapshot to ${target} is begun`,
  at: START,
  where: ({ capabilities }) => target === 'disk' || capabilities.includes('eof'),
  event: ({ master, offset }) => ({
    type: 'SNAPSHOT_STARTED',
    replid: master.ids.replid,
    offset,
    target,
  }),
});

const silence = (at: readonly string[]): SessionStimulus => ({
  name: 'silence',
  at,
  waitsForTimeout: true,
  where: ({ sentSync }) => !sentSync,
  event: ({ timeoutSeconds }, { heardAt }) => ({
    type: 'TICK',
    at: heardAt + timeoutSeconds + 1,
    timeoutSeconds,
  }),
});

/** Everything that a replica, an operator or time can do to a session, and what the master does by itself. */
export const SESSION_STIMULI: readonly SessionStimulus[] = [
  option(
    'REPLCONF capa eof',
    { set: 'capability', capability: 'eof' },
    ({ capabilities }) => capabilities.length === 0,
  ),
  option(
    'REPLCONF rdb-only',
    { set: 'rdb-only', on: true },
    ({ capabilities, rdbOnly }) => capabilities.length === 1 && !rdbOnly,
  ),
  option(
    'REPLCONF rdb-filter-only',
    { set: 'exclusions', exclusions: ['data', 'functions'] },
    ({ capabilities, exclusions }) => capabilities.length === 0 && exclusions.length === 0,
  ),
  ask,
  psync(
    'PSYNC of what it has',
    ({ master }) => master.ids.replid,
    ({ offset }) => offset + 1,
  ),
  psync(
    'PSYNC without a number',
    ({ master }) => master.ids.replid,
    () => null,
  ),
  psync(
    'PSYNC FAILOVER',
    ({ master }) => master.ids.replid,
    ({ offset }) => offset + 1,
    true,
  ),
  sync(
    'SYNC',
    CLIENT,
    ({ capabilities, exclusions }) => capabilities.length === 1 && exclusions.length === 0,
  ),
  sync('SYNC, filtered', CLIENT, ({ exclusions }) => exclusions.length > 0),
  { ...ask, name: 'PSYNC again', at: [...START, ...ONLINE] },
  sync('SYNC again', [...START, ...ONLINE]),
  begun('disk'),
  begun('socket'),
  {
    name: 'a newline from the master',
    at: [...START, ...END],
    where: ({ target }) => target !== 'socket',
    event: ({ timeoutSeconds }, { heardAt }) => ({ type: 'TICK', at: heardAt, timeoutSeconds }),
  },
  {
    name: 'the snapshot is on disk',
    at: END,
    where: ({ target }) => target === 'disk',
    event: () => ({ type: 'SNAPSHOT_WRITTEN' }),
  },
  {
    name: 'the snapshot is read to its mark',
    at: END,
    where: ({ target }) => target === 'socket',
    event: (_, { heardAt }) => ({ type: 'SNAPSHOT_SENT', at: heardAt }),
  },
  {
    name: 'the snapshot is read',
    at: SENDING,
    event: (_, { heardAt }) => ({ type: 'SNAPSHOT_SENT', at: heardAt }),
  },
  { name: 'the child is killed', at: END, event: () => ({ type: 'SNAPSHOT_FAILED' }) },
  {
    name: 'the snapshot is not read',
    at: END,
    where: ({ target }) => target === 'socket',
    waitsForTimeout: true,
    event: ({ timeoutSeconds }) => ({
      type: 'SNAPSHOT_STUCK',
      seconds: timeoutSeconds + 1,
      timeoutSeconds,
    }),
  },
  {
    name: 'REPLCONF ACK',
    at: [...FIRST_ACK, ...ONLINE],
    event: ({ offset }, { heardAt }) => ({ type: 'ACK', offset, at: heardAt }),
  },
  {
    name: 'a newline from the replica',
    at: ONLINE,
    event: (_, { heardAt }) => ({ type: 'NEWLINE', at: heardAt }),
  },
  silence(FIRST_ACK),
  silence(ONLINE),
  { name: 'PING on the link', at: ONLINE, event: () => ({ type: 'REPLY_DUE' }) },
  { name: 'too much to send', at: ONLINE, event: () => ({ type: 'OUTPUT_LIMIT' }) },
  { name: 'a change of role', at: ONLINE, event: () => ({ type: 'DROPPED' }) },
  { name: 'hang up', at: [...ATTACHED], event: () => ({ type: 'LINK_DOWN' }) },
];

const SYMBOLIC: SessionWorld = {
  master: {
    role: 'master',
    linkUp: false,
    failingOver: false,
    ids: { replid: 'a'.repeat(40), replid2: null, secondReplOffset: null },
    window: { firstByte: nextByte(1), histlen: 100 },
  },
  offset: processedOffset(100),
  timeoutSeconds: 60,
};

/** What can be done to a session in a state. */
export const offeredToSession = (snapshot: AnyMachineSnapshot): readonly NamedEvent[] => {
  const path = statePath(snapshot.value);
  const context = snapshot.context as SessionContext; // A snapshot of this machine carries it.
  return SESSION_STIMULI.filter(
    ({ at, where }) =>
      at.some((each) => path === each || path.startsWith(`${each}.`)) && (where?.(context) ?? true),
  ).map(({ name, event }) => ({ ...event(SYMBOLIC, context), stimulus: name }));
};

export const notesOfSession = (snapshot: AnyMachineSnapshot): string => {
  const { capabilities, exclusions, rdbOnly, sentSync, target } =
    snapshot.context as SessionContext; // As above.
  return JSON.stringify([capabilities.length, exclusions.length, rdbOnly, sentSync, target]);
};
