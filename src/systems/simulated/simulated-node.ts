import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { Dialect, Snapshot } from '../../../models/vocabulary/index.ts';
import { History } from '../../../properties/oracle/history.ts';
import type { NodeView } from '../../../properties/system.ts';
import type { NodeEffect, SnapshotJob } from '../../replication/effects.ts';
import { ReplicationNode } from '../../replication/node.ts';
import type { SettingName } from '../../replication/settings.ts';
import { readCommands } from '../../wire/command-reader.ts';
import { encodeCommand, encodeReply } from '../../wire/resp.ts';
import { HOST, PORT } from './address.ts';
import type { Called, Link } from './link.ts';
import type { Schedule } from './schedule.ts';
import type { SnapshotStore, StoredSnapshot } from './snapshots.ts';
import { Uplink } from './uplink.ts';
import { viewOf } from './view.ts';

export interface SimulatedNodeOptions {
  readonly index: number;
  readonly dialect: Dialect;
  readonly rules: Ruleset;
  readonly settings: Partial<Record<SettingName, string>>;
  /** What it finds on its disk. */
  readonly saved: StoredSnapshot | null;
  /** The port of the node that it was told to follow before it stopped. */
  readonly masterPort: number | null;
  readonly schedule: Schedule;
  readonly snapshots: SnapshotStore;
  /** 40 digits that nobody drew before. */
  readonly draw: () => string;
  /** How long the next snapshot takes, in milliseconds. */
  readonly snapshotTime: () => number;
  /** Opens a connection to a port; null where nobody listens there or the way is blocked. */
  readonly dial: (from: Uplink, port: number) => Link | null;
}

/** The client that operations come from; links have numbers from 1 on. */
const OPERATOR = 0;

const STREAM_PIECE = 64 * 1024;

const CRON_PERIOD = 1000;
const FAILOVER_PERIOD = 100;

interface Job {
  readonly stored: StoredSnapshot;
  readonly payload: Uint8Array;
  readonly transmissions: { readonly link: Link; readonly mark: string }[];
}

/** A replication node that lives in virtual time: performs what it wants done on a simulated network. */
export class SimulatedNode implements Called {
  readonly index: number;
  readonly node: ReplicationNode;
  history: History;
  /** What is on its disk. */
  saved: StoredSnapshot | null;
  readonly #options: SimulatedNodeOptions;
  readonly #links = new Map<number, Link>();
  readonly #due = new Set<Link>();
  readonly #jobs = new Map<number, Job>();
  #uplink: Uplink | null = null;
  #replies: string[] = [];
  #stopped = false;

  constructor(options: SimulatedNodeOptions) {
    const { schedule } = options;
    this.index = options.index;
    this.#options = options;
    this.saved = options.saved;
    this.history = options.saved?.history.copy() ?? new History();
    this.node = new ReplicationNode({
      dialect: options.dialect,
      rules: options.rules,
      settings: options.settings,
      port: PORT + options.index,
      savesToDisk: true,
      ports: {
        now: () => schedule.now,
        draw: options.draw,
        encodeCommand,
        decodeCommands: readCommands,
        encodeReply,
        streamed: (bytes) => this.history.append(bytes),
      },
    });
    const { saved, masterPort } = options;
    const master = masterPort === null ? null : { host: HOST, port: masterPort };
    this.turn(() => this.node.begin(saved?.snapshot ?? null, master));
    this.node.connected(OPERATOR, { address: HOST, port: 1 });
    this.#tickLater();
  }

  get uplink(): Uplink | null {
    return this.#uplink;
  }

