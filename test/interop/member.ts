import { setTimeout as pause } from 'node:timers/promises';
import { Control } from '../../src/conformance/target/control.ts';
import { type Observation, observationOf } from '../../src/conformance/target/observation.ts';

/** The longest wait for one answer or for servers to agree, in milliseconds. */
export const PATIENCE = 60_000;

export interface Counts {
  readonly full: number;
  readonly partial: number;
  /** How many asked in vain to be continued; the other full ones asked for everything. */
  readonly refused: number;
}

/** A server of a scene, ours or a real one, with a client of its own. */
export class Member {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly client: Control;
  readonly #stop: () => Promise<void>;

  private constructor(name: string, at: Address, client: Control, stop: () => Promise<void>) {
    this.name = name;
    this.host = at.host;
    this.port = at.port;
    this.client = client;
    this.#stop = stop;
  }

  static async of(name: string, at: Address, stop: () => Promise<void>): Promise<Member> {
    const client = await Control.open({ host: at.host, port: at.port }, { timeout: PATIENCE });
    return new Member(name, at, client, stop);
  }

  async observe(): Promise<Observation> {
    return observationOf(await this.client.info('replication', 'stats', 'persistence'));
  }

  /** How many resynchronizations it has given since it started. */
  async counts(): Promise<Counts> {
    const { counters } = await this.observe();
    return {
      full: counters.syncFull,
      partial: counters.syncPartialOk,
      refused: counters.syncPartialErr,
    };
  }

  async digest(): Promise<string> {
    const reply = await this.client.run('DEBUG', 'DIGEST');
    return reply !== null && 'simple' in reply ? reply.simple : JSON.stringify(reply);
  }

  follow(master: Member): Promise<unknown> {
    return this.client.run('REPLICAOF', master.host, String(master.port));
  }

  promote(): Promise<unknown> {
    return this.client.run('REPLICAOF', 'NO', 'ONE');
  }

  /** Cuts the links of its replicas. */
  async cutReplicas(): Promise<void> {
    await this.client.command('CLIENT', 'KILL', 'TYPE', 'slave');
  }

  /** Looks again and again until something holds. */
  async until(what: string, holds: (seen: Observation) => boolean): Promise<Observation> {
    const deadline = Date.now() + PATIENCE;
    for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
      const seen = await this.observe();
      if (holds(seen)) return seen;
      if (Date.now() > deadline) {
        throw new Error(
          `${this.name}, not within ${PATIENCE} ms: ${what}; ${JSON.stringify(seen)}`,
        );
      }
      await pause(wait);
    }
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.#stop();
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Waits until all have what the first has: the same history at the same offset. */
export const inStep = async (master: Member, ...replicas: readonly Member[]): Promise<void> => {
  const deadline = Date.now() + PATIENCE;
  for (const replica of replicas) {
    for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
      // The master is looked at first: what it adds meanwhile makes us look again, not go wrong.
      const [ahead, behind] = [await master.observe(), await replica.observe()];
      const same = ahead.ids.replid === behind.ids.replid && ahead.offset === behind.offset;
      if (same && behind.linkUp) break;
      if (Date.now() > deadline) {
        const seen = JSON.stringify([ahead, behind]);
        throw new Error(`${replica.name} is not in step with ${master.name}: ${seen}`);
      }
      await pause(wait);
    }
  }
};
