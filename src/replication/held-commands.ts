import type { Client } from './client.ts';
import { isWrite } from './execution.ts';

/** Writes that clients sent while writes are held back; a client with one is not read from. */
export class HeldCommands {
  readonly #held = new Map<Client, readonly string[]>();

  /** Keeps a write until `release`. False for what need not wait. */
  hold(client: Client, words: readonly string[]): boolean {
    const ends = words[0]?.toLowerCase() === 'exec' && client.transaction !== null;
    const writes = ends ? (client.transaction?.commands.some(isWrite) ?? false) : isWrite(words);
    if (!writes || (client.transaction !== null && !ends)) return false;
    this.#held.set(client, words);
    return true;
  }

  has(client: Client): boolean {
    return this.#held.has(client);
  }

  forget(client: Client): void {
    this.#held.delete(client);
  }

  /** Everything that was kept, in the order in which it came. */
  release(): readonly (readonly [Client, readonly string[]])[] {
    const held = [...this.#held];
    this.#held.clear();
    return held;
  }
}
