import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import type { NodeView, Resync } from '../../../properties/system.ts';
import { Chance } from '../chance.ts';
import { PORT } from './address.ts';
import { type Caller, Link } from './link.ts';
import { Recorder } from './recorder.ts';
import { Schedule } from './schedule.ts';
import { SimulatedNode } from './simulated-node.ts';
import { SnapshotStore, type StoredSnapshot } from './snapshots.ts';
import type { Uplink } from './uplink.ts';

export interface ClusterSetUp {
  readonly nodes: number;
  readonly seed: number;
  readonly diskless: boolean;
  readonly dialect: Dialect;
  readonly rules: Ruleset;
  readonly answered: (resync: Resync) => void;
}

/** How long a backlog without replicas lives, in seconds. */
export const TTL_SECONDS = 5;

/** Most snapshots are made at once; some take so long that the cron comes by twice. In milliseconds. */
const SNAPSHOT_TIMES = [2, 2, 40, 2300];

/** Nodes that differ in their last digits alone, so that whoever compares less than the whole confuses them. */
const DRAWN_PREFIX = 'a'.repeat(34);

/** Nodes, the links between them, and the time that passes for all of them. */
export class Cluster {
  readonly schedule = new Schedule();
  readonly nodes: SimulatedNode[];
  /** How many writes there were; each has a word of its own. */
  writes = 0;
  readonly #setUp: ClusterSetUp;
  readonly #chance: Chance;
  readonly #choppy: boolean;
  readonly #snapshots = new SnapshotStore();
  /** Nodes whose way to their masters is blocked. */
  readonly #blocked = new Set<number>();
  #drawn = 0;
  #links = 0;

  constructor(setUp: ClusterSetUp) {
    this.#setUp = setUp;
    this.#chance = new Chance(setUp.seed);
    this.#choppy = this.#chance.below(3) === 0;
    this.nodes = Array.from({ length: setUp.nodes }, (_, index) => this.#make(index, null, null));
  }

  at(index: number): SimulatedNode {
    const node = this.nodes[index];
    if (node === undefined) throw new RangeError(`there is no node ${index}`);
    return node;
  }

  views(): NodeView[] {
    return this.nodes.map((node) => node.view());
  }

  masterOf(index: number): number | null {
    const { master } = this.at(index).node.masterLink;
    return master === null ? null : master.port - PORT;
  }

  /** Whether following a node's masters leads to `goal`. */
  leadsTo(start: number, goal: number): boolean {
    let at: number | null = start;
    for (let hops = 0; at !== null && hops <= this.nodes.length; hops += 1) {
      if (at === goal) return true;
      at = this.masterOf(at);
    }
    return false;
  }

  /** A node stops and starts again with what is on its disk, as the replica that it was. */
  restart(index: number): void {
    const before = this.at(index);
    const { master } = before.node.masterLink;
    before.stop();
    this.nodes[index] = this.#make(index, before.saved, master?.port ?? null);
  }

  /** Breaks the way from a node to its master, once so many more bytes have come. */
  block(index: number, after: number): void {
    this.#blocked.add(index);
    this.at(index).uplink?.link?.cutAfter(after);
  }

  heal(index: number): void {
    this.#blocked.delete(index);
    this.at(index).uplink?.link?.mend();
  }

  healAll(): void {
    for (const { index } of this.nodes) this.heal(index);
  }

  isBlocked(index: number): boolean {
    return this.#blocked.has(index);
  }

  /** Whether nothing is under way, and every replica has and has acknowledged what its master has. */
  isQuiet(): boolean {
    return this.schedule.underway === 0 && this.nodes.every((node) => this.#isCalm(node));
  }

  /** Opens a connection to a node; null where nobody listens at that port. */
  connect(replica: number | null, caller: Caller, port: number): Link | null {
    const called = this.nodes[port - PORT];
    if (called === undefined) return null;
    this.#links += 1;
    const { schedule } = this;
    const recorder = new Recorder({
      replica,
      master: called.index,
      now: () => schedule.now,
      masterView: () => called.view(),
      answered: this.#setUp.answered,
      isOpen: () => link.isOpen,
    });
    const link: Link = new Link({
      id: this.#links,
      replica,
      caller,
      called,
      recorder,
      schedule,
      chance: this.#chance,
      choppy: this.#choppy,
    });
    called.accept(link);
    return link;
  }

  #isCalm({ index, node }: SimulatedNode): boolean {
    if (node.failover.state !== 'none') return false;
    const upstream = this.masterOf(index);
    if (upstream === null) return true;
    if (!node.masterLink.isConnected) return false;
    const master = this.at(upstream).view();
    const acknowledged = master.replicas.find((replica) => replica.node === index)?.acknowledged;
    return node.stream.offset === master.offset && acknowledged === master.offset;
  }

  #make(index: number, saved: StoredSnapshot | null, masterPort: number | null): SimulatedNode {
    const { dialect, rules, diskless } = this.#setUp;
    return new SimulatedNode({
      index,
      dialect,
      rules,
      settings: {
        'repl-diskless-sync': diskless ? 'yes' : 'no',
        'repl-diskless-sync-delay': '0',
        'repl-backlog-size': '16384',
        save: '',
        'repl-backlog-ttl': String(TTL_SECONDS),
      },
      saved,
      masterPort,
      schedule: this.schedule,
      snapshots: this.#snapshots,
      draw: () => this.#draw(),
      snapshotTime: () => SNAPSHOT_TIMES[this.#chance.below(SNAPSHOT_TIMES.length)] ?? 0,
      dial: (uplink: Uplink, port) =>
        this.isBlocked(index) ? null : this.connect(index, uplink, port),
    });
  }

  #draw(): string {
    this.#drawn += 1;
    return `${DRAWN_PREFIX}${this.#drawn.toString(16).padStart(6, '0')}`;
  }
}
