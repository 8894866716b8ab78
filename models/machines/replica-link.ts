import { assign, setup } from 'xstate';
import type { CachedMaster, HandshakeSettings } from '../rules/handshake.ts';
import { type LoadMode, type TransferMoment, UNKNOWN_OFFSET } from '../rules/master-link.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { Dialect } from '../vocabulary/index.ts';
import type { LinkContext, LinkEffectParams, LinkEvent } from './replica-link-terms.ts';

type EventOf<Type extends LinkEvent['type']> = Extract<LinkEvent, { readonly type: Type }>;
type Line = EventOf<'LINE'>;

const header = (rules: Ruleset, { line }: Line) => rules.judgeHeader(line);

/**
 * A replica's link to its master: handshake, resynchronization, stream, and what becomes of it when something fails.
 * Its four ways to fail: E1 (a handshake, repeated by the cron), E2 (a transfer), E3 (a link whose history is kept) and
 * E4 (a link whose history is lost); docs/protocol.md 1.10.
 */
export const replicaLink = (rules: Ruleset = STANDARD) =>
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
      isSameMaster: ({ context }, { master }: EventOf<'REPLICAOF'>) =>
        context.master?.host.toLowerCase() === master.host.toLowerCase() &&
        context.master.port === master.port,
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
      mustWait: ({ context }, { line }: Line) =>
        rules.judgeAnswer(line, context.dialect).means === 'wait',
      isFullResync: ({ context }, { line }: Line) =>
        rules.judgeAnswer(line, context.dialect).means === 'full-resync',
      isContinue: ({ context }, { line }: Line) =>
        rules.judgeAnswer(line, context.dialect).means === 'continue' && context.cached !== null,
      isUnaskedContinue: ({ context }, { line }: Line) =>
        rules.judgeAnswer(line, context.dialect).means === 'continue',
      isLater: ({ context }, { line }: Line) =>
        rules.judgeAnswer(line, context.dialect).means === 'later',
      headerMustWait: (_, event: Line) => header(rules, event).header === 'wait',
      headerIsRefused: (_, event: Line) => header(rules, event).header === 'refused',
      isSilentTooLong: ({ context }, { at, timeoutSeconds }: EventOf<'TICK'>) =>
        rules.linkTimedOut(at - context.heardAt, timeoutSeconds),
      givesUpHistory: ({ context }, { moment }: { readonly moment: TransferMoment }) =>
        rules.givesUpHistoryAt(context.load, context.dialect) === moment,
      acknowledgesAtOnce: ({ context }) =>
        rules.acknowledgesAfterLoad(context.withMark, context.dialect),
      acknowledges: ({ context }) =>
        rules.acknowledgesBySecond(context.announcedOffset !== UNKNOWN_OFFSET),
    },
    actions: {
      noteMaster: assign((_, event: EventOf<'REPLICAOF'>) => ({
        master: event.master,
        cached: event.history,
        handsOver: event.handsOver,
      })),
      // A link that was down leaves the history of the master before.
      noteNewAddress: assign((_, event: EventOf<'REPLICAOF'>) => ({
        master: event.master,
        handsOver: event.handsOver,
      })),
      forgetMaster: assign({ master: null, cached: null, handsOver: false }),
      noteProgress: assign((_, { at }: { readonly at: number }) => ({ heardAt: at })),
      noteSettings: assign((_, { settings }: EventOf<'LINK_UP'>) => ({ settings })),
      forgetAnnouncement: assign({ announcedOffset: UNKNOWN_OFFSET }),
      // A continued replica knows its offset, and acknowledges it, without being told one.
      noteContinuation: assign(({ context }) => ({
        announcedOffset: context.cached?.offset ?? UNKNOWN_OFFSET,
      })),
      noteAnnouncement: assign(({ context }, { line, load }: Line) => {
        const answer = rules.judgeAnswer(line, context.dialect);
        return answer.means === 'full-resync'
          ? { announcedReplid: answer.replid, announcedOffset: answer.offset, load }
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
  }).createMachine({
    id: 'replicaLink',
    initial: 'none',
    context: ({ input }) => ({
      dialect: input.dialect,
      settings: SILENT,
      master: null,
      cached: input.cached,
      handsOver: false,
      announcedReplid: null,
      announcedOffset: UNKNOWN_OFFSET,
      withMark: false,
      load: 'from-disk',
      heardAt: 0,
    }),
    states: {
      none: {
        on: {
          REPLICAOF: {
            target: 'following.reconnecting',
            actions: [
              { type: 'noteMaster', params: ({ event }) => event },
              { type: 'noteProgress', params: ({ event }) => event },
            ],
          },
        },
      },
      following: {
        initial: 'connect',
        on: {
          REPLICAOF: [
            { guard: { type: 'isSameMaster', params: ({ event }) => event } },
            {
              target: '.reconnecting',
              actions: [
                'hangUp',
                { type: 'noteNewAddress', params: ({ event }) => event },
                { type: 'noteProgress', params: ({ event }) => event },
              ],
            },
          ],
          NO_ONE: { target: 'none', actions: ['hangUp', 'forgetMaster', 'becomeMaster'] },
        },
        states: {
          reconnecting: {
            always: [
              {
                guard: 'dialsAtOnce',
                target: 'connecting',
                actions: { type: 'dial', params: ({ context }) => dialed(context) },
              },
              { target: 'connect' },
            ],
          },
          connect: {
            on: {
              TICK: {
                target: 'connecting',
                actions: [
                  { type: 'noteProgress', params: ({ event }) => event },
                  { type: 'dial', params: ({ context }) => dialed(context) },
                ],
              },
            },
          },
          connecting: {
            on: {
              LINK_UP: {
                target: 'handshake.awaitingPong',
                actions: [
                  { type: 'noteProgress', params: ({ event }) => event },
                  { type: 'noteSettings', params: ({ event }) => event },
                  { type: 'sendCommands', params: { commands: [['PING']] } },
                ],
              },
              LINK_REFUSED: 'connect',
              LINK_DOWN: 'connect',
              TICK: {
                guard: { type: 'isSilentTooLong', params: ({ event }) => event },
                target: 'connecting',
                reenter: true,
                actions: [
                  'hangUp',
                  { type: 'noteProgress', params: ({ event }) => event },
                  { type: 'dial', params: ({ context }) => dialed(context) },
                ],
              },
            },
          },
          handshake: {
            initial: 'awaitingPong',
            on: {
              LINK_DOWN: 'connect',
              LINE_STALLED: { target: 'connect', actions: 'hangUp' },
              TICK: {
                guard: { type: 'isSilentTooLong', params: ({ event }) => event },
                target: 'connecting',
                actions: [
                  'hangUp',
                  { type: 'noteProgress', params: ({ event }) => event },
                  { type: 'dial', params: ({ context }) => dialed(context) },
                ],
              },
            },
            states: {
              awaitingPong: {
                on: {
                  LINE: [
                    {
                      guard: { type: 'goesOnPipelined', params: ({ event }) => event },
                      target: 'announcing',
                    },
                    {
                      guard: { type: 'goesOn', params: ({ event }) => event },
                      target: 'authenticating',
                    },
                    { target: '#replicaLink.following.connect', actions: 'hangUp' },
                  ],
                },
              },
              announcing: {
                always: [
                  {
                    guard: 'needsAuth',
                    target: 'awaitingAuth',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({ commands: announced(rules, context) }),
                    },
                  },
                  {
                    target: 'awaitingPort',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({ commands: announced(rules, context) }),
                    },
                  },
                ],
              },
              authenticating: {
                always: [
                  {
                    guard: 'needsAuth',
                    target: 'awaitingAuth',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({
                        commands: [rules.authCommand(context.settings, context.dialect)],
                      }),
                    },
                  },
                  { target: 'announcingPort' },
                ],
              },
              awaitingAuth: {
                on: {
                  LINE: [
                    {
                      guard: { type: 'isRefused', params: ({ event }) => event },
                      target: '#replicaLink.following.connect',
                      actions: 'hangUp',
                    },
                    { target: 'announcingPort' },
                  ],
                },
              },
              announcingPort: {
                always: [
                  { guard: 'isPipelined', target: 'awaitingPort' },
                  {
                    target: 'awaitingPort',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({
                        commands: [rules.portCommand(context.settings)],
                      }),
                    },
                  },
                ],
              },
              awaitingPort: {
                on: {
                  LINE: 'announcingAddress',
                  LINE_STALLED: { guard: 'takesSilenceForNo', target: 'announcingAddress' },
                },
              },
              announcingAddress: {
                always: [
                  { guard: 'announcesAddressPipelined', target: 'awaitingAddress' },
                  { guard: 'isPipelined', target: 'awaitingCapa' },
                  {
                    guard: 'announcesAddress',
                    target: 'awaitingAddress',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({
                        commands: [rules.addressCommand(context.settings)],
                      }),
                    },
                  },
                  { target: 'announcingCapa' },
                ],
              },
              awaitingAddress: {
                on: {
                  LINE: 'announcingCapa',
                  LINE_STALLED: { guard: 'takesSilenceForNo', target: 'announcingCapa' },
                },
              },
              announcingCapa: {
                always: [
                  { guard: 'isPipelined', target: 'awaitingCapa' },
                  {
                    target: 'awaitingCapa',
                    actions: {
                      type: 'sendCommands',
                      params: ({ context }) => ({ commands: [rules.capaCommand(context.dialect)] }),
                    },
                  },
                ],
              },
              awaitingCapa: {
                on: {
                  LINE: [
                    { guard: 'announcesVersion', target: 'awaitingVersion' },
                    { target: 'asking' },
                  ],
                  LINE_STALLED: { guard: 'takesSilenceForNo', target: 'asking' },
                },
              },
              awaitingVersion: { on: { LINE: 'asking' } },
              asking: {
                always: {
                  target: 'awaitingPsync',
                  actions: [
                    'forgetAnnouncement',
                    {
                      type: 'sendCommands',
                      params: ({ context }) => ({
                        commands: [
                          rules.psyncCommand(context.cached, context.handsOver, context.dialect),
                        ],
                      }),
                    },
                  ],
                },
              },
              awaitingPsync: {
                on: {
                  LINE: [
                    {
                      guard: { type: 'mustWait', params: ({ event }) => event },
                      actions: { type: 'noteProgress', params: ({ event }) => event },
                    },
                    {
                      guard: { type: 'isFullResync', params: ({ event }) => event },
                      target: '#replicaLink.following.transfer.announced',
                      actions: [
                        { type: 'noteProgress', params: ({ event }) => event },
                        { type: 'noteAnnouncement', params: ({ event }) => event },
                        'endHandOver',
                        'endFailover',
                      ],
                    },
                    {
                      guard: { type: 'isContinue', params: ({ event }) => event },
                      target: '#replicaLink.following.connected',
                      actions: [
                        { type: 'noteProgress', params: ({ event }) => event },
                        {
                          type: 'continueStream',
                          params: ({ context, event }) => continued(rules, context, event),
                        },
                        'noteContinuation',
                        'forgetHistory',
                        'endHandOver',
                        'endFailover',
                      ],
                    },
                    {
                      guard: { type: 'isLater', params: ({ event }) => event },
                      target: '#replicaLink.following.connect',
                      actions: ['hangUp', 'endHandOver', 'abortFailover'],
                    },
                    {
                      guard: { type: 'isUnaskedContinue', params: ({ event }) => event },
                      target: '#replicaLink.following.connect',
                      actions: ['hangUp', 'endHandOver', 'abortFailover'],
                    },
                    {
                      target: '#replicaLink.following.transfer.announced',
                      actions: [
                        { type: 'noteProgress', params: ({ event }) => event },
                        { type: 'noteLoadMode', params: ({ event }) => event },
                        'sendSync',
                        'endHandOver',
                        'abortFailover',
                      ],
                    },
                  ],
                  LINE_STALLED: [
                    {
                      guard: 'takesSilenceForNo',
                      target: '#replicaLink.following.transfer.announced',
                      actions: [
                        { type: 'noteProgress', params: ({ event }) => event },
                        { type: 'noteLoadMode', params: ({ event }) => event },
                        'sendSync',
                        'endHandOver',
                        'abortFailover',
                      ],
                    },
                    {
                      target: '#replicaLink.following.connect',
                      actions: ['hangUp', 'endHandOver', 'abortFailover'],
                    },
                  ],
                },
              },
            },
          },
          transfer: {
            initial: 'announced',
            on: {
              LINK_DOWN: {
                target: 'reconnecting',
                actions: { type: 'noteProgress', params: ({ event }) => event },
              },
              LINE_STALLED: {
                target: 'reconnecting',
                actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
              },
              LOAD_FAILED: {
                target: 'reconnecting',
                actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
              },
              SNAPSHOT_BYTES: { actions: { type: 'noteProgress', params: ({ event }) => event } },
              TICK: {
                guard: { type: 'isSilentTooLong', params: ({ event }) => event },
                target: 'connecting',
                actions: [
                  'hangUp',
                  { type: 'noteProgress', params: ({ event }) => event },
                  { type: 'dial', params: ({ context }) => dialed(context) },
                ],
              },
            },
            states: {
              announced: {
                always: [
                  {
                    guard: { type: 'givesUpHistory', params: { moment: 'announced' } },
                    target: 'awaitingHeader',
                    actions: ['forgetHistory', 'giveUpHistory'],
                  },
                  { target: 'awaitingHeader' },
                ],
              },
              awaitingHeader: {
                on: {
                  LINE: [
                    {
                      guard: { type: 'headerMustWait', params: ({ event }) => event },
                      actions: { type: 'noteProgress', params: ({ event }) => event },
                    },
                    {
                      guard: { type: 'headerIsRefused', params: ({ event }) => event },
                      target: '#replicaLink.following.reconnecting',
                      actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
                    },
                    {
                      target: 'receiving',
                      actions: [
                        { type: 'noteProgress', params: ({ event }) => event },
                        { type: 'noteHeader', params: ({ event }) => event },
                        { type: 'takeSnapshot', params: ({ event }) => snapshotOf(rules, event) },
                      ],
                    },
                  ],
                },
              },
              receiving: { on: { LOAD_STARTED: 'loadBegins' } },
              loadBegins: {
                always: [
                  {
                    guard: { type: 'givesUpHistory', params: { moment: 'load-begins' } },
                    target: 'loading',
                    actions: ['forgetHistory', 'giveUpHistory'],
                  },
                  { target: 'loading' },
                ],
              },
              loading: {
                on: {
                  LOADED: {
                    target: 'loadEnds',
                    actions: { type: 'noteProgress', params: ({ event }) => event },
                  },
                },
              },
              loadEnds: {
                always: [
                  {
                    guard: { type: 'givesUpHistory', params: { moment: 'load-ends' } },
                    target: 'loaded',
                    actions: ['forgetHistory', 'giveUpHistory'],
                  },
                  { target: 'loaded' },
                ],
              },
              loaded: {
                always: [
                  {
                    guard: 'acknowledgesAtOnce',
                    target: '#replicaLink.following.connected',
                    actions: [
                      { type: 'adoptSnapshot', params: ({ context }) => adopted(context) },
                      'acknowledge',
                    ],
                  },
                  {
                    target: '#replicaLink.following.connected',
                    actions: { type: 'adoptSnapshot', params: ({ context }) => adopted(context) },
                  },
                ],
              },
            },
          },
          connected: {
            on: {
              REPLICAOF: [
                { guard: { type: 'isSameMaster', params: ({ event }) => event } },
                {
                  target: 'reconnecting',
                  actions: [
                    'hangUp',
                    { type: 'noteMaster', params: ({ event }) => event },
                    { type: 'noteProgress', params: ({ event }) => event },
                  ],
                },
              ],
              STREAM_BYTES: { actions: { type: 'noteProgress', params: ({ event }) => event } },
              GETACK: { actions: 'acknowledge' },
              STREAM_BROKEN: 'broken',
              LINK_DOWN: {
                target: 'reconnecting',
                actions: [
                  { type: 'park', params: ({ event }) => event },
                  { type: 'noteProgress', params: ({ event }) => event },
                ],
              },
              TICK: [
                {
                  guard: { type: 'isSilentTooLong', params: ({ event }) => event },
                  target: 'connecting',
                  actions: [
                    'hangUp',
                    { type: 'park', params: ({ event }) => event },
                    { type: 'noteProgress', params: ({ event }) => event },
                    { type: 'dial', params: ({ context }) => dialed(context) },
                  ],
                },
                { guard: 'acknowledges', actions: 'acknowledge' },
              ],
            },
          },
          broken: {
            on: {
              LINK_DOWN: {
                target: 'reconnecting',
                actions: { type: 'noteProgress', params: ({ event }) => event },
              },
              TICK: {
                target: 'reconnecting',
                actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
              },
            },
          },
        },
      },
    },
  });

