import type { Ruleset } from '../rules/ruleset.ts';
import { announced, continued, dialed } from './replica-link-effects.ts';
import type { linkSetup } from './replica-link-setup.ts';

/**
 * From PING to the answer to PSYNC (docs/protocol.md 1.4 to 1.7): up to 6.0 a request at a time, from 6.2 on what lies
 * between PING and PSYNC in one go. Whatever fails is E1, a timeout E2.
 */
export const handshakeState = (setup: ReturnType<typeof linkSetup>, rules: Ruleset) =>
  setup.createStateConfig({
    initial: 'awaitingPong',
    on: {
      LINK_DOWN: '#replicaLink.following.connect',
      LINE_STALLED: { target: '#replicaLink.following.connect', actions: 'hangUp' },
      TICK: {
        guard: { type: 'isSilentTooLong', params: ({ event }) => event },
        target: '#replicaLink.following.connecting',
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
          LINE: [{ guard: 'announcesVersion', target: 'awaitingVersion' }, { target: 'asking' }],
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
                commands: [rules.psyncCommand(context.cached, context.handsOver, context.dialect)],
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
          // Up to 6.2 the end of a link is taken for a refusal too, and SYNC then fails on it.
          LINK_DOWN: [
            {
              guard: 'takesSilenceForNo',
              target: '#replicaLink.following.connect',
              actions: ['forgetHistory', 'giveUpHistory', 'endHandOver', 'abortFailover'],
            },
            {
              target: '#replicaLink.following.connect',
              actions: ['endHandOver', 'abortFailover'],
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
  });
