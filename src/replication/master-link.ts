import { initialTransition, transition } from 'xstate';
import type { replicaLink } from '../../models/machines/replica-link.ts';
import type {
  LinkContext,
  LinkEffect,
  LinkEvent,
  MasterAddress,
} from '../../models/machines/replica-link-terms.ts';
import {
  type ControlCommand,
  commandInStream,
  type StreamPiece,
} from '../../models/rules/application.ts';
import type { CachedMaster, HandshakeSettings } from '../../models/rules/handshake.ts';
import type { LoadMode } from '../../models/rules/master-link.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import {
  type Dialect,
  type ProcessedOffset,
  processedOffset,
  type Snapshot,
} from '../../models/vocabulary/index.ts';
import type { NodeEffect, NodeEvent } from './effects.ts';
import { linkMachine } from './machines.ts';
import type { NodePorts } from './ports.ts';
import type { ReplicationStream } from './stream.ts';

export interface MasterLinkHost {
  readonly stream: ReplicationStream;
  readonly ports: NodePorts;
  readonly seconds: () => number;
  readonly timeoutSeconds: () => number;
  readonly handshake: () => HandshakeSettings;
  readonly emit: (effect: NodeEffect) => void;
  /** Runs commands of the stream; their replies go nowhere. */
  readonly execute: (database: number, data: DataCommands) => void;
  /** Hands bytes on to sub-replicas and backlog. */
  readonly append: (bytes: Uint8Array) => void;
  readonly dropReplicas: () => void;
  readonly replaceData: (snapshot: Snapshot) => void;
  /** The node has become a copy of its master. */
  readonly adopted: () => void;
  readonly backlogCapacity: () => number;
  readonly becomeMaster: () => void;
  readonly endFailover: (succeeded: boolean) => void;
}

/** Commands of the stream that are data to replication, whole and next to each other. Their bytes are kept as they are. */
export interface DataCommands {
  readonly pieces: readonly Uint8Array[];
  readonly count: number;
}

/** What a transaction holds until its EXEC. */
type Queued = DataCommands | { readonly words: readonly string[] };

type LinkMachine = ReturnType<typeof replicaLink>;

/** ROLE's word for each state of a link. */
export type LinkWord = 'none' | 'connect' | 'connecting' | 'handshake' | 'sync' | 'connected';

/** A node's link to its master: the machine, and the accounts of what was read and applied. */
export class MasterLink {
  readonly #host: MasterLinkHost;
  readonly #rules: Ruleset;
  readonly #machine: LinkMachine;
  #snapshot: ReturnType<typeof initialTransition<LinkMachine>>[0];
  /** Names the connection in use; what comes from another is too late. */
  #connection = 0;
  #read = processedOffset(0);
  #database = 0;
  /** Bytes that were read and do not count yet. */
  #pending: Uint8Array[] = [];
  #transaction: Queued[] | null = null;
  #loaded: Snapshot | null = null;
  /** Whether commands of the stream wait, as under CLIENT PAUSE. */
  held = false;

