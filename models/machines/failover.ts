import { assign, setup } from 'xstate';
import type { Candidate, FailoverState, FailoverWish, ReplicaAddress } from '../rules/failover.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { ProcessedOffset, Role } from '../vocabulary/index.ts';

export interface FailoverContext {
  readonly target: ReplicaAddress | null;
  readonly force: boolean;
  /** Milliseconds since 1970; null where none was given. */
  readonly deadline: number | null;
}

export type FailoverEvent =
  /** The command, and who could take over when it came. */
  | {
      readonly type: 'FAILOVER';
      readonly wish: FailoverWish;
      readonly role: Role;
      readonly candidates: readonly Candidate[];
      readonly now: number;
    }
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
  /** To whoever sent the command. */
  | { readonly type: 'reply'; readonly params: { readonly line: string } }
  | { readonly type: 'holdWrites' }
  | { readonly type: 'releaseWrites' }
  /** Follow the target, and tell it to take over. */
  | { readonly type: 'handOver'; readonly params: { readonly target: ReplicaAddress } }
  | { readonly type: 'becomeMasterAgain' };

type Begin = Extract<FailoverEvent, { type: 'FAILOVER' }>;
type Progress = Extract<FailoverEvent, { type: 'PROGRESS' }>;

const NOTHING_TO_ABORT = '-ERR No failover in progress.';

const judged = (rules: Ruleset, begin: Begin, state: FailoverState): string | null =>
  rules.judgeFailover(begin.wish, { ...begin, state });

const NOBODY: ReplicaAddress = { host: '', port: 0 };

/** A coordinated failover as the master sees it that hands over (docs/protocol.md 4.6). */
export const failover = (rules: Ruleset = STANDARD) =>
  setup({
    types: { context: {} as FailoverContext, events: {} as FailoverEvent },
    guards: {
      isRefused: (_, begin: Begin) => judged(rules, begin, 'none') !== null,
      isOverdue: ({ context }, { now }: Progress) => rules.failoverOverdue(now, context.deadline),
      isOverdueButForced: ({ context }, { now }: Progress) =>
        rules.failoverOverdue(now, context.deadline) && context.force,
      isCaughtUp: ({ context }, { candidates, offset }: Progress) =>
        rules.caughtUp(context.target, candidates, offset) !== null,
    },
    actions: {
      noteWish: assign((_, event: Begin) => ({
        target: event.wish.target,
        force: event.wish.force,
        deadline: event.wish.timeout === null ? null : event.now + event.wish.timeout,
      })),
      // From here on: effects, performed by whoever drives the machine.
      reply: (_, _params: { readonly line: string }) => {},
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
          FAILOVER: [
            {
              guard: { type: 'isRefused', params: ({ event }) => event },
              actions: {
                type: 'reply',
                params: ({ event }) => ({ line: judged(rules, event, 'none') ?? '' }),
              },
            },
            {
              target: 'waitingForSync',
              actions: [
                { type: 'noteWish', params: ({ event }) => event },
                'holdWrites',
                { type: 'reply', params: { line: '+OK' } },
              ],
            },
          ],
          ABORT: { actions: { type: 'reply', params: { line: NOTHING_TO_ABORT } } },
        },
      },
      waitingForSync: {
        on: {
          FAILOVER: {
            actions: {
              type: 'reply',
              params: ({ event }) => ({ line: judged(rules, event, 'waitingForSync') ?? '' }),
            },
          },
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
          ABORT: {
            target: 'none',
            actions: ['releaseWrites', { type: 'reply', params: { line: '+OK' } }],
          },
        },
      },
      inProgress: {
        on: {
          FAILOVER: {
            actions: {
              type: 'reply',
              params: ({ event }) => ({ line: judged(rules, event, 'inProgress') ?? '' }),
            },
          },
          // It is retried for as long as it takes: the deadline is not looked at any more.
          PROGRESS: {},
          ACCEPTED: { target: 'none', actions: 'releaseWrites' },
          REJECTED: { target: 'none', actions: ['becomeMasterAgain', 'releaseWrites'] },
          ABORT: {
            target: 'none',
            actions: [
              'becomeMasterAgain',
              'releaseWrites',
              { type: 'reply', params: { line: '+OK' } },
            ],
          },
        },
      },
    },
  });
