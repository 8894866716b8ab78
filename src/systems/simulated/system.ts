import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import {
  NODES,
  OPERATION_NAMES,
  type Operation,
  type OperationName,
} from '../../../properties/operations.ts';
import type {
  ClusterOptions,
  NodeView,
  Outcome,
  Resync,
  Step,
  System,
} from '../../../properties/system.ts';
import { Cluster } from './cluster.ts';
import { perform } from './perform.ts';

export interface SimulationOptions {
  readonly dialect?: Dialect;
  readonly rules?: Ruleset;
}

/** Reference nodes on a simulated network, in virtual time: the same case gives the same run, byte for byte. */
export class SimulatedSystem implements System {
  readonly name = 'reference';
  readonly nodes = NODES;
  readonly showsBytes = true;
  readonly abilities: ReadonlySet<OperationName> = new Set(OPERATION_NAMES);
  readonly #options: Required<SimulationOptions>;
  #cluster: Cluster | null = null;
  #resyncs: Resync[] = [];

  constructor({ dialect = 'redis-7', rules = STANDARD }: SimulationOptions = {}) {
    this.#options = { dialect, rules };
  }

  async reset(options: ClusterOptions): Promise<readonly NodeView[]> {
    this.#resyncs = [];
    this.#cluster = new Cluster({
      ...options,
      ...this.#options,
      nodes: this.nodes,
      answered: (resync) => this.#resyncs.push(resync),
    });
    return this.#cluster.views();
  }

  async perform(operation: Operation): Promise<Step> {
    const cluster = this.#cluster;
    if (cluster === null) throw new Error('a system is reset before anything is done to it');
    const outcome: Outcome = this.abilities.has(operation.do)
      ? perform(cluster, operation)
      : { outcome: 'unsupported' };
    const resyncs = this.#resyncs;
    this.#resyncs = [];
    return {
      operation,
      outcome,
      at: cluster.schedule.now,
      nodes: cluster.views(),
      resyncs,
      quiet: cluster.isQuiet(),
    };
  }

  async close(): Promise<void> {
    this.#cluster = null;
  }
}
