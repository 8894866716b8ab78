import type { ResyncVerdict } from '../models/rules/partial-resync.ts';
import type { Ruleset } from '../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextAfter,
  type ProcessedOffset,
  processedOffset,
  type ReplicationIds,
} from '../models/vocabulary/index.ts';

interface ModelNode {
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  readonly window: BacklogWindow;
  /** The node it follows; null for a master. */
  readonly master: number | null;
  readonly linked: boolean;
}

/** Node 0 is the master of the others, and nobody has written anything yet. */
const FIRST_REPLID = 'a'.repeat(40);

/**
 * A cluster of identities, offsets and windows, moved by the rules alone: no bytes, no network. Beside it a
 * `RememberedCluster` says what the bytes would be.
 */
export class ModelCluster {
  readonly #rules: Ruleset;
  readonly #capacity: number;
  readonly #nodes: ModelNode[];
  #drawn = 0;

  constructor(nodes: number, capacity: number, rules: Ruleset) {
    this.#rules = rules;
    this.#capacity = capacity;
    const offset = processedOffset(0);
    this.#nodes = Array.from({ length: nodes }, (_, index) => ({
      ids: rules.freshIds(FIRST_REPLID),
      offset,
      window: rules.newWindow(offset),
      master: index === 0 ? null : 0,
      linked: index !== 0,
    }));
  }

  at(index: number): ModelNode {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`there is no node ${index}`);
    return node;
  }

  /** Appends `count` bytes to a node's history, whoever wrote them. */
  append(index: number, count: number): void {
    const { offset, window } = this.at(index);
    this.#change(index, {
      offset: this.#rules.offsetAfterFeed(offset, count, window),
      window: this.#rules.windowAfterFeed(window, count, this.#capacity),
    });
  }

  /** What a master answers a replica that asks to go on. */
  ask(replica: number, master: number): ResyncVerdict {
    const { ids, offset } = this.at(replica);
    return this.#rules.judgePsync(
      { replid: ids.replid, nextByte: nextAfter(offset) },
      this.at(master).ids,
      this.at(master).window,
    );
  }

  /** A replica is continued by its master, under the master's ID. */
  continue(replica: number, master: number): void {
    const before = this.at(replica);
    const named = this.at(master).ids.replid;
    const ids = this.#rules.idsAfterContinue(before.ids, before.offset, named);
    this.#change(replica, { ids, master, linked: true });
    if (this.#rules.dropsReplicas(before.ids, ids)) this.#dropReplicas(replica);
  }

  /** A replica takes its master's data and identity. */
  resynchronize(replica: number, master: number): void {
    const { ids, offset } = this.at(master);
    this.#change(replica, {
      ids: this.#rules.idsAfterFullResync(this.at(replica).ids, ids.replid),
      offset,
      window: this.#rules.newWindow(offset),
      master,
      linked: true,
    });
    this.#dropReplicas(replica);
  }

  promote(index: number): void {
    const { ids, offset } = this.at(index);
    const after = this.#rules.promotion({ ids, offset, database: 0 }, this.#draw());
    this.#change(index, { ids: after.ids, offset: after.offset, master: null, linked: false });
    this.#dropReplicas(index);
  }

  /** A node is told to follow another; its link is not up yet. */
  follow(index: number, master: number): void {
    this.#change(index, { master, linked: false });
  }

  cut(index: number): void {
    this.#change(index, { linked: false });
  }

  #dropReplicas(master: number): void {
    for (const [index, node] of this.#nodes.entries()) {
      if (node.master === master) this.cut(index);
    }
  }

  #change(index: number, changes: Partial<ModelNode>): void {
    this.#nodes[index] = { ...this.at(index), ...changes };
  }

  /** 40 characters that no earlier draw gave. */
  #draw(): string {
    this.#drawn += 1;
    return this.#drawn.toString(16).padStart(40, 'b');
  }
}
