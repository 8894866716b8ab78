import { createHash, randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import type { MasterAddress } from '../../models/machines/replica-link-terms.ts';
import type { Ruleset } from '../../models/rules/ruleset.ts';
import { atLeast, type Dialect, type Snapshot } from '../../models/vocabulary/index.ts';
import type { NodeEffect, NodeEvent } from '../replication/effects.ts';
import { ReplicationNode } from '../replication/node.ts';
import type { ClientId } from '../replication/ports.ts';
import type { SettingName } from '../replication/settings.ts';
import { readCommands } from '../wire/command-reader.ts';
import type { RdbHeader } from '../wire/rdb/forms.ts';
import { writeRdb } from '../wire/rdb/writer.ts';
import { encodeCommand, encodeReply } from '../wire/resp.ts';
import { Connection } from './connection.ts';
import { closeAll, type Listeners, listenAt } from './listeners.ts';
import { MasterConnection } from './master-connection.ts';
import { SnapshotFile } from './snapshot-file.ts';
import { SnapshotJobs } from './snapshot-jobs.ts';

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Other addresses to listen at; one that begins with `-` may be missing on this machine. */
  readonly alsoAt?: readonly string[];
  readonly dialect?: Dialect;
  /** The master to follow from the start. */
  readonly master?: MasterAddress;
  /** The folder that the data is kept in, and read from at the start. Without one nothing outlives the server. */
  readonly dir?: string;
  readonly settings?: Partial<Record<SettingName, string>>;
  readonly rules?: Ruleset;
  /** False for a node that takes part in replication only and applies nothing. Nothing of it is saved. */
  readonly keepsData?: boolean;
  readonly onEvent?: (event: NodeEvent) => void;
}

const TICK_MILLISECONDS = 100;

/** The newest form of an RDB that the servers of a dialect load. */
const headerFor = (dialect: Dialect): RdbHeader => {
  if (atLeast(dialect, 'valkey-9')) return 'VALKEY080';
  if (atLeast(dialect, 'redis-8') || atLeast(dialect, 'valkey-8')) return 'REDIS0011';
  return atLeast(dialect, 'redis-7') ? 'REDIS0010' : 'REDIS0009';
};

/** The reference server: a replication node behind a TCP port. */
export class ReplicationServer {
  readonly host: string;
  readonly port: number;
  readonly #node: ReplicationNode;
  readonly #listeners: readonly Server[];
  readonly #options: ServerOptions;
  readonly #connections = new Map<ClientId, Connection>();
  /** Those who have something to be written in this turn. */
  readonly #due = new Set<Connection>();
  /** Those who have something of the stream to be sent in this round of the event loop. */
  readonly #streaming = new Set<Connection>();
  #master: MasterConnection | null = null;
  readonly #jobs: SnapshotJobs;
  readonly #file: SnapshotFile | null;
  /** Resolves once the server has closed, for whatever reason. */
  readonly closed: Promise<void>;
  #hasClosed = () => {};
  #isClosing = false;
  readonly #clock: NodeJS.Timeout;
  #lastId = 0;

  /**
   * Loads what was saved, listens, and resolves when connections are taken.
   *
   * @throws UnreadableSnapshot, InvalidSetting, and the system's errors on the port
   */
  static async listen(options: ServerOptions = {}): Promise<ReplicationServer> {
    const name = options.settings?.dbfilename ?? 'dump.rdb';
    const file = options.dir === undefined ? null : new SnapshotFile(options.dir, name);
    const saved = (await file?.read()) ?? null;
    const listeners = await listenAt(options);
    try {
      return new ReplicationServer(listeners, options, file, saved);
    } catch (error) {
      await closeAll(listeners.servers);
      throw error;
    }
  }

