import { assign, setup } from 'xstate';
import type { AfterSnapshot } from '../rules/full-resync.ts';
import type { ResyncVerdict } from '../rules/partial-resync.ts';
import type { ReplconfChange } from '../rules/replconf.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { ResyncCounters } from '../rules/statistics.ts';
import {
  type BacklogWindow,
  type Capability,
  type Dialect,
  type Exclusion,
  type NextByte,
  nextByte,
  type ProcessedOffset,
  processedOffset,
  type ReplicationId,
  type ReplicationIds,
  type Role,
  type SessionState,
  type SnapshotTarget,
} from '../vocabulary/index.ts';

/** The node that is asked, at the moment it is asked. */
export interface MasterView {
  readonly role: Role;
  readonly linkUp: boolean;
  readonly failingOver: boolean;
  readonly ids: ReplicationIds;
  readonly window: BacklogWindow | null;
}

export interface SessionContext {
  readonly dialect: Dialect;
  readonly capabilities: readonly Capability[];
  readonly exclusions: readonly Exclusion[];
  readonly rdbOnly: boolean;
  /** Announced with `version`; null where nothing was. */
  readonly version: string | null;
  readonly listeningPort: number;
  /** Announced with `ip-address`; null means the peer's own. */
  readonly address: string | null;
  readonly sentSync: boolean;
  /** The offset that `+FULLRESYNC` named. */
  readonly snapshotOffset: ProcessedOffset;
  readonly target: SnapshotTarget | null;
  readonly acknowledged: ProcessedOffset;
  /** When the replica last acknowledged or gave another sign of life, in seconds. */
  readonly heardAt: number;
}

/** Why a master ends a replica's link. */
export type CloseReason =
  | 'timeout'
  | 'output-limit'
  | 'reply-on-replica-link'
  | 'snapshot-failed'
  | 'snapshot-transmitted'
  | 'dropped';

/** `at` is the time in seconds. */
export type SessionEvent =
  | { readonly type: 'OPTION'; readonly change: ReplconfChange }
  | {
      readonly type: 'PSYNC';
      readonly replid: string;
      readonly nextByte: NextByte | null;
      readonly failover: boolean;
      readonly pendingReplies: boolean;
      readonly master: MasterView;
      readonly at: number;
    }
  | {
      readonly type: 'SYNC';
      readonly pendingReplies: boolean;
      readonly master: MasterView;
      readonly at: number;
    }
  | {
      readonly type: 'SNAPSHOT_STARTED';
      readonly replid: ReplicationId;
      readonly offset: ProcessedOffset;
      readonly target: SnapshotTarget;
    }
  | { readonly type: 'SNAPSHOT_WRITTEN' }
  | { readonly type: 'SNAPSHOT_SENT'; readonly at: number }
  | { readonly type: 'SNAPSHOT_FAILED' }
  | { readonly type: 'ACK'; readonly offset: ProcessedOffset; readonly at: number }
  | { readonly type: 'NEWLINE'; readonly at: number }
  | { readonly type: 'TICK'; readonly at: number; readonly timeoutSeconds: number }
  | { readonly type: 'REPLY_DUE' }
  | { readonly type: 'OUTPUT_LIMIT' }
  | { readonly type: 'DROPPED' }
  | { readonly type: 'LINK_DOWN' };

/** What a step of the session has done by whoever drives it. */
export type SessionEffect =
  /** Take over from the master that asks, then put the request again without its FAILOVER word. */
  | { readonly type: 'promote' }
  | { readonly type: 'sendError'; readonly params: { readonly line: string } }
  | { readonly type: 'countResync'; readonly params: { readonly counters: ResyncCounters } }
  | {
      readonly type: 'replyContinue';
      readonly params: { readonly line: string; readonly from: NextByte };
    }
  /** Have a snapshot made, or let the replica join one under way. */
  | { readonly type: 'requestSnapshot' }
  /** The stream for the replica begins after its `snapshotOffset`; `line` is null after SYNC. */
  | { readonly type: 'replyFullResync'; readonly params: { readonly line: string | null } }
  | { readonly type: 'sendSnapshot' }
  /** From now on the replica is given bytes of the stream. */
  | { readonly type: 'openStream' }
  | { readonly type: 'sendNewline' }
  | { readonly type: 'letReplyThrough' }
  | { readonly type: 'closeLink'; readonly params: { readonly because: CloseReason } };

type EffectParams<Type extends SessionEffect['type']> = Extract<
  SessionEffect,
  { readonly type: Type; readonly params: unknown }