  constructor(host: MasterLinkHost, dialect: Dialect, rules: Ruleset = STANDARD) {
    this.#host = host;
    this.#rules = rules;
    this.#machine = linkMachine(rules);
    [this.#snapshot] = initialTransition(this.#machine, { dialect, cached: null });
  }

  get master(): MasterAddress | null {
    return this.#context.master;
  }

  get isConnected(): boolean {
    return this.word === 'connected';
  }

  get read(): ProcessedOffset {
    return this.#read;
  }

  get heardAt(): number {
    return this.#context.heardAt;
  }

  /** The database that the master's stream has selected; null where none comes. */
  get database(): number | null {
    return this.isConnected ? this.#database : null;
  }

  get cached(): CachedMaster | null {
    return this.#context.cached;
  }

  /** Whether a state in which its lines are looked at, its bytes kept, or its commands run. */
  get word(): LinkWord {
    const { value } = this.#snapshot;
    if (value === 'none') return 'none';
    const following = typeof value === 'object' ? value.following : value;
    if (typeof following === 'object') return 'handshake' in following ? 'handshake' : 'sync';
    if (following === 'connecting') return 'connecting';
    return following === 'connected' || following === 'broken' ? 'connected' : 'connect';
  }

  /** What the link could go on with, if it were lost now. */
  get history(): CachedMaster | null {
    const { stream } = this.#host;
    return this.#rules.historyOfLink({
      replid: stream.ids.replid,
      applied: stream.offset,
      read: this.#read,
      database: this.#database,
      held: this.held,
    });
  }

  follow(master: MasterAddress, own: CachedMaster | null, handsOver: boolean): void {
    const history = this.isConnected ? this.history : own;
    this.#step({ type: 'REPLICAOF', master, history, handsOver, at: this.#host.seconds() });
  }

  followNobody(): void {
    this.#step({ type: 'NO_ONE' });
  }

  tick(): void {
    const { seconds, timeoutSeconds } = this.#host;
    const connection = this.#connection;
    const { heardAt } = this.#context;
    this.#step({
      type: 'TICK',
      at: seconds(),
      timeoutSeconds: timeoutSeconds(),
      history: this.history,
    });
    const silentFor = seconds() - heardAt;
    if (this.#connection !== connection && this.#rules.linkTimedOut(silentFor, timeoutSeconds())) {
      const because = `nothing was heard for ${silentFor} s (repl-timeout ${timeoutSeconds()})`;
      this.#log({ event: 'master-lost', master: this.#masterName, because });
    }
  }

  // What happens on the connection that was last dialled.

  up(connection: number): void {
    this.#stepOn(connection, {
      type: 'LINK_UP',
      settings: this.#host.handshake(),
      at: this.#host.seconds(),
    });
  }

  refused(connection: number, because: string): void {
    this.#logLoss(connection, because);
    this.#stepOn(connection, { type: 'LINK_REFUSED' });
  }

  down(connection: number, because: string): void {
    this.#logLoss(connection, because);
    const at = this.#host.seconds();
    this.#stepOn(connection, { type: 'LINK_DOWN', history: this.history, at });
  }

  line(connection: number, line: string, load: LoadMode): void {
    this.#stepOn(connection, { type: 'LINE', line, load, at: this.#host.seconds() });
    // The machine hung up over this line.
    if (connection < this.#connection && this.master !== null) {
      const because = `its answer ${JSON.stringify(line.slice(0, 60))} can't be gone on with`;
      this.#log({ event: 'master-lost', master: this.#masterName, because });
    }
  }

  stalled(connection: number, load: LoadMode): void {
    this.#logLoss(connection, 'a line began and did not end in time');
    this.#stepOn(connection, { type: 'LINE_STALLED', load, at: this.#host.seconds() });
  }

  snapshotBytes(connection: number): void {
    this.#stepOn(connection, { type: 'SNAPSHOT_BYTES', at: this.#host.seconds() });
  }

  loadStarted(connection: number): void {
    const { replid } = this.#host.stream.ids;
    this.#stepOn(connection, { type: 'LOAD_STARTED', replid });
  }

  loaded(connection: number, snapshot: Snapshot): void {
    this.#loaded = snapshot;
    this.#stepOn(connection, { type: 'LOADED', at: this.#host.seconds() });
    this.#loaded = null;
  }

  loadFailed(connection: number, because: string): void {
    this.#logLoss(connection, because);
    this.#stepOn(connection, { type: 'LOAD_FAILED', at: this.#host.seconds() });
  }

  /** Some bytes of the stream have arrived, whole commands or not. */
  streamBytes(connection: number, count: number): void {
    if (connection !== this.#connection || !this.isConnected) return;
    this.#read = processedOffset(this.#read + count);
    const at = this.#host.seconds();
    // All that these bytes can tell the machine is that the master was alive at this second.
    if (at !== this.heardAt) this.#step({ type: 'STREAM_BYTES', at });
  }

  /** Commands of the stream that are data to replication. */
  data(connection: number, commands: DataCommands): void {
    if (connection !== this.#connection || !this.isConnected) return;
    this.#pending.push(...commands.pieces);
    this.#count(connection, 'data', commands);
  }

  /** A command of the stream that replication has to understand, with its bytes; no words are an empty line. */
  control(connection: number, words: readonly string[], bytes: Uint8Array): void {
    if (connection !== this.#connection || !this.isConnected) return;
    this.#pending.push(bytes);
    const [name] = words;
    this.#count(connection, name === undefined ? null : commandInStream(name), { words });
  }

  streamBroken(connection: number, because: string): void {
    this.#logLoss(connection, `the stream holds what is no command: ${because}`);
    this.#stepOn(connection, { type: 'STREAM_BROKEN' });
  }

  get #context(): LinkContext {
    return this.#snapshot.context;
  }

  /** Runs what was read, or keeps it for the EXEC of its transaction, and lets its bytes count once they do. */
  #count(connection: number, command: StreamPiece['command'], read: Queued): void {
    const inTransaction = this.#transaction !== null;
    if (command !== null) this.#run(command, read);
    // A command may have ended the link, and with it what was read and does not count yet.
    if (connection !== this.#connection) return;
    if (this.#rules.completesUnit({ command, inTransaction })) this.#apply();
  }

  #run(command: ControlCommand | 'data', read: Queued): void {
    if (command === 'MULTI') this.#transaction ??= [];
    else if (command === 'DISCARD') this.#transaction = null;
    else if (command === 'EXEC') {
      const queued = this.#transaction ?? [];
      this.#transaction = null;
      for (const each of queued) this.#execute(each);
    } else if (this.#transaction !== null) this.#transaction.push(read);
    else this.#execute(read);
  }

  #execute(read: Queued): void {
    if ('pieces' in read) {
      this.#host.execute(this.#database, read);
      return;
    }
    const [name = '', argument = ''] = read.words;
    if (name.toUpperCase() === 'SELECT') this.#database = Number(argument);
    else if (argument.toUpperCase() === 'GETACK') this.#step({ type: 'GETACK' });
  }

  #apply(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const bytes of pending) this.#host.append(bytes);
  }

  #stepOn(connection: number, event: LinkEvent): void {
    if (connection === this.#connection) this.#step(event);
  }

  #step(event: LinkEvent): void {
    const [next, effects] = transition(this.#machine, this.#snapshot, event);
    this.#snapshot = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    for (const effect of effects as readonly LinkEffect[]) this.#perform(effect);
  }

  #perform(effect: LinkEffect): void {
    const { stream, emit, ports } = this.#host;
    switch (effect.type) {
      case 'dial':
        this.#connection += 1;
        emit({ effect: 'dial', link: this.#connection, ...effect.params.master });
        this.#log({ event: 'connects-to-master', master: this.#masterName });
        break;
      case 'sendCommands':
        for (const words of effect.params.commands) this.#say(words);
        break;
      case 'sendSync':
        this.#send(SYNC);
        this.#log({ event: 'asks-master', request: 'SYNC' });
        break;
      case 'hangUp':
        emit({ effect: 'hang-up', link: this.#connection });
        this.#connection += 1;
        break;
      case 'giveUpHistory':
        this.#host.dropReplicas();
        stream.giveUpHistory();
        break;
      case 'continueStream':
        this.#continue(effect.params.named, effect.params.from);
        break;
      case 'takeSnapshot':
        emit({ effect: 'take-snapshot', link: this.#connection, ...effect.params });
        this.#log({
          event: 'snapshot-from-master',
          replid: this.#context.announcedReplid ?? '',
          offset: this.#context.announcedOffset,
          bytes: effect.params.length,
        });
        break;
      case 'adoptSnapshot':
        this.#adopt(effect.params.replid ?? '', effect.params.offset);
        break;
      case 'acknowledge':
        this.#send(ports.encodeCommand(['REPLCONF', 'ACK', String(stream.offset)]));
        break;
      case 'becomeMaster':
        this.#host.becomeMaster();
        break;
      case 'endFailover':
        this.#host.endFailover(true);
        break;
      case 'abortFailover':
        this.#host.endFailover(false);
        break;
    }
  }

  get #masterName(): string {
    const { master } = this.#context;
    return master === null ? '' : `${master.host}:${master.port}`;
  }

  #log(event: NodeEvent): void {
    this.#host.emit({ effect: 'log', event });
  }

  #logLoss(connection: number, because: string): void {
    if (connection !== this.#connection) return;
    this.#log({ event: 'master-lost', master: this.#masterName, because });
  }

  #say(words: readonly string[]): void {
    this.#send(this.#host.ports.encodeCommand(words));
    if (words[0] === 'PSYNC') this.#log({ event: 'asks-master', request: words.join(' ') });
  }

  #send(bytes: Uint8Array): void {
    this.#host.emit({ effect: 'send-to-master', link: this.#connection, bytes });
  }

  #continue(named: string | null, from: CachedMaster): void {
    const { stream } = this.#host;
    if (stream.continue(named, this.#host.backlogCapacity())) this.#host.dropReplicas();
    this.#begin(from.offset, from.database);
    this.#log({ event: 'continued', replid: stream.ids.replid, offset: from.offset });
  }

  #adopt(replid: string, offset: ProcessedOffset): void {
    const { stream } = this.#host;
    const snapshot = this.#loaded;
    if (snapshot !== null) this.#host.replaceData(snapshot);
    stream.adopt(replid, offset, this.#host.backlogCapacity());
    this.#begin(offset, Number(snapshot?.auxiliary.get('repl-stream-db') ?? 0));
    this.#log({ event: 'snapshot-loaded', replid, offset });
    this.#host.adopted();
  }

  /** From here on the stream is read, and nothing of it was read before. */
  #begin(offset: ProcessedOffset, database: number): void {
    this.#read = offset;
    this.#database = database;
    this.#pending = [];
    this.#transaction = null;
    this.#host.emit({ effect: 'stream-from-master', link: this.#connection });
  }
}

const SYNC = new Uint8Array([...'SYNC\r\n'].map((character) => character.charCodeAt(0)));
