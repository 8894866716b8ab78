import { setup } from 'xstate';
import type { IdleBacklog } from '../rules/backlog.ts';
import type { CachedMaster } from '../rules/handshake.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { Dialect, Role } from '../vocabulary/index.ts';

export interface BacklogContext {
  readonly dialect: Dialect;
}

export type BacklogEvent =
  /** The node has loaded its data at boot; `saved` is the history that stood in the snapshot. */
  | { readonly type: 'BOOTED'; readonly role: Role; readonly saved: CachedMaster | null }
  /** A replica has come that needs a snapshot. */
  | { readonly type: 'REPLICA_ARRIVED' }
  /** The node was continued by its master, or has loaded its master's snapshot. */
  | { readonly type: 'RESYNCED' }
  /** The node's own history is about to be replaced by that of its master. */
  | { readonly type: 'HISTORY_GIVEN_UP' }
  | { readonly type: 'REPLICAOF' }
  | { readonly type: 'PROMOTED'; readonly replicas: number }
  | { readonly type: 'RESIZED'; readonly capacity: number }
  | ({ readonly type: 'TICK' } & IdleBacklog);

/** What a step has done by whoever drives it. */
export type BacklogEffect =
  | { readonly type: 'createBacklog' }
  /** Draw a new replid: what is written without a backlog is not counted. */
  | { readonly type: 'endHistory' }
  | { readonly type: 'freeBacklog' }
  | { readonly type: 'resizeBacklog'; readonly params: { readonly capacity: number } };

type EventOf<Type extends BacklogEvent['type']> = Extract<BacklogEvent, { readonly type: Type }>;

/**
 * Whether a node has a backlog (docs/protocol.md 3.4): it comes with the first replica or with a master, and goes after
 * repl-backlog-ttl or with the history that it holds.
 */
export const backlogLifecycle = (rules: Ruleset = STANDARD) =>
  setup({
    types: {
      context: {} as BacklogContext,
      events: {} as BacklogEvent,
      input: {} as { readonly dialect: Dialect },
    },
    guards: {
      isRestored: ({ context }, { role, saved }: EventOf<'BOOTED'>) =>
        rules.beginning(saved, { role, dialect: context.dialect }, rules.freshIds('')).hasBacklog,
      goesAtReplicaof: ({ context }) => !rules.keepsBacklogAcrossRoles(context.dialect),
      goesAtPromotion: ({ context }, { replicas }: EventOf<'PROMOTED'>) =>
        replicas === 0 && !rules.keepsBacklogAcrossRoles(context.dialect),
      isExpired: (_, idle: EventOf<'TICK'>) => rules.backlogExpired(idle),
    },
    actions: {
      // All are effects, performed by whoever drives the machine.
      createBacklog: () => {},
      endHistory: () => {},
      freeBacklog: () => {},
      resizeBacklog: (_, _params: { readonly capacity: number }) => {},
    },
  }).createMachine({
    id: 'backlogLifecycle',
    initial: 'none',
    context: ({ input }) => ({ dialect: input.dialect }),
    states: {
      none: {
        on: {
          BOOTED: {
            guard: { type: 'isRestored', params: ({ event }) => event },
            target: 'held',
            actions: 'createBacklog',
          },
          REPLICA_ARRIVED: { target: 'held', actions: 'createBacklog' },
          RESYNCED: { target: 'held', actions: 'createBacklog' },
        },
      },
      held: {
        on: {
          // It serves one replica as well as another.
          REPLICA_ARRIVED: {},
          // A continuation leaves it as it is.
          RESYNCED: {},
          HISTORY_GIVEN_UP: { target: 'none', actions: 'freeBacklog' },
          REPLICAOF: { guard: 'goesAtReplicaof', target: 'none', actions: 'freeBacklog' },
          PROMOTED: {
            guard: { type: 'goesAtPromotion', params: ({ event }) => event },
            target: 'none',
            actions: 'freeBacklog',
          },
          RESIZED: {
            actions: {
              type: 'resizeBacklog',
              params: ({ event }) => ({ capacity: event.capacity }),
            },
          },
          TICK: {
            guard: { type: 'isExpired', params: ({ event }) => event },
            target: 'none',
            actions: ['endHistory', 'freeBacklog'],
          },
        },
      },
    },
  });
