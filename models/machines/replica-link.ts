import type { HandshakeSettings } from '../rules/handshake.ts';
import { UNKNOWN_OFFSET } from '../rules/master-link.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import { dialed } from './replica-link-effects.ts';
import { handshakeState } from './replica-link-handshake.ts';
import { linkSetup } from './replica-link-setup.ts';
import { transferState } from './replica-link-transfer.ts';

/** Before there is a link there is nothing to say on it. */
const SILENT: HandshakeSettings = {
  user: null,
  password: null,
  listeningPort: 0,
  address: null,
  version: '',
};

/**
 * A replica's link to its master: handshake, resynchronization, stream, and what becomes of it when something fails.
 * Its four ways to fail: E1 (a handshake, repeated by the cron), E2 (a transfer), E3 (a link whose history is kept) and
 * E4 (a link whose history is lost); docs/protocol.md 1.10.
 */
export const replicaLink = (rules: Ruleset = STANDARD) => {
  const setup = linkSetup(rules);
  return setup.createMachine({
    id: 'replicaLink',
    initial: 'none',
    context: ({ input }) => ({
      dialect: input.dialect,
      settings: SILENT,
      master: null,
      cached: input.cached,
      handsOver: false,
      offsetKnown: true,
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
              'noteOwnHistory',
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
          handshake: handshakeState(setup, rules),
          transfer: transferState(setup, rules),
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
              TICK: [
                {
                  guard: 'closesBrokenStream',
                  target: 'reconnecting',
                  actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
                },
                {
                  guard: { type: 'isSilentTooLong', params: ({ event }) => event },
                  target: 'connecting',
                  actions: [
                    'hangUp',
                    { type: 'noteProgress', params: ({ event }) => event },
                    { type: 'dial', params: ({ context }) => dialed(context) },
                  ],
                },
              ],
            },
          },
        },
      },
    },
  });
};
