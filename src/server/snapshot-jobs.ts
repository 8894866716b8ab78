import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Snapshot } from '../../models/vocabulary/index.ts';
import type { SnapshotJob } from '../replication/effects.ts';
import type { Connection } from './connection.ts';

/** A snapshot that is being encoded or sent. */
interface Encoding {
  readonly abort: AbortController;
  readonly pieces: Promise<readonly Uint8Array[]>;
  /** Those that it is sent to while it is made. */
  readonly transmissions: Promise<void>[];
}

export interface SnapshotJobsHost {
  readonly frame: Ruleset['snapshotFrame'];
  readonly encode: (snapshot: Snapshot) => Iterable<Uint8Array>;
  readonly written: (job: number) => void;
  readonly failed: (job: number) => void;
  readonly sent: (connection: Connection) => void;
}

/** How many pieces are encoded before others get a turn. */
const PIECES_A_TURN = 16;

/** Encodes snapshots and sends them, beside everything else that a server does. */
export class SnapshotJobs {
  readonly #host: SnapshotJobsHost;
  readonly #encodings = new Map<number, Encoding>();

  constructor(host: SnapshotJobsHost) {
    this.#host = host;
  }

  start(job: SnapshotJob): void {
    const abort = new AbortController();
    const encoding = { abort, pieces: this.#encode(job, abort.signal), transmissions: [] };
    this.#encodings.set(job.id, encoding);
    this.#finish(job.id, encoding).catch(() => this.#host.failed(job.id));
  }

  abandon(job: number): void {
    this.#encodings.get(job)?.abort.abort();
    this.#encodings.delete(job);
  }

  /** Sends a snapshot that is complete with its length in front, or one under way with `mark` in front and behind. */
  transmit(connection: Connection, job: number, mark: string | null): void {
    const encoding = this.#encodings.get(job);
    if (encoding === undefined) return;
    const transmission =
      mark === null
        ? this.#sendComplete(connection, encoding)
        : this.#sendUnderWay(connection, encoding, mark);
    encoding.transmissions.push(transmission);
  }

  async #finish(job: number, encoding: Encoding): Promise<void> {
    await encoding.pieces;
    await Promise.all(encoding.transmissions);
    this.#host.written(job);
    // Those who are sent it from here on have been told by now and hold on to it themselves.
    this.#encodings.delete(job);
  }

  async #sendComplete(connection: Connection, { pieces }: Encoding): Promise<void> {
    const complete = await pieces;
    const length = complete.reduce((sum, piece) => sum + piece.length, 0);
    const { header, trailer } = this.#host.frame({ target: 'disk', length });
    await this.#send(connection, [bytesOf(`${header}\r\n`), ...complete, bytesOf(trailer)]);
  }

  async #sendUnderWay(connection: Connection, { pieces }: Encoding, mark: string): Promise<void> {
    const { header, trailer } = this.#host.frame({ target: 'socket', mark });
    await connection.sendPieces([bytesOf(`${header}\r\n`)]);
    await this.#send(connection, [...(await pieces), bytesOf(trailer)]);
  }

  async #send(connection: Connection, pieces: readonly Uint8Array[]): Promise<void> {
    const whole = pieces.filter((piece) => piece.length > 0);
    if (await connection.sendPieces(whole)) this.#host.sent(connection);
  }

  async #encode(job: SnapshotJob, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const keys = [...job.data.databases.values()].reduce((sum, { size }) => sum + size, 0);
    const delay = Math.max(0, (keys * job.keyDelay) / 1000);
    if (delay > 0) await setTimeout(delay, undefined, { signal });
    const pieces: Uint8Array[] = [];
    for (const piece of this.#host.encode(job.data)) {
      pieces.push(piece);
      if (pieces.length % PIECES_A_TURN === 0) await setImmediate(undefined, { signal });
    }
    await setImmediate(undefined, { signal });
    return pieces;
  }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