>['params'];

type Asked = Extract<SessionEvent, { type: 'PSYNC' | 'SYNC' }>;
type Tick = Extract<SessionEvent, { type: 'TICK' }>;

const CANNOT_SAVE = "-ERR BGSAVE failed, replication can't continue";

const judgeAsked = (rules: Ruleset, context: SessionContext, asked: Asked, attached: boolean) =>
  rules.judgeReadiness(
    asked.type === 'SYNC' ? { command: 'SYNC' } : { ...asked, command: 'PSYNC' },
    { ...context, attached, pendingReplies: asked.pendingReplies },
    { ...asked.master, replid: asked.master.ids.replid },
    context.dialect,
  );

const refusalLine = (rules: Ruleset, context: SessionContext, asked: Asked, attached: boolean) => {
  const judged = judgeAsked(rules, context, asked, attached);
  return { line: 'line' in judged ? judged.line : '' };
};

/** SYNC asks for a full resynchronization, and so does a PSYNC whose offset is no number where that is not refused. */
const judgeResync = (rules: Ruleset, asked: Asked): ResyncVerdict =>
  asked.type === 'SYNC' || asked.nextByte === null
    ? { resync: 'full', because: 'requested' }
    : rules.judgePsync(
        { replid: asked.replid, nextByte: asked.nextByte },
        asked.master.ids,
        asked.master.window,
      );

const countRefused = (rules: Ruleset, asked: Asked): ResyncCounters =>
  rules.countResync(asked.type === 'SYNC' ? null : asked.replid, null);

const continuation = (rules: Ruleset, context: SessionContext, asked: Asked) => {
  const verdict = judgeResync(rules, asked);
  return {
    line: rules.continueLine(asked.master.ids, context.capabilities),
    from: verdict.resync === 'partial' ? verdict.from : nextByte(0),
  };
};

const countAsked = (rules: Ruleset, asked: Asked): ResyncCounters =>
  rules.countResync(asked.type === 'SYNC' ? null : asked.replid, judgeResync(rules, asked));

const follows = (rules: Ruleset, context: SessionContext): AfterSnapshot =>
  rules.afterSnapshot(context.target ?? 'disk', context.rdbOnly, context.dialect);

const withOption = (context: SessionContext, change: ReplconfChange): Partial<SessionContext> => {
  switch (change.set) {
    case 'listening-port':
      return { listeningPort: change.port };
    case 'ip-address':
      return { address: change.address };
    case 'capability':
      return { capabilities: [...new Set([...context.capabilities, change.capability])] };
    case 'rdb-only':
      return { rdbOnly: change.on };
    case 'version':
      return { version: change.version };
    case 'exclusions':
      return { exclusions: change.exclusions };
    default:
      return {};
  }
};

/**
 * One replica as its master sees it, from an ordinary client to the end of its link. Built from a ruleset, so that a
 * changed rule changes the machine. Time, snapshot and link are events; effects come out of `transition` as data.
 */
