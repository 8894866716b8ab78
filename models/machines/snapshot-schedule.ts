import { assign, setup } from 'xstate';
import type { PendingSnapshot } from '../rules/full-resync.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { Dialect, SnapshotTarget } from '../vocabulary/index.ts';
import type {
  ChosenSnapshot,
  ScheduleContext,
  ScheduleEvent,
  ScheduleView,
  WaitingReplica,
} from './snapshot-schedule-terms.ts';

type EventOf<Type extends ScheduleEvent['type']> = Extract<ScheduleEvent, { readonly type: Type }>;

type Left = EventOf<'LEFT'> & { readonly target: SnapshotTarget };

const NO_SNAPSHOT: ChosenSnapshot = { target: 'disk', exclusions: [], replicas: [] };

const pendingOf = ({ waiting, ...settings }: ScheduleView): PendingSnapshot => ({
  ...settings,
  childActive: false,
  waiting: waiting.length,
  longestSilence: Math.max(0, ...waiting.map(({ silentSeconds }) => silentSeconds)),
});

const choose = (
  rules: Ruleset,
  first: WaitingReplica | undefined,
  view: ScheduleView,
  dialect: Dialect,
): ChosenSnapshot => {
  if (first === undefined) return NO_SNAPSHOT;
  const group = rules.snapshotGroup(first, view.waiting, dialect);
  return {
    target: rules.snapshotTarget(view.disklessSync, group, dialect),
    exclusions: first.exclusions,
    replicas: group.map(({ replica }) => replica),
  };
};

const waitingIn = ({ waiting }: ScheduleView) => ({
  replicas: waiting.map(({ replica }) => replica),
});

/**
 * Which snapshot a node makes when, and for whom (docs/protocol.md 2.6): at most one at a time, and none beside another
 * child. Who waits is told with every event.
 */
export const snapshotSchedule = (rules: Ruleset = STANDARD) =>
  setup({
    types: {
      context: {} as ScheduleContext,
      events: {} as ScheduleEvent,
      input: {} as { readonly dialect: Dialect },
    },
    guards: {
      startsAtOnce: ({ context }, { newcomer, view }: EventOf<'ARRIVED'>) =>
        rules.snapshotAtOnce(newcomer, view, false, context.dialect),
      mayJoin: ({ context }, { newcomer, first }: EventOf<'ARRIVED'>) =>
        first !== null && rules.mayShareSnapshot(newcomer, first, context.dialect),
      isDue: ({ context }, { view }: { readonly view: ScheduleView }) =>
        rules.snapshotDue(pendingOf(view), context.dialect),
      isDueAfterSave: ({ context }, { view }: { readonly view: ScheduleView }) =>
        rules.snapshotDueAfterSave(pendingOf(view), context.dialect),
      isGivenUp: ({ context }, left: Left) => rules.snapshotGivenUp(left, context.dialect),
      goesToSockets: ({ context }) => context.chosen.target === 'socket',
    },
    actions: {
      chooseForNewcomer: assign(({ context }, { newcomer, view }: EventOf<'ARRIVED'>) => ({
        chosen: choose(rules, newcomer, view, context.dialect),
      })),
      chooseForFirst: assign(({ context }, { view }: { readonly view: ScheduleView }) => ({
        chosen: choose(rules, view.waiting[0], view, context.dialect),
      })),
      // From here on: effects, performed by whoever drives the machine.
      startSnapshot: (_, _params: ChosenSnapshot) => {},
      joinSnapshot: (_, _params: { readonly replica: number }) => {},
      giveUpSnapshot: () => {},
      turnAway: (_, _params: { readonly replicas: readonly number[] }) => {},
    },
  }).createMachine({
    id: 'snapshotSchedule',
    initial: 'idle',
    context: ({ input }) => ({ dialect: input.dialect, chosen: NO_SNAPSHOT }),
    states: {
      idle: {
        on: {
          ARRIVED: [
            {
              guard: { type: 'startsAtOnce', params: ({ event }) => event },
              target: 'starting',
              actions: { type: 'chooseForNewcomer', params: ({ event }) => event },
            },
            // It waits for the cron, and for company.
            {},
          ],
          TICK: {
            guard: { type: 'isDue', params: ({ event }) => event },
            target: 'starting',
            actions: { type: 'chooseForFirst', params: ({ event }) => event },
          },
          SAVE_STARTED: 'savingToDisk',
          CHILD_STARTED: 'otherChild',
        },
      },
      starting: {
        always: [
          {
            guard: 'goesToSockets',
            target: 'savingToSockets',
            actions: { type: 'startSnapshot', params: ({ context }) => context.chosen },
          },
          {
            target: 'savingToDisk',
            actions: { type: 'startSnapshot', params: ({ context }) => context.chosen },
          },
        ],
      },
      savingToDisk: {
        on: {
          ARRIVED: [
            {
              guard: { type: 'mayJoin', params: ({ event }) => event },
              actions: {
                type: 'joinSnapshot',
                params: ({ event }) => ({ replica: event.newcomer.replica }),
              },
            },
            // It waits for the next one.
            {},
          ],
          LEFT: {
            guard: { type: 'isGivenUp', params: ({ event }) => ({ ...event, target: 'disk' }) },
            actions: 'giveUpSnapshot',
          },
          SAVE_ENDED: [
            {
              guard: { type: 'isDueAfterSave', params: ({ event }) => event },
              target: 'starting',
              actions: { type: 'chooseForFirst', params: ({ event }) => event },
            },
            { target: 'idle' },
          ],
          START_FAILED: {
            target: 'idle',
            actions: { type: 'turnAway', params: ({ event }) => waitingIn(event.view) },
          },
        },
      },
      savingToSockets: {
        on: {
          // Too late for this one.
          ARRIVED: {},
          LEFT: {
            guard: { type: 'isGivenUp', params: ({ event }) => ({ ...event, target: 'socket' }) },
            actions: 'giveUpSnapshot',
          },
          SAVE_ENDED: [
            {
              guard: { type: 'isDueAfterSave', params: ({ event }) => event },
              target: 'starting',
              actions: { type: 'chooseForFirst', params: ({ event }) => event },
            },
            { target: 'idle' },
          ],
          START_FAILED: {
            target: 'idle',
            actions: { type: 'turnAway', params: ({ event }) => waitingIn(event.view) },
          },
        },
      },
      otherChild: {
        on: {
          // It waits until the child has ended.
          ARRIVED: {},
          CHILD_ENDED: [
            {
              guard: { type: 'isDue', params: ({ event }) => event },
              target: 'starting',
              actions: { type: 'chooseForFirst', params: ({ event }) => event },
            },
            { target: 'idle' },
          ],
        },
      },
    },
  });
