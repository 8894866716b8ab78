import type { Database, DataEntry, Snapshot } from '../../models/vocabulary/index.ts';

interface Keys {
  readonly entries: Map<string, DataEntry>;
  /** The keys that have a time to live. */
  readonly expiring: Set<string>;
}

/** What a snapshot holds beside its keys: kept and handed on, but not looked into. */
type Extras = Pick<Snapshot, 'functions' | 'scripts' | 'moduleAuxiliary'>;

const NO_EXTRAS: Extras = { functions: [], scripts: [], moduleAuxiliary: [] };

/**
 * The data of a node, by database and key. A snapshot shares its values: only a list, map or set that was made since the
 * last snapshot may be changed in place.
 */
export class Keyspace {
  readonly #databases = new Map<number, Keys>();
  #extras = NO_EXTRAS;
  /** The containers that no snapshot shares. */
  #own = new WeakSet<object>();

  /** A container to change: the one that is there where nobody shares it, else a copy. */
  own<Readable extends object, Writable extends Readable>(
    container: Readable,
    copy: (container: Readable) => Writable,
  ): Writable {
    // Only what `copy` made is in the set.
    if (this.#own.has(container)) return container as Writable;
    const copied = copy(container);
    this.#own.add(copied);
    return copied;
  }

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

  /** The keys as they are now, unmoved by later writes. */
  freeze(): ReadonlyMap<number, Database> {
    this.#own = new WeakSet();
    return new Map(
      [...this.#databases]
        .filter(([, { entries }]) => entries.size > 0)
        .map(([database, { entries }]) => [database, new Map(entries)]),
    );
  }

  get extras(): Extras {
    return this.#extras;
  }

  /** Puts the data of a snapshot in place of all there is. */
  replace({ databases, functions, scripts, moduleAuxiliary }: Snapshot): void {
    this.#databases.clear();
    this.#own = new WeakSet();
    this.#extras = { functions, scripts, moduleAuxiliary };
    for (const [database, entries] of databases) {
      for (const [key, entry] of entries) this.set(database, key, entry);
    }
  }

  swap(one: number, other: number): void {
    const [ofOne, ofOther] = [this.#databases.get(one), this.#databases.get(other)];
    this.#databases.delete(one);
    this.#databases.delete(other);
    if (ofOther !== undefined) this.#databases.set(one, ofOther);
    if (ofOne !== undefined) this.#databases.set(other, ofOne);
  }

  /** Every key, by database in order. */
  *all(): Generator<readonly [database: number, entries: ReadonlyMap<string, DataEntry>]> {
    const numbers = [...this.#databases.keys()].sort((one, other) => one - other);
    for (const number of numbers) {
      const entries = this.#databases.get(number)?.entries;
      if (entries !== undefined && entries.size > 0) yield [number, entries];
    }
  }

  #open(database: number): Keys {
    const keys = this.#databases.get(database) ?? { entries: new Map(), expiring: new Set() };
    this.#databases.set(database, keys);
    return keys;
  }
}
