import { initialTransition, transition } from 'xstate';
import type { FailoverEffect, FailoverEvent, failover } from '../../models/machines/failover.ts';
import type {
  Candidate,
  FailoverState,
  FailoverWish,
  ReplicaAddress,
} from '../../models/rules/failover.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { ProcessedOffset, Role } from '../../models/vocabulary/index.ts';
import { failoverMachine } from './machines.ts';

export interface FailoverHost {
  readonly now: () => number;
  readonly role: () => Role;
  readonly offset: () => ProcessedOffset;
  readonly candidates: () => readonly Candidate[];
  readonly releaseWrites: () => void;
  readonly handOver: (target: ReplicaAddress) => void;
  readonly becomeMasterAgain: () => void;
}

type FailoverMachine = ReturnType<typeof failover>;

/** A node's coordinated failover, from the command to its end. */
export class Failover {
  readonly #host: FailoverHost;
  readonly #machine: FailoverMachine;
  #snapshot: ReturnType<typeof initialTransition<FailoverMachine>>[0];
  #reply = '';
  holdsWrites = false;

  constructor(host: FailoverHost, rules: Ruleset = STANDARD) {
    this.#host = host;
    this.#machine = failoverMachine(rules);
    [this.#snapshot] = initialTransition(this.#machine);
  }

  get state(): FailoverState {
    return this.#snapshot.value;
  }

  /** Whether PINGs are held back too: only where the failover has a deadline. */
  get holdsPings(): boolean {
    return this.holdsWrites && this.#snapshot.context.deadline !== null;
  }

  /** Begins a failover, or ends it where there is no wish; gives the line of the reply. */
  command(wish: FailoverWish | null): string {
    const { role, candidates, now } = this.#host;
    this.step(
      wish === null
        ? { type: 'ABORT' }
        : { type: 'FAILOVER', wish, role: role(), candidates: candidates(), now: now() },
    );
    return this.#reply;
  }

  /** Looks whether it is time to hand over, or to give up. */
  progress(): void {
    if (this.state !== 'waitingForSync') return;
    const { candidates, offset, now } = this.#host;
    this.step({ type: 'PROGRESS', candidates: candidates(), offset: offset(), now: now() });
  }

  step(event: FailoverEvent): void {
    const [next, effects] = transition(this.#machine, this.#snapshot, event);
    this.#snapshot = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    for (const effect of effects as readonly FailoverEffect[]) this.#perform(effect);
  }

  #perform(effect: FailoverEffect): void {
    switch (effect.type) {
      case 'reply':
        this.#reply = effect.params.line;
        break;
      case 'holdWrites':
        this.holdsWrites = true;
        break;
      case 'releaseWrites':
        this.holdsWrites = false;
        this.#host.releaseWrites();
        break;
      case 'handOver':
        this.#host.handOver(effect.params.target);
        break;
      case 'becomeMasterAgain':
        this.#host.becomeMasterAgain();
        break;
    }
  }
}
