import type { DataEntry, Role } from '../../models/vocabulary/index.ts';
import { Keyspace } from './keyspace.ts';

export interface DataHost {
  readonly role: () => Role;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly propagate: (database: number, words: readonly string[]) => void;
}

/** The keys of a node as its clients see them: what has expired is not there. */
export class Data {
  readonly keyspace = new Keyspace();
  readonly #host: DataHost;
  /** While a command of the master runs, a key is there until the master deletes it, whatever our clock says. */
  trustsMaster = false;

  constructor(host: DataHost) {
    this.#host = host;
  }

  read(database: number, key: string): DataEntry | undefined {
    const entry = this.keyspace.get(database, key);
    if (entry === undefined || entry.expiresAt === null || this.trustsMaster) return entry;
    if (entry.expiresAt > this.#host.now()) return entry;
    // A replica shows an expired key to nobody and waits for its master to delete it.
    if (this.#host.role() === 'master') this.#expire(database, key);
    return undefined;
  }

  write(database: number, key: string, entry: DataEntry): void {
    this.keyspace.set(database, key, entry);
  }

  remove(database: number, key: string): boolean {
    return this.read(database, key) !== undefined && this.keyspace.delete(database, key);
  }

  /** Deletes up to `limit` keys whose time has come; `each` is called after each. */
  expire(limit: number, each: () => void): void {
    for (const [database, key] of this.keyspace.expired(this.#host.now(), limit)) {
      this.#expire(database, key);
      each();
    }
  }

  #expire(database: number, key: string): void {
    this.keyspace.delete(database, key);
    this.#host.propagate(database, ['DEL', key]);
  }
}
