import { initialTransition, transition } from 'xstate';
import {
  type BacklogEffect,
  type BacklogEvent,
  backlogLifecycle,
} from '../../models/machines/backlog-lifecycle.ts';
import type { IdleBacklog } from '../../models/rules/backlog.ts';
import type { CachedMaster } from '../../models/rules/handshake.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { StreamedCommand } from '../../models/rules/stream.ts';
import {
  type BacklogWindow,
  type Dialect,
  NO_DATABASE,
  type ProcessedOffset,
  processedOffset,
  type ReplicationId,
  type ReplicationIds,
  type Role,
} from '../../models/vocabulary/index.ts';
import { Backlog } from './backlog.ts';
import { Identity } from './identity.ts';
import type { NodePorts } from './ports.ts';

export interface StreamOptions {
  readonly dialect: Dialect;
  readonly ports: NodePorts;
  readonly rules?: Ruleset;
}

/**
 * The replication stream of a node: what it is called, how far it has come, and the last bytes of it. Every byte that
 * counts goes through `append`.
 */
export class ReplicationStream {
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  readonly #ports: NodePorts;
  #backlog: Backlog | null = null;
  #database = NO_DATABASE;
  readonly #lifecycle: ReturnType<typeof backlogLifecycle>;
  #backlogState: ReturnType<typeof initialTransition<ReturnType<typeof backlogLifecycle>>>[0];
  #identity: Identity;
  offset: ProcessedOffset = processedOffset(0);

  constructor(options: StreamOptions) {
    this.#rules = options.rules ?? STANDARD;
    this.#dialect = options.dialect;
    this.#ports = options.ports;
    this.#lifecycle = backlogLifecycle(this.#rules);
    const { dialect } = options;
    [this.#backlogState] = initialTransition(this.#lifecycle, { dialect });
    this.#identity = new Identity(dialect, this.#rules);
    this.begin(null, 'master', 0);
  }

  /** Takes the place in a history that was saved, or begins a new one. What a master can be asked to continue. */
  begin(saved: CachedMaster | null, role: Role, capacity: number): CachedMaster | null {
    const fresh = this.#ports.draw();
    const { offset, cached } = this.#rules.beginning(
      saved,
      { role, dialect: this.#dialect },
      this.#rules.freshIds(fresh),
    );
    this.offset = offset;
    this.#identity = new Identity(this.#dialect, this.#rules);
    this.#identity.step({ type: 'BOOTED', role, saved, fresh });
    this.#stepBacklog({ type: 'BOOTED', role, saved }, capacity);
    return cached;
  }

  get ids(): ReplicationIds {
    return this.#identity.ids;
  }

  get backlog(): Backlog | null {
    return this.#backlog;
  }

  get window(): BacklogWindow | null {
    return this.#backlog?.window ?? null;
  }

  /** The database that the last SELECT in the stream named. */
  get database(): number {
    return this.#database;
  }

  /** The bytes of a command for the stream, with a SELECT before it where the database changes. */
  encode({ words, database }: StreamedCommand): readonly Uint8Array[] {
    const command = this.#ports.encodeCommand(words);
    if (database === null || !this.#rules.needsSelect(this.#database, database)) return [command];
    this.#database = database;
    return [this.#ports.encodeCommand(['SELECT', String(database)]), command];
  }

  append(bytes: Uint8Array): void {
    this.offset = this.#rules.offsetAfterFeed(this.offset, bytes.length, this.window);
    this.#backlog?.feed(bytes);
    this.#ports.streamed?.(bytes);
  }

  /** A replica has come that needs a snapshot. True where a backlog was begun for it. */
  serveFrom(capacity: number): boolean {
    const before = this.#backlog;
    const fresh = this.#ports.draw();
    this.#identity.step({ type: 'REPLICA_ARRIVED', window: this.window, fresh });
    this.#stepBacklog({ type: 'REPLICA_ARRIVED' }, capacity);
    return before === null;
  }

  /** Gives up the backlog, and the history with it, where it has outlived its use. */
  expireBacklog(idle: IdleBacklog): void {
    this.#stepBacklog({ type: 'TICK', ...idle });
  }

  resizeBacklog(capacity: number): void {
    this.#stepBacklog({ type: 'RESIZED', capacity });
  }

  /** Gives the backlog up for another history that is about to take its place. */
  giveUpHistory(): void {
    this.#stepBacklog({ type: 'HISTORY_GIVEN_UP' });
  }

  /** Goes on as its master continues it. True where that gave it another replid. */
  continue(named: string | null, capacity: number): boolean {
    const renamed = this.#identity.step({ type: 'CONTINUED', named, offset: this.offset });
    this.#stepBacklog({ type: 'RESYNCED' }, capacity);
    return renamed;
  }

  /** Takes the identity of the master whose snapshot was loaded. */
  adopt(replid: ReplicationId, offset: ProcessedOffset, capacity: number): void {
    this.#identity.step({ type: 'ADOPTED', replid });
    this.offset = offset;
    this.#stepBacklog({ type: 'RESYNCED' }, capacity);
  }

  /** Follows another node. What that can be asked to continue, if this node was a master. */
  follow(): CachedMaster | null {
    const history = this.#identity.follow(this.offset);
    this.#stepBacklog({ type: 'REPLICAOF' });
    return history;
  }

  /** The offset that a snapshot taken now stands for. */
  startSnapshot(): ProcessedOffset {
    const { offset, database } = this.#rules.setUpFullResync(this.offset, this.#database);
    this.#database = database;
    return offset;
  }

  /** A replica goes on where it stopped. */
  noteContinuation(): void {
    this.#database = this.#rules.databaseAfter('continue', this.#database);
  }

  /** Takes a new name for a history that goes on, as DEBUG CHANGE-REPL-ID does. Nobody is told. */
  changeReplid(): void {
    this.#identity.step({ type: 'REPLID_CHANGED', fresh: this.#ports.draw() });
  }

  /** Becomes the history of a master. True where that gave it another replid. */
  promote(replicas: number): boolean {
    const fresh = this.#ports.draw();
    const { ids, offset } = this;
    const after = this.#rules.promotion({ ids, offset, database: this.#database }, fresh);
    const renamed = this.#identity.step({ type: 'PROMOTED', offset, fresh });
    this.offset = after.offset;
    this.#database = after.database;
    this.#stepBacklog({ type: 'PROMOTED', replicas });
    if (!after.keepsBacklog) this.giveUpHistory();
    return renamed;
  }

  #stepBacklog(event: BacklogEvent, capacity = 0): void {
    const [next, effects] = transition(this.#lifecycle, this.#backlogState, event);
    this.#backlogState = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    for (const effect of effects as readonly BacklogEffect[]) this.#perform(effect, capacity);
  }

  #perform(effect: BacklogEffect, capacity: number): void {
    switch (effect.type) {
      case 'createBacklog':
        this.#backlog = new Backlog({
          capacity,
          offset: this.offset,
          dialect: this.#dialect,
          rules: this.#rules,
        });
        break;
      case 'endHistory':
        this.#identity.step({ type: 'BACKLOG_EXPIRED', fresh: this.#ports.draw() });
        break;
      case 'freeBacklog':
        this.#backlog = null;
        break;
      case 'resizeBacklog':
        this.#backlog?.resize(effect.params.capacity);
        break;
    }
  }
}
