import type { Beginning } from '../../models/rules/restart.ts';
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
} from '../../models/vocabulary/index.ts';
import { Backlog } from './backlog.ts';
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
  ids: ReplicationIds;
  offset: ProcessedOffset = processedOffset(0);

  constructor(options: StreamOptions) {
    this.#rules = options.rules ?? STANDARD;
    this.#dialect = options.dialect;
    this.#ports = options.ports;
    this.ids = this.#rules.freshIds(options.ports.draw());
  }

  /** Takes the place in a history that the node begins with. */
  begin({ ids, offset, hasBacklog }: Beginning, capacity: number): void {
    this.ids = ids;
    this.offset = offset;
    if (hasBacklog) this.createBacklog(capacity);
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

  /** Makes sure that a replica can be served in full from here on. True where that began a backlog. */
  beginFor(capacity: number): boolean {
    const begins = this.#backlog === null;
    this.ids = this.#rules.idsForFullResync(this.ids, this.window, this.#ports.draw());
    if (begins) this.createBacklog(capacity);
    return begins;
  }

  createBacklog(capacity: number): void {
    this.#backlog = new Backlog({
      capacity,
      offset: this.offset,
      dialect: this.#dialect,
      rules: this.#rules,
    });
  }

  /** Gives the backlog up, and the history with it. */
  expireBacklog(): void {
    this.ids = this.#rules.idsAfterBacklogExpiry(this.ids, this.#ports.draw());
    this.#backlog = null;
  }

  /** Gives the backlog up for another history that is about to take its place. */
  dropBacklog(): void {
    this.#backlog = null;
  }

  /** Takes the identity of the master whose snapshot was loaded. */
  adopt(replid: ReplicationId, offset: ProcessedOffset): void {
    this.ids = this.#rules.idsAfterFullResync(this.ids, replid);
    this.offset = offset;
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
    this.ids = this.#rules.freshIds(this.#ports.draw());
  }

  promote(): void {
    const after = this.#rules.promotion(
      { ids: this.ids, offset: this.offset, database: this.#database },
      this.#ports.draw(),
    );
    this.ids = after.ids;
    this.offset = after.offset;
    this.#database = after.database;
    if (!after.keepsBacklog) this.#backlog = null;
  }
}
