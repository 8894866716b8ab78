import { assign, setup } from 'xstate';
import type { ReplconfChange } from '../rules/replconf.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import type {
  Dialect,
  ProcessedOffset,
  SessionState,
  SnapshotTarget,
} from '../vocabulary/index.ts';
import {
  type Asked,
  follows,
  judgeAsked,
  judgeResync,
  withOption,
} from './replica-session-effects.ts';
import type { SessionContext, SessionEffectParams, SessionEvent } from './replica-session-terms.ts';

export type SessionEventOf<Type extends SessionEvent['type']> = Extract<
  SessionEvent,
  { readonly type: Type }
>;

type Tick = SessionEventOf<'TICK'>;

/** The guards and actions of a session by their names. What its states do is named by them alone. */
export const sessionSetup = (rules: Ruleset) =>
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
      isStuckTooLong: (_, { seconds, timeoutSeconds }: SessionEventOf<'SNAPSHOT_STUCK'>) =>
        rules.snapshotStuck(seconds, timeoutSeconds),
      snapshotWasAll: ({ context }) => rules.afterFirstAck(context.rdbOnly) === 'close',
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
      sendError: (_, _params: SessionEffectParams<'sendError'>) => {},
      countResync: (_, _params: SessionEffectParams<'countResync'>) => {},
      replyContinue: (_, _params: SessionEffectParams<'replyContinue'>) => {},
      requestSnapshot: () => {},
      replyFullResync: (_, _params: SessionEffectParams<'replyFullResync'>) => {},
      sendSnapshot: () => {},
      openStream: () => {},
      sendNewline: () => {},
      letReplyThrough: () => {},
      closeLink: (_, _params: SessionEffectParams<'closeLink'>) => {},
    },
  });
