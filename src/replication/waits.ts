import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { ProcessedOffset, RespValue } from '../../models/vocabulary/index.ts';
import type { Client, PendingWait } from './client.ts';
import type { NodeEffect } from './effects.ts';
import { integer } from './replies.ts';

export interface WaitsHost {
  readonly now: () => number;
  readonly emit: (effect: NodeEffect) => void;
  readonly reply: (client: Client, reply: RespValue) => void;
  readonly close: (client: Client, afterReplies: boolean) => void;
  /** How many online replicas have acknowledged everything up to `offset`. */
  readonly acknowledging: (offset: ProcessedOffset) => number;
}

/** A replica can't tell what others have acknowledged. */
const UNBLOCKED: RespValue = {
  error:
    'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
};

/** The clients that wait until enough replicas have acknowledged, or their time is up. */
export class Waits {
  readonly #host: WaitsHost;
  readonly #rules: Ruleset;
  readonly #waiting = new Set<Client>();
  /** How many have begun to wait since this was last asked. */
  #begun = 0;

  constructor(host: WaitsHost, rules: Ruleset) {
    this.#host = host;
    this.#rules = rules;
  }

  begin(client: Client, wait: PendingWait): void {
    client.wait = wait;
    this.#waiting.add(client);
    this.#begun += 1;
    if (wait.deadline !== null) this.#host.emit({ effect: 'wake', at: wait.deadline });
  }

  forget(client: Client): void {
    this.#waiting.delete(client);
  }

  takeBegun(): number {
    const begun = this.#begun;
    this.#begun = 0;
    return begun;
  }

  /** Answers everybody whose wait is over. */
  settle(): void {
    for (const client of this.#waiting) this.#endIfDue(client);
  }

  /** Nobody may wait any longer: the node becomes a replica. */
  endAll(): void {
    for (const client of this.#waiting) {
      this.#host.reply(client, UNBLOCKED);
      this.#host.close(client, true);
    }
    this.#waiting.clear();
  }

  #endIfDue(client: Client): void {
    if (client.wait === null) return;
    const { replicas, offset, deadline } = client.wait;
    const count = this.#host.acknowledging(offset);
    const isOver = deadline !== null && this.#host.now() >= deadline;
    if (!isOver && !this.#rules.waitSatisfied(count, replicas)) return;
    client.wait = null;
    this.#waiting.delete(client);
    this.#host.reply(client, integer(count));
    this.#host.emit({ effect: 'resume', client: client.id });
  }
}
