import type { StreamedCommand } from '../../models/rules/stream.ts';
import type { ReplicationNode } from './node.ts';

/** How often the replication cron turns, in milliseconds. */
const PERIOD = 1000;

/** The replication cron: once a second, and ten times as often while a node hands over. */
export class Cron {
  readonly #node: ReplicationNode;
  readonly #write: (command: StreamedCommand) => void;
  #calls = 0;
  #next: number;

  /** `write` adds a command to the stream. */
  constructor(node: ReplicationNode, write: (command: StreamedCommand) => void) {
    this.#node = node;
    this.#write = write;
    this.#next = node.now() + PERIOD;
  }

  /** Time has passed. */
  tick(): void {
    const now = this.#node.now();
    const early = this.#node.failover.state === 'none' ? 0 : PERIOD;
    if (now < this.#next - early) return;
    this.#next = Math.max(this.#next + PERIOD, now);
    this.#turn();
  }

  /** In Redis's order (docs/protocol.md 2.10). */
  #turn(): void {
    const { masterLink, replicas, snapshots, persistence } = this.#node;
    masterLink.tick();
    this.#ping();
    replicas.tick();
    this.#expireBacklog();
    snapshots.tick();
    if (this.#node.savesToDisk) persistence.tick();
    this.#calls += 1;
  }

  #ping(): void {
    const { rules, settings, replicas, role, failover, dialect } = this.#node;
    const ping = {
      cronCalls: this.#calls,
      period: settings.number('repl-ping-replica-period'),
      replicas: replicas.count,
      paused: role === 'slave' || failover.holdsPings,
    };
    if (rules.pingDue(ping)) this.#write({ words: rules.pingCommand(dialect), database: null });
  }

  #expireBacklog(): void {
    const { stream, replicas, role, settings, seconds } = this.#node;
    if (stream.backlog === null) return;
    stream.expireBacklog({
      role,
      replicas: replicas.count,
      idleSeconds: seconds() - replicas.idleSince,
      ttlSeconds: settings.number('repl-backlog-ttl'),
    });
    if (stream.backlog !== null) return;
    this.#node.log({ event: 'backlog-freed', replid: stream.ids.replid });
  }
}