/** Before there is a link there is nothing to say on it. */
const SILENT: HandshakeSettings = {
  user: null,
  password: null,
  listeningPort: 0,
  address: null,
  version: '',
};

const dialed = ({ master }: LinkContext): LinkEffectParams<'dial'> => ({
  master: master ?? { host: '', port: 0 },
});

const announced = (rules: Ruleset, { settings, dialect }: LinkContext) =>
  rules.announcements(settings, dialect);

const continued = (
  rules: Ruleset,
  { cached, dialect }: LinkContext,
  { line }: Line,
): LinkEffectParams<'continueStream'> => {
  const answer = rules.judgeAnswer(line, dialect);
  return {
    named: answer.means === 'continue' ? answer.named : null,
    from: cached ?? { replid: '', offset: UNKNOWN_OFFSET, database: 0 },
  };
};

const snapshotOf = (rules: Ruleset, event: Line): LinkEffectParams<'takeSnapshot'> => {
  const verdict = header(rules, event);
  return {
    length: verdict.header === 'length' ? verdict.length : null,
    mark: verdict.header === 'mark' ? verdict.mark : null,
  };
};

const adopted = (context: LinkContext): LinkEffectParams<'adoptSnapshot'> => ({
  replid: context.announcedReplid,
  offset: context.announcedOffset,
});
