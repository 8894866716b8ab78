import { assign, setup } from 'xstate';
import type { CachedMaster } from '../rules/handshake.ts';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type {
  BacklogWindow,
  Dialect,
  ProcessedOffset,
  ReplicationId,
  ReplicationIds,
  Role,
} from '../vocabulary/index.ts';

export interface IdentityContext {
  readonly dialect: Dialect;
  readonly ids: ReplicationIds;
}

/** `fresh` is a replid drawn for the case that one is needed, `offset` the node's own. */
export type IdentityEvent =
  /** The node has loaded its data; `saved` is the history that stood in the snapshot. */
  | {
      readonly type: 'BOOTED';
      readonly role: Role;
      readonly saved: CachedMaster | null;
      readonly fresh: ReplicationId;
    }
  | { readonly type: 'REPLICAOF'; readonly offset: ProcessedOffset }
  | { readonly type: 'PROMOTED'; readonly offset: ProcessedOffset; readonly fresh: ReplicationId }
  /** A replica has come that needs a snapshot; `window` is the backlog's at that moment. */
  | {
      readonly type: 'REPLICA_ARRIVED';
      readonly window: BacklogWindow | null;
      readonly fresh: ReplicationId;
    }
  | { readonly type: 'BACKLOG_EXPIRED'; readonly fresh: ReplicationId }
  /** `named` is the text behind +CONTINUE, if any. */
  | {
      readonly type: 'CONTINUED';
      readonly named: string | null;
      readonly offset: ProcessedOffset;
    }
  /** The node has loaded its master's snapshot. */
  | { readonly type: 'ADOPTED'; readonly replid: ReplicationId }
  /** DEBUG CHANGE-REPL-ID. */
  | { readonly type: 'REPLID_CHANGED'; readonly fresh: ReplicationId };

/** What a step has done by whoever drives it. */
export type IdentityEffect =
  /** Close the links of the node's own replicas: they learn the new replid by coming back. */
  | { readonly type: 'dropReplicas' }
  /** What the next master is asked to continue. */
  | { readonly type: 'offerHistory'; readonly params: { readonly history: CachedMaster } };

type EventOf<Type extends IdentityEvent['type']> = Extract<IdentityEvent, { readonly type: Type }>;

/** Stands for none at the beginning, before the node has booted. */
const NAMELESS: ReplicationIds = { replid: '', replid2: null, secondReplOffset: null };

/**
 * What a node calls its history (docs/protocol.md 2.5 and 4.1 to 4.4): where replid and replid2 come from, and when a
 * node takes others.
 */
export const replicationIdentity = (rules: Ruleset = STANDARD) =>
  setup({
    types: {
      context: {} as IdentityContext,
      events: {} as IdentityEvent,
      input: {} as { readonly dialect: Dialect },
    },
    guards: {
      isReplica: (_, { role }: { readonly role: Role }) => role === 'slave',
      isPromoted: (_, { role }: { readonly role: Role }) => rules.isPromoted(role),
      isRenamed: ({ context }, { offset, named }: EventOf<'CONTINUED'>) =>
        rules.dropsReplicas(context.ids, rules.idsAfterContinue(context.ids, offset, named)),
      promotionRenames: ({ context }, { offset, fresh }: EventOf<'PROMOTED'>) =>
        rules.dropsReplicas(context.ids, promoted(rules, context.ids, offset, fresh)),
    },
    actions: {
      noteBeginning: assign(({ context }, { saved, role, fresh }: EventOf<'BOOTED'>) => ({
        ids: rules.beginning(saved, { role, dialect: context.dialect }, rules.freshIds(fresh)).ids,
      })),
      notePromotion: assign(({ context }, { offset, fresh }: EventOf<'PROMOTED'>) => ({
        ids: promoted(rules, context.ids, offset, fresh),
      })),
      noteArrival: assign(({ context }, { window, fresh }: EventOf<'REPLICA_ARRIVED'>) => ({
        ids: rules.idsForFullResync(context.ids, window, fresh),
      })),
      noteExpiry: assign(({ context }, { fresh }: EventOf<'BACKLOG_EXPIRED'>) => ({
        ids: rules.idsAfterBacklogExpiry(context.ids, fresh),
      })),
      noteContinuation: assign(({ context }, { offset, named }: EventOf<'CONTINUED'>) => ({
        ids: rules.idsAfterContinue(context.ids, offset, named),
      })),
      noteAdoption: assign(({ context }, { replid }: EventOf<'ADOPTED'>) => ({
        ids: rules.idsAfterFullResync(context.ids, replid),
      })),
      noteChange: assign((_, { fresh }: EventOf<'REPLID_CHANGED'>) => ({
        ids: rules.freshIds(fresh),
      })),
      // From here on: effects, performed by whoever drives the machine.
      dropReplicas: () => {},
      offerHistory: (_, _params: { readonly history: CachedMaster }) => {},
    },
  }).createMachine({
    id: 'replicationIdentity',
    initial: 'booting',
    context: ({ input }) => ({ dialect: input.dialect, ids: NAMELESS }),
    states: {
      booting: {
        on: {
          BOOTED: [
            {
              guard: { type: 'isReplica', params: ({ event }) => event },
              target: 'named.replica',
              actions: { type: 'noteBeginning', params: ({ event }) => event },
            },
            {
              target: 'named.master',
              actions: { type: 'noteBeginning', params: ({ event }) => event },
            },
          ],
        },
      },
      named: {
        initial: 'master',
        on: {
          REPLICA_ARRIVED: { actions: { type: 'noteArrival', params: ({ event }) => event } },
          REPLID_CHANGED: { actions: { type: 'noteChange', params: ({ event }) => event } },
        },
        states: {
          master: {
            on: {
              REPLICAOF: {
                target: 'replica',
                actions: {
                  type: 'offerHistory',
                  params: ({ context, event }) => ({
                    history: rules.cachedMasterOfOneself(context.ids.replid, event.offset),
                  }),
                },
              },
              PROMOTED: {
                guard: { type: 'isPromoted', params: { role: 'master' } },
                actions: [{ type: 'notePromotion', params: ({ event }) => event }, 'dropReplicas'],
              },
              BACKLOG_EXPIRED: { actions: { type: 'noteExpiry', params: ({ event }) => event } },
            },
          },
          replica: {
            on: {
              // What it can go on with is what its link leaves.
              REPLICAOF: {},
              PROMOTED: [
                {
                  guard: { type: 'promotionRenames', params: ({ event }) => event },
                  target: 'master',
                  actions: [
                    { type: 'notePromotion', params: ({ event }) => event },
                    'dropReplicas',
                  ],
                },
                {
                  target: 'master',
                  actions: { type: 'notePromotion', params: ({ event }) => event },
                },
              ],
              CONTINUED: [
                {
                  guard: { type: 'isRenamed', params: ({ event }) => event },
                  actions: [
                    { type: 'noteContinuation', params: ({ event }) => event },
                    'dropReplicas',
                  ],
                },
                { actions: { type: 'noteContinuation', params: ({ event }) => event } },
              ],
              ADOPTED: { actions: { type: 'noteAdoption', params: ({ event }) => event } },
            },
          },
        },
      },
    },
  });

const promoted = (
  rules: Ruleset,
  ids: ReplicationIds,
  offset: ProcessedOffset,
  fresh: ReplicationId,
): ReplicationIds => rules.promotion({ ids, offset, database: 0 }, fresh).ids;
