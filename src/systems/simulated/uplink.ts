import { CONTROL_COMMANDS } from '../../../models/rules/application.ts';
import type { ReplicationNode } from '../../replication/node.ts';
import { MasterReader } from '../../wire/master-reader.ts';
import type { Caller, Link } from './link.ts';
import type { SnapshotStore, StoredSnapshot } from './snapshots.ts';

/** Snapshots are taken whole before they are loaded, as from a file. */
const LOAD_MODE = 'from-disk';

export interface UplinkHost {
  readonly node: ReplicationNode;
  readonly snapshots: SnapshotStore;
  readonly turn: (input: () => void) => void;
  /** A snapshot has become the node's data. */
  readonly adopted: (stored: StoredSnapshot) => void;
}

/** A node's connection to its master, from the moment it was dialled. */
export class Uplink implements Caller {
  readonly number: number;
  readonly #host: UplinkHost;
  readonly #reader = new MasterReader(CONTROL_COMMANDS);
  #link: Link | null = null;
  #ended = false;

  constructor(number: number, host: UplinkHost) {
    this.number = number;
    this.#host = host;
  }

  get link(): Link | null {
    return this.#link;
  }

  up(link: Link): void {
    if (this.#ended) {
      link.endByReplica();
      return;
    }
    this.#link = link;
    this.#turn(() => this.#master.up(this.number));
  }

  refused(): void {
    if (!this.#ended) this.#turn(() => this.#master.refused(this.number, 'nobody listens there'));
  }

  send(bytes: Uint8Array): void {
    this.#link?.fromReplica(bytes);
  }

  takeSnapshot(length: number | null, mark: string | null): void {
    this.#reader.takeSnapshot(length, mark);
  }

  takeStream(): void {
    this.#reader.takeStream();
  }

  hangUp(): void {
    this.#ended = true;
    this.#link?.endByReplica();
  }

  receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#reader.push(bytes);
    if (this.#master.isConnected) this.#turn(() => this.#stream(bytes.length));
    else this.#handshake();
  }

  disconnected(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#turn(() => this.#master.down(this.number, 'the link broke'));
  }

  get #master() {
    return this.#host.node.masterLink;
  }

  /** Hands on one thing after another, because each may change how the next is read. */
  #handshake(): void {
    while (!this.#ended) {
      if (this.#master.isConnected) {
        this.#turn(() => this.#stream(0));
        return;
      }
      const read = this.#reader.next();
      if (read === 'incomplete') return;
      if ('line' in read) this.#turn(() => this.#master.line(this.number, read.line, LOAD_MODE));
      else if ('snapshotBytes' in read) this.#turn(() => this.#master.snapshotBytes(this.number));
      else if ('snapshot' in read) this.#load(Buffer.concat(read.snapshot));
    }
  }

  #stream(arrived: number): void {
    if (arrived > 0) this.#master.streamBytes(this.number, arrived);
    for (let read = this.#reader.next(); read !== 'incomplete'; read = this.#reader.next()) {
      if ('broken' in read) {
        this.#master.streamBroken(this.number, read.broken);
        return;
      }
      if ('data' in read) this.#master.data(this.number, { pieces: read.data, count: read.count });
      else if ('words' in read) this.#master.control(this.number, read.words, read.bytes);
      if (this.#ended) return;
    }
  }

  #load(payload: Uint8Array): void {
    this.#turn(() => this.#master.loadStarted(this.number));
    const stored = this.#host.snapshots.take(payload);
    this.#turn(() => {
      if (stored === null) this.#master.loadFailed(this.number, 'it is damaged');
      else {
        this.#host.adopted(stored);
        this.#master.loaded(this.number, stored.snapshot);
      }
    });
  }

  #turn(input: () => void): void {
    this.#host.turn(input);
  }
}
