import type { TransitionId } from '../../../models/machines/transitions.ts';

/** What a walk found of one transition of a server. */
export type TransitionOutcome =
  | { readonly outcome: 'confirmed' }
  /** What was predicted, and what was seen. */
  | { readonly outcome: 'violated'; readonly why: string }
  | { readonly outcome: 'not-provoked'; readonly why: string };

/** What walks through a machine found of one server. */
export interface MachineCoverage {
  readonly machine: string;
  /** As the server names itself: `redis 7.0.15`. */
  readonly server: string;
  readonly dialect: string;
  readonly transitions: Readonly<Record<TransitionId, TransitionOutcome>>;
}

/** Gathers outcomes: a transition that was ever seen to go wrong stays so. */
export class Coverage {
  readonly #outcomes = new Map<TransitionId, TransitionOutcome>();

  confirm(ids: readonly TransitionId[]): void {
    for (const id of ids) {
      if (this.#outcomes.get(id)?.outcome !== 'violated') {
        this.#outcomes.set(id, { outcome: 'confirmed' });
      }
    }
  }

  violate(ids: readonly TransitionId[], why: string): void {
    for (const id of ids) {
      if (this.#outcomes.get(id)?.outcome !== 'confirmed') {
        this.#outcomes.set(id, { outcome: 'violated', why });
      }
    }
  }

  /** Says why a transition was not come by, if it was not. */
  miss(ids: readonly TransitionId[], why: string): void {
    for (const id of ids) {
      if (!this.#outcomes.has(id)) this.#outcomes.set(id, { outcome: 'not-provoked', why });
    }
  }

  has(id: TransitionId): boolean {
    return this.#outcomes.has(id);
  }

  get transitions(): Readonly<Record<TransitionId, TransitionOutcome>> {
    return Object.fromEntries([...this.#outcomes].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