  /** Links of its replicas. */
  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  view(): NodeView {
    return viewOf(this.node, this.history, (id) => this.#links.get(id)?.replica ?? null);
  }

  /** Runs a command as a client would; the reply, as its text on the wire, or null where there is none yet. */
  run(...words: readonly string[]): string | null {
    this.#replies = [];
    this.turn(() => this.node.command(OPERATOR, words));
    return this.#replies[0] ?? null;
  }

  /** A reply that came later than its command. */
  get lateReply(): string | null {
    return this.#replies[0] ?? null;
  }

  accept(link: Link): void {
    this.#links.set(link.id, link);
    this.turn(() => this.node.connected(link.id, { address: HOST, port: 10_000 + link.id }));
  }

  process(link: Link): void {
    if (this.#stopped) return;
    for (;;) {
      const read = link.reader.next();
      if (read === 'incomplete' || !link.isOpen) return;
      if ('malformed' in read) {
        this.turn(() => this.node.malformed(link.id, read.malformed));
        return;
      }
      this.turn(() => {
        if ('nothing' in read) this.node.newline(link.id);
        else {
          link.recorder.heard(read.command);
          this.node.command(link.id, read.command);
        }
      });
    }
  }

  disconnected(link: Link): void {
    this.#links.delete(link.id);
    if (!this.#stopped) this.turn(() => this.node.closed(link.id));
  }

  /** It is gone, and everybody notices. */
  stop(): void {
    this.#stopped = true;
    for (const link of this.#links.values()) link.cut();
    this.#uplink?.link?.cut();
    this.#uplink?.hangUp();
  }

  /** One turn of its loop: something happens, and what the node wants done is done. */
  readonly turn = (input: () => void): void => {
    if (this.#stopped) return;
    input();
    this.#performAll();
    this.node.settle();
    this.#performAll();
    for (const link of this.#due) this.#flush(link);
    this.#due.clear();
  };

  #tickLater(): void {
    const delay = this.node.failover.state === 'none' ? CRON_PERIOD : FAILOVER_PERIOD;
    const run = () => {
      if (this.#stopped) return;
      this.turn(() => this.node.tick());
      this.#tickLater();
    };
    this.#options.schedule.after(delay, run, true);
  }

  #performAll(): void {
    for (let effects = this.node.drain(); effects.length > 0; effects = this.node.drain()) {
      for (const effect of effects) this.#perform(effect);
    }
  }

  #flush(link: Link): void {
    while (link.streams) {
      const bytes = this.node.take(link.id, STREAM_PIECE);
      if (bytes.length === 0) link.streams = false;
      else {
        link.recorder.streamed(bytes);
        link.fromMaster(bytes);
      }
    }
    this.node.flushed(link.id);
  }

  #perform(effect: NodeEffect): void {
    const link = 'client' in effect ? this.#links.get(effect.client) : undefined;
    if (link) this.#due.add(link);
    const uplink = 'link' in effect && this.#uplink?.number === effect.link ? this.#uplink : null;
    switch (effect.effect) {
      case 'send':
        if (effect.client === OPERATOR) this.#hear(effect.bytes);
        else {
          link?.recorder.said(effect.bytes);
          link?.fromMaster(effect.bytes);
        }
        break;
      case 'close':
        link?.endByMaster(effect.afterReplies);
        break;
      case 'stream':
        if (link) link.streams = true;
        break;
      case 'wake':
        this.#options.schedule.after(
          Math.max(0, effect.at - this.#options.schedule.now),
          () => this.turn(() => {}),
          true,
        );
        break;
      case 'save':
        this.#save(effect.job);
        break;
      case 'abandon':
        this.#jobs.delete(effect.job);
        break;
      case 'transmit':
        if (link) this.#transmit(link, effect.job, effect.mark);
        break;
      case 'dial':
        this.#dial(effect.link, effect.port);
        break;
      case 'send-to-master':
        if (isRequest(effect.bytes)) uplink?.link?.recorder.asks(this.view());
        uplink?.send(effect.bytes);
        break;
      case 'take-snapshot':
        uplink?.takeSnapshot(effect.length, effect.mark);
        break;
      case 'stream-from-master':
        uplink?.takeStream();
        break;
      case 'hang-up':
        uplink?.hangUp();
        break;
      case 'persist':
        this.saved = this.#frozen(effect.data);
        this.node.persisted(effect.job);
        break;
      case 'resume':
      case 'log':
      case 'shutdown':
        break;
    }
  }

  #hear(bytes: Uint8Array): void {
    this.#replies.push(Buffer.from(bytes).toString('latin1'));
  }

  #dial(number: number, port: number): void {
    this.#uplink?.hangUp();
    const { node } = this;
    const { snapshots, schedule, dial } = this.#options;
    const uplink = new Uplink(number, {
      node,
      snapshots,
      turn: this.turn,
      adopted: (stored) => {
        this.history = stored.history.copy();
        this.saved = stored;
      },
    });
    this.#uplink = uplink;
    schedule.after(1, () => {
      const link = this.#stopped ? null : dial(uplink, port);
      if (link === null) uplink.refused();
      else uplink.up(link);
    });
  }

  #save({ id, data }: SnapshotJob): void {
    const { snapshots, schedule, snapshotTime } = this.#options;
    const stored = this.#frozen(data);
    this.#jobs.set(id, {
      stored,
      payload: snapshots.put(stored),
      transmissions: [],
    });
    schedule.after(snapshotTime(), () => this.#finish(id));
  }

  #frozen(snapshot: Snapshot): StoredSnapshot {
    return { snapshot, data: this.view().data, history: this.history.copy() };
  }

  #finish(id: number): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    for (const { link, mark } of job.transmissions) {
      const { trailer } = this.node.rules.snapshotFrame({ target: 'socket', mark });
      this.#sendSnapshot(link, job, [job.payload, Buffer.from(trailer, 'latin1')], true);
    }
    this.turn(() => this.node.snapshotWritten(id));
  }

  /** A snapshot for sockets is sent while it is made; one from disk when it is complete. */
  #transmit(link: Link, id: number, mark: string | null): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (mark !== null) {
      const { header } = this.node.rules.snapshotFrame({ target: 'socket', mark });
      link.fromMaster(Buffer.from(`${header}\r\n`, 'latin1'));
      job.transmissions.push({ link, mark });
      return;
    }
    const length = job.payload.length;
    const { header, trailer } = this.node.rules.snapshotFrame({ target: 'disk', length });
    const pieces = [Buffer.from(`${header}\r\n`), job.payload, Buffer.from(trailer, 'latin1')];
    this.#options.schedule.after(1, () => this.#sendSnapshot(link, job, pieces, false));
  }

  #sendSnapshot(link: Link, job: Job, pieces: readonly Uint8Array[], marked: boolean): void {
    if (!link.isOpen || this.#stopped) return;
    for (const piece of pieces) link.fromMaster(piece);
    link.recorder.sentSnapshot(job.stored, marked);
    this.turn(() => this.node.snapshotSent(link.id));
  }
}

const isRequest = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes).toString('latin1').includes('PSYNC');
