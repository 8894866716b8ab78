import type { Database, DataEntry } from '../../models/vocabulary/index.ts';

interface Keys {
  readonly entries: Map<string, DataEntry>;
  /** The keys that have a time to live. */
  readonly expiring: Set<string>;
}

/** The data of a node, by database and key. Values are never changed in place, so a copy of the maps is a snapshot. */
export class Keyspace {
  readonly #databases = new Map<number, Keys>();

  get(database: number, key: string): DataEntry | undefined {
    return this.#databases.get(database)?.entries.get(key);
  }

  set(database: number, key: string, entry: DataEntry): void {
    const keys = this.#open(database);
    keys.entries.set(key, entry);
    if (entry.expiresAt === null) keys.expiring.delete(key);
    else keys.expiring.add(key);
  }

  delete(database: number, key: string): boolean {
    const keys = this.#databases.get(database);
    keys?.expiring.delete(key);
    return keys?.entries.delete(key) ?? false;
  }

  /** Empties one database, or all. */
  flush(database?: number): void {
    if (database === undefined) this.#databases.clear();
    else this.#databases.delete(database);
  }

  size(database: number): number {
    return this.#databases.get(database)?.entries.size ?? 0;
  }

  /** How many keys each database that has any holds, and how many of them expire. */
  sizes(): (readonly [number, { readonly keys: number; readonly expires: number }])[] {
    return [...this.#databases]
      .filter(([, { entries }]) => entries.size > 0)
      .map(([database, { entries, expiring }]) => [
        database,
        { keys: entries.size, expires: expiring.size },
      ]);
  }

  keys(database: number): Iterable<string> {
    return this.#databases.get(database)?.entries.keys() ?? [];
  }

  /** Up to `limit` keys whose time has come by `now`, in milliseconds since 1970. */
  expired(now: number, limit: number): (readonly [number, string])[] {
    const found: (readonly [number, string])[] = [];
    for (const [database, { entries, expiring }] of this.#databases) {
      for (const key of expiring) {
        if (found.length >= limit) return found;
        if ((entries.get(key)?.expiresAt ?? now) <= now) found.push([database, key]);
      }
    }
    return found;
  }

  /** The data as it is now, unmoved by later writes. */
  freeze(): ReadonlyMap<number, Database> {
    return new Map(
      [...this.#databases].map(([database, { entries }]) => [database, new Map(entries)]),
    );
  }

  /** Puts other data in place of all there is. */
  replace(databases: ReadonlyMap<number, Database>): void {
    this.#databases.clear();
    for (const [database, entries] of databases) {
      for (const [key, entry] of entries) this.set(database, key, entry);
    }
  }

  #open(database: number): Keys {
    const keys = this.#databases.get(database) ?? { entries: new Map(), expiring: new Set() };
    this.#databases.set(database, keys);
    return keys;
  }
}
