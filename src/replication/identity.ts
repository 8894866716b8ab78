import { initialTransition, transition } from 'xstate';
import {
  type IdentityEffect,
  type IdentityEvent,
  replicationIdentity,
} from '../../models/machines/replication-identity.ts';
import type { CachedMaster } from '../../models/rules/handshake.ts';
import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Dialect, ProcessedOffset, ReplicationIds } from '../../models/vocabulary/index.ts';

type IdentityMachine = ReturnType<typeof replicationIdentity>;

/** What a node calls its history, and when it changes that. */
export class Identity {
  readonly #machine: IdentityMachine;
  #snapshot: ReturnType<typeof initialTransition<IdentityMachine>>[0];

  constructor(dialect: Dialect, rules: Ruleset) {
    this.#machine = replicationIdentity(rules);
    [this.#snapshot] = initialTransition(this.#machine, { dialect });
  }

  get ids(): ReplicationIds {
    return this.#snapshot.context.ids;
  }

  /** Moves on. True where the node's own replicas have to come back to learn its new replid. */
  step(event: IdentityEvent): boolean {
    return this.#effectsOf(event).some(({ type }) => type === 'dropReplicas');
  }

  /** Follows another node. What that can be asked to continue, if this node was a master. */
  follow(offset: ProcessedOffset): CachedMaster | null {
    for (const effect of this.#effectsOf({ type: 'REPLICAOF', offset })) {
      if (effect.type === 'offerHistory') return effect.params.history;
    }
    return null;
  }

  #effectsOf(event: IdentityEvent): readonly IdentityEffect[] {
    const [next, effects] = transition(this.#machine, this.#snapshot, event);
    this.#snapshot = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    return effects as readonly IdentityEffect[];
  }
}
