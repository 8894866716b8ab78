/** What a node has gone through: every byte of its history, each a number that no other write has. */
export interface Remembered {
  readonly bytes: readonly number[];
  /** How many of the last bytes its backlog still holds. */
  readonly held: number;
}

/**
 * A cluster that forgets nothing. It knows nothing of IDs and offsets: only what bytes each node has in its history,
 * and which of them its backlog still holds.
 */
export class RememberedCluster {
  readonly #nodes: { bytes: number[]; held: number }[];
  readonly #capacity: number;
  #lastByte = 0;

  constructor(nodes: number, capacity: number) {
    this.#nodes = Array.from({ length: nodes }, () => ({ bytes: [], held: 0 }));
    this.#capacity = capacity;
  }

  at(node: number): Remembered {
    const found = this.#nodes[node];
    if (found === undefined) throw new RangeError(`there is no node ${node}`);
    return found;
  }

  /** A byte that was never written before goes into a node's history. */
  write(node: number): void {
    this.#lastByte += 1;
    this.#append(node, this.#lastByte);
  }

  /** A replica takes the next byte of its master's history. */
  deliver(replica: number, master: number): void {
    const byte = this.at(master).bytes[this.at(replica).bytes.length];
    if (byte !== undefined) this.#append(replica, byte);
  }

  /** A replica's history becomes its master's; its backlog begins anew. */
  copy(replica: number, master: number): void {
    this.#nodes[replica] = { bytes: [...this.at(master).bytes], held: 0 };
  }

  /** A node's backlog is gone. */
  forgetBacklog(node: number): void {
    this.#nodes[node] = { bytes: [...this.at(node).bytes], held: 0 };
  }

  /** Whether a replica's history is the beginning of a master's. */
  isPrefix(replica: number, master: number): boolean {
    const whole = this.at(master).bytes;
    return this.at(replica).bytes.every((byte, index) => byte === whole[index]);
  }

  /** Whether a master's backlog holds every byte that a replica lacks of its history. */
  holdsRest(replica: number, master: number): boolean {
    const { bytes, held } = this.at(master);
    return bytes.length - this.at(replica).bytes.length <= held;
  }

  #append(node: number, byte: number): void {
    const { bytes, held } = this.at(node);
    this.#nodes[node] = { bytes: [...bytes, byte], held: Math.min(held + 1, this.#capacity) };
  }
}
