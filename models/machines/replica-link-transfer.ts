import type { Ruleset } from '../rules/ruleset.ts';
import { adopted, dialed, snapshotOf } from './replica-link-effects.ts';
import type { linkSetup } from './replica-link-setup.ts';

/** From the answer that announces a snapshot until that is loaded (docs/protocol.md 1.9). Whatever fails is E2. */
export const transferState = (setup: ReturnType<typeof linkSetup>, rules: Ruleset) =>
  setup.createStateConfig({
    initial: 'announced',
    on: {
      LINK_DOWN: {
        target: '#replicaLink.following.reconnecting',
        actions: { type: 'noteProgress', params: ({ event }) => event },
      },
      LINE_STALLED: {
        target: '#replicaLink.following.reconnecting',
        actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
      },
      LOAD_FAILED: {
        target: '#replicaLink.following.reconnecting',
        actions: ['hangUp', { type: 'noteProgress', params: ({ event }) => event }],
      },
      SNAPSHOT_BYTES: { actions: { type: 'noteProgress', params: ({ event }) => event } },
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
          NO_ROOM: { target: '#replicaLink.following.connect', actions: 'hangUp' },
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
      receiving: {
        on: {
          LOAD_STARTED: [
            {
              guard: { type: 'servesWhileLoading', params: ({ event }) => event },
              target: 'loadingAside',
            },
            { target: 'loadBegins' },
          ],
        },
      },
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
      // With swapdb and a snapshot of the same history: the old data stays in use meanwhile.
      loadingAside: {
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
              'noteOffset',
              { type: 'adoptSnapshot', params: ({ context }) => adopted(context) },
              'acknowledge',
            ],
          },
          {
            target: '#replicaLink.following.connected',
            actions: [
              'noteOffset',
              { type: 'adoptSnapshot', params: ({ context }) => adopted(context) },
            ],
          },
        ],
      },
    },
  });
