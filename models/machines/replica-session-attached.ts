import type { Ruleset } from '../rules/ruleset.ts';
import { refusalLine } from './replica-session-effects.ts';
import type { sessionSetup } from './replica-session-setup.ts';

const CANNOT_SAVE = "-ERR BGSAVE failed, replication can't continue";

/** A replica, from the wait for its snapshot to the end of its link (docs/protocol.md 2.7). */
export const attachedState = (setup: ReturnType<typeof sessionSetup>, rules: Ruleset) =>
  setup.createStateConfig({
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
          target: '#replicaSession.closed',
          actions: { type: 'closeLink', params: { because: 'reply-on-replica-link' } },
        },
        { actions: 'letReplyThrough' },
      ],
      OUTPUT_LIMIT: {
        target: '#replicaSession.closed',
        actions: { type: 'closeLink', params: { because: 'output-limit' } },
      },
      DROPPED: {
        target: '#replicaSession.closed',
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
          SNAPSHOT_STUCK: {
            guard: { type: 'isStuckTooLong', params: ({ event }) => event },
            target: '#replicaSession.closed',
            actions: { type: 'closeLink', params: { because: 'timeout' } },
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
          ACK: [
            {
              guard: 'snapshotWasAll',
              target: '#replicaSession.closed',
              actions: { type: 'closeLink', params: { because: 'snapshot-transmitted' } },
            },
            {
              target: 'online',
              actions: [
                { type: 'noteAck', params: ({ event }) => event },
                { type: 'noteSignOfLife', params: ({ event }) => event },
                'openStream',
              ],
            },
          ],
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
  });
