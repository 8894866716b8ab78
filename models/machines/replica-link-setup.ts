import { assign, setup } from 'xstate';
import type { CachedMaster } from '../rules/handshake.ts';
import { type LoadMode, type TransferMoment, UNKNOWN_OFFSET } from '../rules/master-link.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import type { Dialect } from '../vocabulary/index.ts';
import type { LinkContext, LinkEffectParams, LinkEvent } from './replica-link-terms.ts';

export type LinkEventOf<Type extends LinkEvent['type']> = Extract<
  LinkEvent,
  { readonly type: Type }
>;
type Line = LinkEventOf<'LINE'>;

const header = (rules: Ruleset, { line }: Line) => rules.judgeHeader(line);

const answer = (rules: Ruleset, { dialect }: LinkContext, { line }: Line) =>
  rules.judgeAnswer(line, dialect);

/** The guards and actions of a replica's link by their names. What its states do is named by them alone. */
export const linkSetup = (rules: Ruleset) =>
  setup({
    types: {
      context: {} as LinkContext,
      events: {} as LinkEvent,
      input: {} as {
        readonly dialect: Dialect;
        readonly cached: CachedMaster | null;
      },
    },
    guards: {
      isSameMaster: ({ context }, { master }: LinkEventOf<'REPLICAOF'>) =>
        rules.isSameMaster(context.master, master),
      dialsAtOnce: ({ context }) => rules.reconnectsAtOnce(context.dialect),
      isPipelined: ({ context }) => rules.isPipelined(context.dialect),
      goesOnPipelined: ({ context }, { line }: Line) =>
        rules.isAcceptablePong(line, context.dialect) && rules.isPipelined(context.dialect),
      goesOn: ({ context }, { line }: Line) => rules.isAcceptablePong(line, context.dialect),
      needsAuth: ({ context }) => context.settings.password !== null,
      isRefused: (_, { line }: Line) => rules.isRefusedAuth(line),
      announcesAddress: ({ context }) => context.settings.address !== null,
      announcesVersion: ({ context }) => rules.announcesVersion(context.dialect),
      announcesAddressPipelined: ({ context }) =>
        context.settings.address !== null && rules.isPipelined(context.dialect),
      takesSilenceForNo: ({ context }) => rules.takesSilenceForNo(context.dialect),
      mustWait: ({ context }, event: Line) => answer(rules, context, event).means === 'wait',
      isFullResync: ({ context }, event: Line) =>
        answer(rules, context, event).means === 'full-resync',
      isContinue: ({ context }, event: Line) =>
        answer(rules, context, event).means === 'continue' && context.cached !== null,
      isUnaskedContinue: ({ context }, event: Line) =>
        answer(rules, context, event).means === 'continue',
      isLater: ({ context }, event: Line) => answer(rules, context, event).means === 'later',
      headerMustWait: (_, event: Line) => header(rules, event).header === 'wait',
      headerIsRefused: (_, event: Line) => header(rules, event).header === 'refused',
      isSilentTooLong: ({ context }, { at, timeoutSeconds }: LinkEventOf<'TICK'>) =>
        rules.linkTimedOut(at - context.heardAt, timeoutSeconds),
      givesUpHistory: ({ context }, { moment }: { readonly moment: TransferMoment }) =>
        rules.givesUpHistoryAt(context.load, context.dialect) === moment,
      servesWhileLoading: ({ context }, { replid }: LinkEventOf<'LOAD_STARTED'>) =>
        rules.servesWhileLoading(context.load, context.announcedReplid, replid, context.dialect),
      acknowledgesAtOnce: ({ context }) =>
        rules.acknowledgesAfterLoad(context.withMark, context.dialect),
      acknowledges: ({ context }) => rules.acknowledgesBySecond(context.offsetKnown),
      closesBrokenStream: ({ context }) =>
        rules.closesBrokenStream(context.offsetKnown, context.dialect),
    },
    actions: {
      noteMaster: assign(({ context }, event: LinkEventOf<'REPLICAOF'>) => ({
        master: event.master,
        cached: rules.historyForNewMaster(event.history, context.dialect),
        handsOver: event.handsOver,
      })),
      // A link that was down leaves the history of the master before.
      noteNewAddress: assign(({ context }, event: LinkEventOf<'REPLICAOF'>) => ({
        master: event.master,
        cached: rules.historyForNewMaster(context.cached, context.dialect),
        handsOver: event.handsOver,
      })),
      forgetMaster: assign({ master: null, cached: null, handsOver: false }),
      noteProgress: assign((_, { at }: { readonly at: number }) => ({ heardAt: at })),
      noteSettings: assign((_, { settings }: LinkEventOf<'LINK_UP'>) => ({ settings })),
      forgetAnnouncement: assign({ announcedOffset: UNKNOWN_OFFSET }),
      noteAnnouncement: assign(({ context }, event: Line) => {
        const told = answer(rules, context, event);
        return told.means === 'full-resync'
          ? { announcedReplid: told.replid, announcedOffset: told.offset, load: event.load }
          : {};
      }),
      noteLoadMode: assign((_, { load }: { readonly load: LoadMode }) => ({ load })),
      noteHeader: assign((_, event: Line) => ({
        withMark: header(rules, event).header === 'mark',
      })),
      park: assign((_, { history }: { readonly history: CachedMaster | null }) => ({
        cached: history,
      })),
      forgetHistory: assign({ cached: null }),
      noteOwnHistory: assign({ offsetKnown: true }),
      noteOffset: assign(({ context }) => ({
        offsetKnown: context.announcedOffset !== UNKNOWN_OFFSET,
      })),
      endHandOver: assign({ handsOver: false }),
      // From here on: effects, performed by whoever drives the machine.
      dial: (_, _params: LinkEffectParams<'dial'>) => {},
      sendCommands: (_, _params: LinkEffectParams<'sendCommands'>) => {},
      sendSync: () => {},
      hangUp: () => {},
      giveUpHistory: () => {},
      continueStream: (_, _params: LinkEffectParams<'continueStream'>) => {},
      takeSnapshot: (_, _params: LinkEffectParams<'takeSnapshot'>) => {},
      adoptSnapshot: (_, _params: LinkEffectParams<'adoptSnapshot'>) => {},
      acknowledge: () => {},
      becomeMaster: () => {},
      endFailover: () => {},
      abortFailover: () => {},
    },
  });
