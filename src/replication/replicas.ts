import type {
  MasterView,
  SessionEffect,
  SessionEvent,
} from '../../models/machines/replica-session-terms.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { ResyncCounters } from '../../models/rules/statistics.ts';
import type { Dialect, ProcessedOffset, Role } from '../../models/vocabulary/index.ts';
import type { Client } from './client.ts';
import type { NodeEffect, NodeEvent } from './effects.ts';
import { sessionMachine } from './machines.ts';
import { ReplicaFeed } from './replica-feed.ts';
import { Session, type SessionMachine } from './session.ts';
import type { Settings } from './settings.ts';
import type { ReplicationStream } from './stream.ts';

/** What the replicas' side of a node needs from the rest of it. */
export interface ReplicasHost {
  readonly stream: ReplicationStream;
  readonly settings: Settings;
  /** Whole seconds since 1970. */
  readonly seconds: () => number;
  readonly role: () => Role;
  readonly emit: (effect: NodeEffect) => void;
  readonly sendLine: (client: Client, line: string) => void;
  readonly close: (client: Client, afterReplies: boolean) => void;
  /** A replica wants a snapshot. */
  readonly requestSnapshot: (client: Client, session: Session) => void;
  /** A replica is gone. */
  readonly left: () => void;
  readonly promote: () => void;
  /** Whether the node's own link to its master is established. */
  readonly linkUp: () => boolean;
  readonly failingOver: () => boolean;
}

/** The replicas of a node, in the order in which they attached. */
export class Replicas {
  readonly #host: ReplicasHost;
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  readonly #machine: SessionMachine;
  readonly #attached = new Map<Client, Session>();
  counters: ResyncCounters = { syncFull: 0, syncPartialOk: 0, syncPartialErr: 0 };
  /** When the last replica left, in seconds. */
  idleSince: number;

  constructor(host: ReplicasHost, dialect: Dialect, rules: Ruleset = STANDARD) {
    this.#host = host;
    this.#rules = rules;
    this.#dialect = dialect;
    this.#machine = sessionMachine(rules);
    this.idleSince = host.seconds();
  }

  get count(): number {
    return this.#attached.size;
  }

  /** Attached replicas, oldest first. */
  all(): (readonly [Client, Session])[] {
    return [...this.#attached];
  }

  sessionOf(client: Client): Session {
    client.session ??= new Session(this.#machine, this.#dialect, this.#host.seconds());
    return client.session;
  }

  isAttached(client: Client): boolean {
    return this.#attached.has(client);
  }

  /** The node as a SYNC or PSYNC finds it. */
  view(): MasterView {
    const { stream } = this.#host;
    return {
      role: this.#host.role(),
      linkUp: this.#host.linkUp(),
      failingOver: this.#host.failingOver(),
      ids: stream.ids,
      window: stream.window,
    };
  }

  /** A client is about to ask for a resynchronization; `because` says why it would have to be a full one. */
  noteRequest(client: Client, request: string, because: string): void {
    const session = this.sessionOf(client);
    session.because = because;
    this.#log({ event: 'replica-asks', replica: nameOf(client, session), request });
  }

  /** Moves a client's session on and does what follows from it. */
  step(client: Client, event: SessionEvent): void {
    const session = this.sessionOf(client);
    const effects = session.step(event);
    const attached = this.#rules.isAttached(session.state);
    if (attached && !this.#attached.has(client)) this.#attach(client, session);
    for (const effect of effects) this.#perform(client, session, effect);
    if (session.state === 'closed' && this.#attached.has(client)) this.#detach(client, session);
  }

  /** Appends bytes to the stream, for every replica and the backlog. */
  append(bytes: Uint8Array): void {
    this.#host.stream.append(bytes);
    const { hard } = this.#host.settings.replicaOutputLimit;
    for (const [client, session] of this.#attached) {
      if (session.open) this.#announce(client, session);
      if (this.#exceeds(session, hard)) this.step(client, { type: 'OUTPUT_LIMIT' });
    }
  }

  /** The next bytes of the stream for a replica, `limit` at most; none only where there are none. */
  take(session: Session, limit: number): Uint8Array {
    const bytes = session.open && session.feed ? session.feed.take(limit) : NOTHING;
    if (bytes.length === 0) session.announced = false;
    return bytes;
  }

  /** Whoever was told of bytes takes them until there are none: until then there is no need to tell again. */
  #announce(client: Client, session: Session): void {
    if (session.announced) return;
    session.announced = true;
    this.#host.emit({ effect: 'stream', client: client.id });
  }

  /** One second of the replication cron. */
  tick(): void {
    const at = this.#host.seconds();
    const timeoutSeconds = this.#host.settings.number('repl-timeout');
    for (const [client, session] of this.all()) {
      this.step(client, { type: 'TICK', at, timeoutSeconds });
      this.#checkSoftLimit(client, session, at);
    }
  }

  /** Closes every replica's link. */
  dropAll(): void {
    for (const [client] of this.all()) this.step(client, { type: 'DROPPED' });
  }

  /** How many online replicas have acknowledged everything up to `offset`. */
  acknowledging(offset: ProcessedOffset): number {
    const replicas = [...this.#attached.values()].map((session) => ({
      state: session.state,
      acknowledged: session.context.acknowledged,
    }));
    return this.#rules.countAcknowledged(replicas, offset);
  }

  /** How many replicas are online and were heard within `maxLag` seconds. */
  good(maxLag: number): number {
    const at = this.#host.seconds();
    const replicas = [...this.#attached.values()].map(({ state, context }) => ({
      state,
      silentSeconds: at - context.heardAt,
    }));
    return this.#rules.countGood(replicas, maxLag);
  }