export const replicaSession = (rules: Ruleset = STANDARD) =>
  setup({
    types: {
      context: {} as SessionContext,
      events: {} as SessionEvent,
      input: {} as { readonly dialect: Dialect },
    },
    guards: {
      isIgnored: ({ context }, asked: Asked) =>
        judgeAsked(rules, context, asked, true).answer === 'ignore',
      isRefused: ({ context }, asked: Asked) =>
        judgeAsked(rules, context, asked, false).answer === 'refuse',
      mustPromote: ({ context }, asked: Asked) =>
        judgeAsked(rules, context, asked, false).answer === 'promote',
      isServedDespiteError: ({ context }, asked: Asked) =>
        judgeAsked(rules, context, asked, false).answer === 'refuse-yet-resync',
      mayContinue: (_, asked: Asked) => judgeResync(rules, asked).resync === 'partial',
      streamFollows: ({ context }) => follows(rules, context) === 'stream',
      ackMustFollow: ({ context }) => follows(rules, context) === 'await-ack',
      isOnDisk: ({ context }) => context.target === 'disk',
      needsNewline: ({ context }, { state }: { readonly state: SessionState }) =>
        rules.newlineDue(state, context.target),
      isSilentTooLong: ({ context }, tick: Tick & { readonly state: SessionState }) =>
        rules.replicaTimedOut({
          state: tick.state,
          sentSync: context.sentSync,
          seconds: tick.at - context.heardAt,
          timeoutSeconds: tick.timeoutSeconds,
        }),
      isSignOfLife: (_, { heard }: { readonly heard: 'ack' | 'newline' }) =>
        rules.isSignOfLife(heard),
      repliesCloseLink: ({ context }) => rules.replyOnReplicaLink(context.dialect) === 'close',
    },
    actions: {
      noteOption: assign(({ context }, { change }: { readonly change: ReplconfChange }) =>
        withOption(context, change),
      ),
      noteSync: assign({ sentSync: true }),
      noteSnapshot: assign(
        (_, noted: { readonly offset: ProcessedOffset; readonly target: SnapshotTarget }) => ({
          snapshotOffset: noted.offset,
          target: noted.target,
        }),
      ),
      noteAck: assign(({ context }, ack: { readonly offset: ProcessedOffset }) => ({
        acknowledged: rules.acknowledgedOffset(context.acknowledged, ack.offset),
      })),
      noteSignOfLife: assign((_, { at }: { readonly at: number }) => ({ heardAt: at })),
      // From here on: effects, performed by whoever drives the machine.
      promote: () => {},
      sendError: (_, _params: EffectParams<'sendError'>) => {},
      countResync: (_, _params: EffectParams<'countResync'>) => {},
      replyContinue: (_, _params: EffectParams<'replyContinue'>) => {},
      requestSnapshot: () => {},
      replyFullResync: (_, _params: EffectParams<'replyFullResync'>) => {},
      sendSnapshot: () => {},
      openStream: () => {},
      sendNewline: () => {},
      letReplyThrough: () => {},
      closeLink: (_, _params: EffectParams<'closeLink'>) => {},
    },
  }).createMachine({
    id: 'replicaSession',
    initial: 'client',
    context: ({ input }) => ({
      dialect: input.dialect,
      capabilities: [],
      exclusions: [],
      rdbOnly: false,
      version: null,
      listeningPort: 0,
      address: null,
      sentSync: false,
      snapshotOffset: processedOffset(0),
      target: null,
      acknowledged: processedOffset(0),
      heardAt: 0,
    }),
    on: {
      OPTION: { actions: { type: 'noteOption', params: ({ event }) => event } },
      LINK_DOWN: '.closed',
    },
    states: {
      client: {
        on: {
          PSYNC: [
            {
              guard: { type: 'isRefused', params: ({ event }) => event },
              actions: [
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countRefused(rules, event) }),
                },
                {
                  type: 'sendError',
                  params: ({ context, event }) => refusalLine(rules, context, event, false),
                },
              ],
            },
            { guard: { type: 'mustPromote', params: ({ event }) => event }, actions: 'promote' },
            {
              guard: { type: 'isServedDespiteError', params: ({ event }) => event },
              target: 'attached.awaitingSnapshotStart',
              actions: [
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countAsked(rules, event) }),
                },
                'requestSnapshot',
                {
                  type: 'sendError',
                  params: ({ context, event }) => refusalLine(rules, context, event, false),
                },
              ],
            },
            {
              guard: { type: 'mayContinue', params: ({ event }) => event },
              target: 'attached.online',
              actions: [
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countAsked(rules, event) }),
                },
                { type: 'noteSignOfLife', params: ({ event }) => event },
                {
                  type: 'replyContinue',
                  params: ({ context, event }) => continuation(rules, context, event),
                },
                'openStream',
              ],
            },
            {
              target: 'attached.awaitingSnapshotStart',
              actions: [
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countAsked(rules, event) }),
                },
                'requestSnapshot',
              ],
            },
          ],
          SYNC: [
            {
              guard: { type: 'isRefused', params: ({ event }) => event },
              actions: [
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countRefused(rules, event) }),
                },
                {
                  type: 'sendError',
                  params: ({ context, event }) => refusalLine(rules, context, event, false),
                },
              ],
            },
            {
              target: 'attached.awaitingSnapshotStart',
              actions: [
                'noteSync',
                {
                  type: 'countResync',
                  params: ({ event }) => ({ counters: countAsked(rules, event) }),
                },
                'requestSnapshot',
              ],
            },
          ],
        },
      },
      attached: {
        initial: 'awaitingSnapshotStart',
        on: {
          PSYNC: [
            { guard: { type: 'isIgnored', params: ({ event }) => event } },
            {
              actions: {
                type: 'sendError',
                params: ({ context, event }) => refusalLine(rules, context, event, true),
              },
            },
          ],
          SYNC: [
            { guard: { type: 'isIgnored', params: ({ event }) => event } },
            {
              actions: {
                type: 'sendError',
                params: ({ context, event }) => refusalLine(rules, context, event, true),
              },
            },
          ],
          ACK: {
            actions: [
              { type: 'noteAck', params: ({ event }) => event },
              { type: 'noteSignOfLife', params: ({ event }) => event },
            ],
          },
          NEWLINE: {
            guard: { type: 'isSignOfLife', params: { heard: 'newline' } },
            actions: { type: 'noteSignOfLife', params: ({ event }) => event },
          },
          REPLY_DUE: [
            {
              guard: 'repliesCloseLink',
              target: 'closed',
              actions: { type: 'closeLink', params: { because: 'reply-on-replica-link' } },
            },
            { actions: 'letReplyThrough' },
          ],
          OUTPUT_LIMIT: {
            target: 'closed',
            actions: { type: 'closeLink', params: { because: 'output-limit' } },
          },
          DROPPED: {
            target: 'closed',
            actions: { type: 'closeLink', params: { because: 'dropped' } },
          },
        },
        states: {
          awaitingSnapshotStart: {
            on: {
              SNAPSHOT_STARTED: {
                target: 'awaitingSnapshotEnd',
                actions: [
                  { type: 'noteSnapshot', params: ({ event }) => event },
                  {
                    type: 'replyFullResync',
                    params: ({ context, event }) => ({
                      line: rules.fullResyncLine(event.replid, event.offset, context.sentSync),
                    }),
                  },
                ],
              },
              SNAPSHOT_FAILED: {
                target: '#replicaSession.closed',
                actions: [
                  { type: 'sendError', params: { line: CANNOT_SAVE } },
                  { type: 'closeLink', params: { because: 'snapshot-failed' } },
                ],
              },
              TICK: {
                guard: { type: 'needsNewline', params: { state: 'awaitingSnapshotStart' } },
                actions: 'sendNewline',
              },
            },
          },
          awaitingSnapshotEnd: {
            on: {
              SNAPSHOT_WRITTEN: { guard: 'isOnDisk', target: 'sendingSnapshot' },
              SNAPSHOT_SENT: [
                {
                  guard: 'ackMustFollow',
                  target: 'awaitingFirstAck',
                  actions: { type: 'noteSignOfLife', params: ({ event }) => event },
                },
                {
                  guard: 'streamFollows',
                  target: 'online',
                  actions: [{ type: 'noteSignOfLife', params: ({ event }) => event }, 'openStream'],
                },
                { target: 'snapshotTransmitted' },
              ],
              SNAPSHOT_FAILED: {
                target: '#replicaSession.closed',
                actions: { type: 'closeLink', params: { because: 'snapshot-failed' } },
              },
              TICK: {
                guard: { type: 'needsNewline', params: { state: 'awaitingSnapshotEnd' } },
                actions: 'sendNewline',
              },
            },
          },
          sendingSnapshot: {
            entry: 'sendSnapshot',
            on: {
              SNAPSHOT_SENT: [
                {
                  guard: 'streamFollows',
                  target: 'online',
                  actions: [{ type: 'noteSignOfLife', params: ({ event }) => event }, 'openStream'],
                },
                {
                  guard: 'ackMustFollow',
                  target: 'awaitingFirstAck',
                  actions: { type: 'noteSignOfLife', params: ({ event }) => event },
                },
                { target: 'snapshotTransmitted' },
              ],
            },
          },
          awaitingFirstAck: {
            on: {
              ACK: {
                target: 'online',
                actions: [
                  { type: 'noteAck', params: ({ event }) => event },
                  { type: 'noteSignOfLife', params: ({ event }) => event },
                  'openStream',
                ],
              },
              TICK: {
                guard: {
                  type: 'isSilentTooLong',
                  params: ({ event }) => ({ ...event, state: 'awaitingFirstAck' }),
                },
                target: '#replicaSession.closed',
                actions: { type: 'closeLink', params: { because: 'timeout' } },
              },
            },
          },
          online: {
            on: {
              TICK: [
                {
                  guard: {
                    type: 'isSilentTooLong',
                    params: ({ event }) => ({ ...event, state: 'online' }),
                  },
                  target: '#replicaSession.closed',
                  actions: { type: 'closeLink', params: { because: 'timeout' } },
                },
                {
                  guard: { type: 'needsNewline', params: { state: 'online' } },
                  actions: 'sendNewline',
                },
              ],
            },
          },
          snapshotTransmitted: {
            entry: { type: 'closeLink', params: { because: 'snapshot-transmitted' } },
          },
        },
      },
      closed: { type: 'final' },
    },
  });
