import { assign, setup } from 'xstate';
import type { Candidate, FailoverWish, ReplicaAddress } from '../rules/failover.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { ProcessedOffset } from '../vocabulary/index.ts';

export interface FailoverContext {
  readonly target: ReplicaAddress | null;
  readonly force: boolean;
  /** Milliseconds since 1970; null where none was given. */
  readonly deadline: number | null;
}

export type FailoverEvent =
  | { readonly type: 'FAILOVER'; readonly wish: FailoverWish; readonly now: number }
  | { readonly type: 'ABORT' }
  /** Something may have changed: a replica acknowledged, or time went on. */
  | {
      readonly type: 'PROGRESS';
      readonly candidates: readonly Candidate[];
      readonly offset: ProcessedOffset;
      readonly now: number;
    }
  /** The target answered PSYNC with a resynchronization. */
  | { readonly type: 'ACCEPTED' }
  /** It answered anything else. */
  | { readonly type: 'REJECTED' };

export type FailoverEffect =
  | { readonly type: 'holdWrites' }
  | { readonly type: 'releaseWrites' }
  /** Follow the target, and tell it to take over. */
  | { readonly type: 'handOver'; readonly params: { readonly target: ReplicaAddress } }
  | { readonly type: 'becomeMasterAgain' };

type Progress = Extract<FailoverEvent, { type: 'PROGRESS' }>;

const NOBODY: ReplicaAddress = { host: '', port: 0 };

/** A coordinated failover as the master sees it that hands over (docs/protocol.md 4.6). */
export const failover = (rules: Ruleset = STANDARD) =>
  setup({
    types: { context: {} as FailoverContext, events: {} as FailoverEvent },
    guards: {
      isOverdue: ({ context }, { now }: Progress) => rules.failoverOverdue(now, context.deadline),
      isOverdueButForced: ({ context }, { now }: Progress) =>
        rules.failoverOverdue(now, context.deadline) && context.force,
      isCaughtUp: ({ context }, { candidates, offset }: Progress) =>
        rules.caughtUp(context.target, candidates, offset) !== null,
    },
    actions: {
      noteWish: assign((_, event: Extract<FailoverEvent, { type: 'FAILOVER' }>) => ({
        target: event.wish.target,
        force: event.wish.force,
        deadline: event.wish.timeout === null ? null : event.now + event.wish.timeout,
      })),
      // From here on: effects, performed by whoever drives the machine.
      holdWrites: () => {},
      releaseWrites: () => {},
      handOver: (_, _params: { readonly target: ReplicaAddress }) => {},
      becomeMasterAgain: () => {},
    },
  }).createMachine({
    id: 'failover',
    initial: 'none',
    context: { target: null, force: false, deadline: null },
    states: {
      none: {
        on: {
          FAILOVER: {
            target: 'waitingForSync',
            actions: [{ type: 'noteWish', params: ({ event }) => event }, 'holdWrites'],
          },
        },
      },
      waitingForSync: {
        on: {
          PROGRESS: [
            {
              guard: { type: 'isOverdueButForced', params: ({ event }) => event },
              target: 'inProgress',
              actions: {
                type: 'handOver',
                params: ({ context }) => ({ target: context.target ?? NOBODY }),
              },
            },
            {
              guard: { type: 'isOverdue', params: ({ event }) => event },
              target: 'none',
              actions: 'releaseWrites',
            },
            {
              guard: { type: 'isCaughtUp', params: ({ event }) => event },
              target: 'inProgress',
              actions: {
                type: 'handOver',
                params: ({ context, event }) => ({
                  target: rules.caughtUp(context.target, event.candidates, event.offset) ?? NOBODY,
                }),
              },
            },
          ],
          ABORT: { target: 'none', actions: 'releaseWrites' },
        },
      },
      inProgress: {
        on: {
          ACCEPTED: { target: 'none', actions: 'releaseWrites' },
          REJECTED: { target: 'none', actions: ['becomeMasterAgain', 'releaseWrites'] },
          ABORT: { target: 'none', actions: ['becomeMasterAgain', 'releaseWrites'] },
        },
      },
    },
  });
