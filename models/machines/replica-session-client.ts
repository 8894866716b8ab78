import type { Ruleset } from '../rules/ruleset.ts';
import { continuation, countAsked, countRefused, refusalLine } from './replica-session-effects.ts';
import type { sessionSetup } from './replica-session-setup.ts';

/** An ordinary client, which SYNC or PSYNC makes a replica (docs/protocol.md 2.2). */
export const clientState = (setup: ReturnType<typeof sessionSetup>, rules: Ruleset) =>
  setup.createStateConfig({
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
          target: '#replicaSession.attached.awaitingSnapshotStart',
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
          target: '#replicaSession.attached.online',
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
          target: '#replicaSession.attached.awaitingSnapshotStart',
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
          target: '#replicaSession.attached.awaitingSnapshotStart',
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
  });