  private constructor(
    listeners: Listeners,
    options: ServerOptions,
    file: SnapshotFile | null,
    saved: Snapshot | null,
  ) {
    this.#listeners = listeners.servers;
    this.closed = new Promise((resolve) => {
      this.#hasClosed = resolve;
    });
    this.#options = options;
    this.#file = file;
    this.host = options.host ?? '127.0.0.1';
    this.port = listeners.port;
    this.#node = new ReplicationNode({
      dialect: options.dialect ?? 'redis-7',
      port: this.port,
      settings: { ...options.settings, port: String(this.port), dir: options.dir ?? '' },
      savesToDisk: file !== null,
      keepsData: options.keepsData ?? true,
      ...(options.rules ? { rules: options.rules } : {}),
      ports: {
        now: Date.now,
        draw: () => randomBytes(20).toString('hex'),
        encodeCommand,
        decodeCommands: readCommands,
        encodeReply,
        sha1: (text) => createHash('sha1').update(text, 'latin1').digest().toString('latin1'),
      },
    });
    this.#jobs = new SnapshotJobs({
      frame: this.#node.rules.snapshotFrame,
      encode: this.#encode,
      written: (job) => this.#turn(() => this.#node.snapshotWritten(job)),
      failed: (job) => this.#turn(() => this.#node.snapshotFailed(job)),
      sent: ({ id }) => this.#turn(() => this.#node.snapshotSent(id)),
    });
    this.#clock = setInterval(() => this.#turn(() => this.#node.tick()), TICK_MILLISECONDS);
    for (const listener of listeners.servers) {
      listener.on('connection', (socket) => this.#accept(socket));
    }
    this.#turn(() => this.#node.begin(saved, options.master ?? null));
  }

  /**
   * Ends as SHUTDOWN does: replicas get what they lack, the data is saved. Resolves with what prevents that, or with null
   * once the server has closed.
   */
  shutDown(): Promise<string | null> {
    return new Promise((resolve) => {
      void this.closed.then(() => resolve(null));
      const wish = { save: null, now: false, force: false };
      this.#turn(() => this.#node.shutdown.begin(wish, resolve));
    });
  }

  /** Stops listening and ends every connection at once. */
  close(): Promise<void> {
    return this.#close(false);
  }

  async #close(afterReplies: boolean): Promise<void> {
    clearInterval(this.#clock);
    // Connections that end now are no news to the node, which would dial its master again.
    this.#isClosing = true;
    const closed = closeAll(this.#listeners);
    for (const connection of this.#connections.values()) {
      if (afterReplies) connection.flush();
      connection.close(afterReplies);
    }
    this.#master?.close();
    await closed;
    this.#hasClosed();
  }

  #accept(socket: Socket): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const connection = new Connection(id, socket, this.#node, () => this.#performAll());
    this.#connections.set(id, connection);
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    this.#turn(() => this.#node.connected(id, peer));
    socket.on('data', (chunk) => {
      connection.receive(chunk);
      this.#turn(() => connection.process());
    });
    socket.on('drain', () => {
      connection.resume();
      this.#due.add(connection);
      this.#turn(() => connection.process());
    });
    // What went wrong with a socket is told by its closing, which follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#connections.delete(id);
      this.#turn(() => this.#node.closed(id));
    });
  }

  /** One turn of the loop: something happens to the node, and what it wants done is done. */
  readonly #turn = (input: () => void): void => {
    if (this.#isClosing) return;
    input();
    this.#performAll();
    this.#node.settle();
    this.#performAll();
    for (const connection of this.#due) {
      if (connection.flush()) this.#streamSoon(connection);
    }
    this.#due.clear();
  };

  /** Sends the stream once for all that happens in this round of the event loop: many small writes cost replicas and us. */
  #streamSoon(connection: Connection): void {
    if (this.#streaming.size === 0) {
      setImmediate(() => {
        const streaming = [...this.#streaming];
        this.#streaming.clear();
        for (const each of streaming) each.flushStream();
      });
    }
    this.#streaming.add(connection);
  }

  #performAll(): void {
    for (let effects = this.#node.drain(); effects.length > 0; effects = this.#node.drain()) {
      for (const effect of effects) this.#perform(effect);
    }
  }

  #perform(effect: NodeEffect): void {
    const connection = 'client' in effect ? this.#connections.get(effect.client) : undefined;
    if (connection) this.#due.add(connection);
    switch (effect.effect) {
      case 'send':
        connection?.send(effect.bytes);
        break;
      case 'close':
        connection?.close(effect.afterReplies);
        break;
      case 'stream':
        connection?.stream();
        break;
      case 'resume':
        connection?.resume();
        connection?.process();
        break;
      case 'wake':
        setTimeout(() => this.#turn(() => {}), Math.max(0, effect.at - Date.now())).unref();
        break;
      case 'save':
        this.#jobs.start(effect.job);
        break;
      case 'abandon':
        this.#jobs.abandon(effect.job);
        break;
      case 'transmit':
        if (connection) this.#jobs.transmit(connection, effect.job, effect.mark);
        break;
      case 'dial':
        this.#master?.close();
        this.#master = new MasterConnection(effect, this.#node.masterLink, this.#turn);
        break;
      case 'send-to-master':
        if (this.#master?.number === effect.link) this.#master.send(effect.bytes);
        break;
      case 'take-snapshot':
        if (this.#master?.number === effect.link) {
          this.#master.takeSnapshot(effect.length, effect.mark);
        }
        break;
      case 'stream-from-master':
        if (this.#master?.number === effect.link) this.#master.takeStream();
        break;
      case 'hang-up':
        if (this.#master?.number === effect.link) this.#master.close();
        break;
      case 'persist':
        this.#persist(effect.job, effect.data);
        break;
      case 'log':
        this.#options.onEvent?.(effect.event);
        break;
      case 'shutdown':
        void this.#close(true);
        break;
    }
  }

  #persist(job: number, data: Snapshot): void {
    this.#file?.write(this.#encode(data)).then(
      () => this.#turn(() => this.#node.persisted(job)),
      (error: Error) => this.#turn(() => this.#node.notPersisted(job, error.message)),
    );
  }

  readonly #encode = (snapshot: Snapshot): Iterable<Uint8Array> =>
    writeRdb(snapshot, headerFor(this.#node.dialect));
}
