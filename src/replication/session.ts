import { initialTransition, transition } from 'xstate';
import type { replicaSession } from '../../models/machines/replica-session.ts';
import type {
  SessionContext,
  SessionEffect,
  SessionEvent,
} from '../../models/machines/replica-session-terms.ts';
import type { Dialect, SessionState } from '../../models/vocabulary/index.ts';
import type { ReplicaFeed } from './replica-feed.ts';

export type SessionMachine = ReturnType<typeof replicaSession>;

/** A client's standing as a replica: where it is in the session machine, and what it is being sent. */
export class Session {
  readonly #machine: SessionMachine;
  #snapshot: ReturnType<typeof initialTransition<SessionMachine>>[0];
  /** Its place in the stream, once it has one. */
  feed: ReplicaFeed | null = null;
  /** Whether bytes of the stream may be given out. */
  open = false;
  /** Whether whoever drives the node was told of bytes that it has not taken all. */
  announced = false;
  /** The snapshot that it waits for or is being sent. */
  job: number | null = null;
  /** Why what it asks for takes a full resynchronization, or why its link is closed. */
  because = '';
  /** When it last sent anything at all, in seconds. */
  heardAnythingAt: number;
  /** Since when it has lagged beyond the soft output limit, in seconds. */
  lagsSince: number | null = null;

  constructor(machine: SessionMachine, dialect: Dialect, at: number) {
    this.#machine = machine;
    [this.#snapshot] = initialTransition(machine, { dialect });
    this.heardAnythingAt = at;
  }

  get context(): SessionContext {
    return this.#snapshot.context;
  }

  get state(): SessionState {
    const { value } = this.#snapshot;
    return typeof value === 'string' ? value : value.attached;
  }

  /** Moves on, and returns what has to be done about it. */
  step(event: SessionEvent): readonly SessionEffect[] {
    const [next, effects] = transition(this.#machine, this.#snapshot, event);
    this.#snapshot = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    return effects as readonly SessionEffect[];
  }
}
