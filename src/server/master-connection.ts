import { connect, type Socket } from 'node:net';
import { CONTROL_COMMANDS } from '../../models/rules/application.ts';
import type { NodeEffect } from '../replication/effects.ts';
import type { MasterLink } from '../replication/master-link.ts';
import { MasterReader } from '../wire/master-reader.ts';
import { SnapshotIntake } from '../wire/snapshot-intake.ts';

/** How long a byte of a line may take, as in Redis, in milliseconds. */
const LINE_BYTE_TIMEOUT = 5000;

/** Snapshots are taken whole before they are loaded, as from a file. */
const LOAD_MODE = 'from-disk';

type Dial = Extract<NodeEffect, { effect: 'dial' }>;

/** A TCP connection to a master, from the moment it is dialled. */
export class MasterConnection {
  readonly number: number;
  readonly #socket: Socket;
  readonly #link: MasterLink;
  readonly #turn: (input: () => void) => void;
  readonly #reader = new MasterReader(CONTROL_COMMANDS);
  /** The snapshot that is arriving. */
  #intake: SnapshotIntake | null = null;
  #patience: NodeJS.Timeout | null = null;
  #isUp = false;
  /** What is said of the connection once it has closed. */
  #problem = 'the master closed the connection';

  constructor(
    { link: number, host, port }: Dial,
    link: MasterLink,
    turn: (input: () => void) => void,
  ) {
    this.number = number;
    this.#link = link;
    this.#turn = turn;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('connect', () => {
      this.#isUp = true;
      turn(() => link.up(number));
    });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#problem = error.message;
    });
    this.#socket.on('close', () => this.#closed());
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  takeSnapshot(length: number | null, mark: string | null): void {
    this.#intake = new SnapshotIntake(length ?? 0, mark);
  }

  takeStream(): void {
    this.#reader.takeStream();
  }

  close(): void {
    this.#stopWaiting();
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#stopWaiting();
    this.#reader.push(chunk);
    if (this.#link.isConnected) this.#turn(() => this.#stream(chunk.length));
    else this.#handshake();
    if (this.#intake === null && this.#reader.isInsideLine) this.#waitForLine();
  }

  /** Hands on one thing after another, because each may change how the next is read. */
  #handshake(): void {
    while (!this.#socket.destroyed) {
      if (this.#link.isConnected) {
        this.#turn(() => this.#stream(0));
        return;
      }
      if (this.#intake !== null) {
        if (!this.#readSnapshot(this.#intake)) return;
        continue;
      }
      const read = this.#reader.next();
      if (read === 'incomplete') return;
      if ('line' in read) this.#turn(() => this.#link.line(this.number, read.line, LOAD_MODE));
    }
  }

  #stream(arrived: number): void {
    if (arrived > 0) this.#link.streamBytes(this.number, arrived);
    for (let read = this.#reader.next(); read !== 'incomplete'; read = this.#reader.next()) {
      if ('broken' in read) {
        this.#link.streamBroken(this.number, read.broken);
        // Whatever else comes is not wanted, and must not pile up until the link is closed.
        this.#socket.pause();
        return;
      }
      if ('data' in read) this.#link.data(this.number, { pieces: read.data, count: read.count });
      else if ('words' in read) this.#link.control(this.number, read.words, read.bytes);
      if (this.#socket.destroyed) return;
    }
  }

  /** Reads on in a snapshot, as far as it has arrived. False where it has not arrived to its end. */
  #readSnapshot(intake: SnapshotIntake): boolean {
    const piece = this.#reader.takeRaw(intake.wants);
    if (piece.length === 0 && intake.wants > 0) return false;
    this.#turn(() => this.#link.snapshotBytes(this.number));
    const outcome = intake.push(piece);
    if (outcome === 'incomplete') return true;
    this.#intake = null;
    this.#turn(() => this.#link.loadStarted(this.number));
    this.#turn(() =>
      'snapshot' in outcome
        ? this.#link.loaded(this.number, outcome.snapshot)
        : this.#link.loadFailed(this.number, outcome.malformed),
    );
    return true;
  }

  #closed(): void {
    this.#stopWaiting();
    const { number } = this;
    this.#turn(() =>
      this.#isUp
        ? this.#link.down(number, this.#problem)
        : this.#link.refused(number, this.#problem),
    );
  }

  #waitForLine(): void {
    this.#patience = setTimeout(
      () => this.#turn(() => this.#link.stalled(this.number, LOAD_MODE)),
      LINE_BYTE_TIMEOUT,
    );
  }

  #stopWaiting(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }
}
