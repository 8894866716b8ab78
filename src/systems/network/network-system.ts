import { setTimeout } from 'node:timers/promises';
import {
  NODES,
  OPERATION_NAMES,
  type Operation,
  type OperationName,
} from '../../../properties/operations.ts';
import {
  type ClusterOptions,
  Inconclusive,
  type NodeView,
  type Outcome,
  type Resync,
  type Step,
  type System,
} from '../../../properties/system.ts';
import { OperatorClient } from './client.ts';
import { eavesdropper } from './eavesdropper.ts';
import { observe } from './observe.ts';
import { performOn } from './perform.ts';
import type { NetworkServer, ServerSource } from './servers.ts';
import { Way } from './way.ts';

/** A server with the client that operates it. */
export interface NetworkNode {
  server: NetworkServer;
  client: OperatorClient;
  /** The node that it was told to follow, which it does by a way that can be cut. */
  master: number | null;
}

/** How often a cluster is looked at until it has come to rest, in milliseconds. */
const LOOK_EVERY = 40;

/** Servers on loopback ports, each reached by the others by a way of its own that can be cut. */
export class NetworkSystem implements System {
  readonly name: string;
  readonly nodes = NODES;
  readonly showsBytes = false;
  readonly abilities: ReadonlySet<OperationName> = new Set(OPERATION_NAMES);
  /** How many writes there were; each has a word of its own. */
  writes = 0;
  readonly #source: ServerSource;
  /** From each node to each other, by "from:to". */
  readonly #ways = new Map<string, Way>();
  readonly #blocked = new Set<number>();
  #nodes: NetworkNode[] = [];
  #views: readonly NodeView[] = [];
  #resyncs: Resync[] = [];
  #begun = 0;

  constructor(source: ServerSource) {
    this.#source = source;
    this.name = source.name;
  }

  async reset({ diskless }: ClusterOptions): Promise<readonly NodeView[]> {
    await this.#endAll();
    this.writes = 0;
    this.#blocked.clear();
    await this.#openWays();
    for (let node = 0; node < this.nodes; node += 1) {
      this.#nodes.push(await this.#start(node, { port: null, keepsData: false, masterPort: null }));
    }
    for (const { client } of this.#nodes) {
      await client.run('CONFIG', 'SET', 'repl-diskless-sync', diskless ? 'yes' : 'no');
    }
    this.#point();
    this.#views = await this.look();
    this.#resyncs = [];
    this.#begun = performance.now();
    return this.#views;
  }

  async perform(operation: Operation): Promise<Step> {
    const outcome: Outcome = await performOn(this, operation);
    this.#views = await this.look();
    const resyncs = this.#resyncs;
    this.#resyncs = [];
    const at = Math.round(performance.now() - this.#begun);
    return {
      operation,
      outcome,
      at,
      nodes: this.#views,
      resyncs,
      quiet: isQuiet(this.#views),
    };
  }

  async close(): Promise<void> {
    await this.#endAll();
    for (const way of this.#ways.values()) await way.close();
    this.#ways.clear();
    await this.#source.close();
  }

  at(node: number): NetworkNode {
    const found = this.#nodes[node];
    if (found === undefined) throw new Inconclusive(`there is no node ${node}`);
    return found;
  }

  /** Nodes as they were seen last. */
  seen(node: number): NodeView {
    const view = this.#views[node];
    if (view === undefined) throw new Inconclusive(`node ${node} was never seen`);
    return view;
  }

  look(): Promise<NodeView[]> {
    return Promise.all(this.#nodes.map(({ client }, node) => observe(client, this.#places(node))));
  }

  /** Looks until nothing is under way, or until time is up. */
  async rest(milliseconds: number): Promise<boolean> {
    const limit = performance.now() + milliseconds;
    while (performance.now() < limit) {
      if (isQuiet(await this.look())) return true;
      await setTimeout(LOOK_EVERY);
    }
    return false;
  }

  /** The port by which one node reaches another. */
  wayTo(node: number, master: number): number {
    return this.#way(node, master).port;
  }

  isBlocked(node: number): boolean {
    return this.#blocked.has(node);
  }

  block(node: number, after: number): void {
    this.#blocked.add(node);
    const { master } = this.at(node);
    for (let other = 0; other < this.nodes; other += 1) {
      if (other !== node) this.#way(node, other).cut(other === master ? after : 0);
    }
  }

  heal(node: number): void {
    this.#blocked.delete(node);
    for (let other = 0; other < this.nodes; other += 1) {
      if (other !== node) this.#way(node, other).heal();
    }
  }

  async restart(node: number, saves: boolean): Promise<void> {
    const { server, client, master } = this.at(node);
    if (saves) await client.run('SAVE');
    client.close();
    await server.end();
    const masterPort = master === null ? null : this.wayTo(node, master);
    const { port } = server;
    const again = await this.#start(node, { port, keepsData: true, masterPort });
    this.#nodes[node] = { ...again, master };
    this.#point();
  }

  /** Whether following a node’s masters leads to `goal`. */
  leadsTo(start: number, goal: number): boolean {
    let at: number | null = start;
    for (let hops = 0; at !== null && hops <= this.nodes; hops += 1) {
      if (at === goal) return true;
      at = this.seen(at).master;
    }
    return false;
  }

  #way(from: number, to: number): Way {
    const found = this.#ways.get(`${from}:${to}`);
    if (found === undefined) throw new Inconclusive(`there is no way from node ${from} to ${to}`);
    return found;
  }

  async #openWays(): Promise<void> {
    for (let from = 0; from < this.nodes; from += 1) {
      for (let to = 0; to < this.nodes; to += 1) {
        const way = `${from}:${to}`;
        if (from === to) continue;
        const open = this.#ways.get(way);
        if (open !== undefined) {
          open.heal();
          continue;
        }
        const ends = {
          replica: from,
          master: to,
          view: (node: number) => this.seen(node),
          answered: (resync: Resync) => this.#resyncs.push(resync),
        };
        this.#ways.set(way, await Way.open(() => eavesdropper(ends)));
      }
    }
  }

  /** Has every way lead to where its node is now. */
  #point(): void {
    for (const [name, way] of this.#ways) {
      way.target = this.at(Number(name.split(':')[1])).server.port;
    }
  }

  /** Which node is meant by a port that a node knows. */
  #places(node: number) {
    return (port: number): number | null => {
      const direct = this.#nodes.findIndex(({ server }) => server.port === port);
      if (direct >= 0) return direct;
      for (const [name, way] of this.#ways) {
        const [from, to] = name.split(':');
        if (way.port === port && Number(from) === node) return Number(to);
      }
      return null;
    };
  }

  async #start(node: number, starting: Parameters<ServerSource['start']>[1]): Promise<NetworkNode> {
    try {
      const server = await this.#source.start(node, starting);
      const client = await OperatorClient.open(server.port, `node ${node}`);
      return { server, client, master: null };
    } catch (error) {
      throw new Inconclusive(`node ${node}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #endAll(): Promise<void> {
    const ended = this.#nodes.map(async ({ server, client }) => {
      client.close();
      await server.end();
    });
    this.#nodes = [];
    await Promise.all(ended);
  }
}

/** Whether every replica has and has acknowledged what its master has. */
const isQuiet = (views: readonly NodeView[]): boolean =>
  views.every((view, node) => {
    if (view.failingOver || !view.alive) return false;
    if (view.master === null) return true;
    const master = views[view.master];
    const acknowledged = master?.replicas.find((replica) => replica.node === node)?.acknowledged;
    return view.linkUp && view.offset === master?.offset && acknowledged === master.offset;
  });