  #attach(client: Client, session: Session): void {
    this.#attached.set(client, session);
    client.protocol = 2;
  }

  #detach(client: Client, session: Session): void {
    this.#attached.delete(client);
    const because = session.because || 'its link ended';
    this.#log({ event: 'replica-leaves', replica: nameOf(client, session), because });
    if (this.#attached.size === 0) this.idleSince = this.#host.seconds();
    this.#host.left();
  }

  /** Whether more waits for a replica than a limit allows; 0 is no limit, and none is below the backlog's size. */
  #exceeds({ feed }: Session, limit: number): boolean {
    const capacity = this.#host.stream.backlog?.capacity ?? 0;
    return feed !== null && limit > 0 && feed.lag > Math.max(limit, capacity);
  }

  /** The soft limit ends a link only once it has been exceeded for some time. */
  #checkSoftLimit(client: Client, session: Session, at: number): void {
    const { soft, softSeconds } = this.#host.settings.replicaOutputLimit;
    if (!this.#exceeds(session, soft)) session.lagsSince = null;
    else session.lagsSince ??= at;
    if (session.lagsSince !== null && at - session.lagsSince > softSeconds) {
      this.step(client, { type: 'OUTPUT_LIMIT' });
    }
  }

  #log(event: NodeEvent): void {
    this.#host.emit({ effect: 'log', event });
  }

  #perform(client: Client, session: Session, effect: SessionEffect): void {
    const replica = nameOf(client, session);
    switch (effect.type) {
      case 'sendError':
        this.#host.sendLine(client, effect.params.line);
        break;
      case 'promote':
        this.#host.promote();
        break;
      case 'countResync':
        this.counters = sum(this.counters, effect.params.counters);
        break;
      case 'replyContinue':
        this.#host.sendLine(client, effect.params.line);
        session.feed = new ReplicaFeed(this.#host.stream, effect.params.from);
        this.#host.stream.noteContinuation();
        this.#log({ event: 'continues', replica, from: effect.params.from });
        session.because = '';
        break;
      case 'requestSnapshot':
        this.#log({ event: 'full-resync', replica, because: session.because });
        session.because = '';
        this.#host.requestSnapshot(client, session);
        break;
      case 'replyFullResync':
        if (effect.params.line !== null) this.#host.sendLine(client, effect.params.line);
        break;
      case 'sendSnapshot':
        if (session.job !== null) {
          this.#host.emit({ effect: 'transmit', client: client.id, job: session.job, mark: null });
        }
        break;
      case 'openStream':
        session.open = true;
        this.#announce(client, session);
        this.#log({ event: 'replica-online', replica });
        break;
      case 'sendNewline':
        this.#host.emit({ effect: 'send', client: client.id, bytes: NEWLINE });
        break;
      case 'closeLink':
        session.because = effect.params.because;
        this.#host.close(client, true);
        break;
      case 'letReplyThrough':
        break;
    }
  }
}

const NOTHING = new Uint8Array(0);

/** Keeps a waiting replica's patience; it is no line of a reply, so it has no CR. */
const NEWLINE = new Uint8Array([10]);

/** How logs name a replica: the address and port that it announced. */
export const nameOf = (client: Client, session: Session): string =>
  `${session.context.address ?? client.peer.address}:${session.context.listeningPort}`;

const sum = (one: ResyncCounters, other: ResyncCounters): ResyncCounters => ({
  syncFull: one.syncFull + other.syncFull,
  syncPartialOk: one.syncPartialOk + other.syncPartialOk,
  syncPartialErr: one.syncPartialErr + other.syncPartialErr,
});
