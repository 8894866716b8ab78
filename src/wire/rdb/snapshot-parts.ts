import type {
  DataEntry,
  DataValue,
  ModuleAuxiliary,
  Snapshot,
} from '../../../models/vocabulary/index.ts';
import { addTo } from './collect.ts';

/** A snapshot while it is read: what has come so far, and what was said about the next key. */
export class SnapshotParts {
  readonly #databases = new Map<number, Map<string, DataEntry>>();
  readonly functions: string[] = [];
  readonly scripts: string[] = [];
  readonly #moduleAuxiliary: ModuleAuxiliary[] = [];
  readonly auxiliary = new Map<string, string>();
  #database: Map<string, DataEntry> | undefined;
  /** When the next key expires, in milliseconds since 1970. */
  expiresAt: number | null = null;
  /** The key whose value is being read. */
  key: string | null = null;

  /** Selects a database for the keys that follow. */
  select(index: number): Map<string, DataEntry> {
    const database = this.#databases.get(index) ?? new Map<string, DataEntry>();
    this.#databases.set(index, database);
    this.#database = database;
    return database;
  }

  /** Adds a key. Where no database was named yet, it belongs to the first. */
  add(key: string, value: DataValue): void {
    const database = this.#database ?? this.select(0);
    this.key = null;
    addTo(database, key, { value, expiresAt: this.expiresAt }, 'key');
    this.expiresAt = null;
  }

  addModuleAuxiliary(bytes: Uint8Array): void {
    const place = this.#database === undefined ? 'before-keys' : 'after-keys';
    this.#moduleAuxiliary.push({ place, bytes });
  }

  get whole(): Snapshot {
    return {
      databases: this.#databases,
      functions: this.functions,
      scripts: this.scripts,
      moduleAuxiliary: this.#moduleAuxiliary,
      auxiliary: this.auxiliary,
    };
  }
}
