import type { MasterAddress } from '../../models/machines/replica-link-terms.ts';
import { GETACK } from '../../models/rules/acknowledgement.ts';
import type { Candidate } from '../../models/rules/failover.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { StreamedCommand } from '../../models/rules/stream.ts';
import type {
  Dialect,
  Exclusion,
  RespValue,
  Role,
  Snapshot,
} from '../../models/vocabulary/index.ts';
import { Client } from './client.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/table.ts';
import { Cron } from './cron.ts';
import { Data } from './data.ts';
import type { NodeEffect, NodeEvent } from './effects.ts';
import { Execution } from './execution.ts';
import { Failover } from './failover.ts';
import { handshakeSettings } from './handshake-settings.ts';
import { HeldCommands } from './held-commands.ts';
import { MasterLink } from './master-link.ts';
import { Persistence } from './persistence.ts';
import type { ClientId, NodePorts, Peer } from './ports.ts';
import { Replicas } from './replicas.ts';
import { type CommandReply, error, NO_REPLY, replyOfLine } from './replies.ts';
import { auxiliaryOf, historyOf } from './saved-history.ts';
import { type SettingName, Settings } from './settings.ts';
import { Shutdown } from './shutdown.ts';
import { Snapshots } from './snapshots.ts';
import { ReplicationStream } from './stream.ts';
import { REDIS_VERSIONS } from './versions.ts';
import { Waits } from './waits.ts';

export interface NodeOptions {
  readonly dialect: Dialect;
  readonly ports: NodePorts;
  /** The port that it is reached at, for INFO. */
  readonly port: number;
  readonly settings?: Partial<Record<SettingName, string>>;
  readonly rules?: Ruleset;
  /** Whether whoever drives it can write snapshots to disk. */
  readonly savesToDisk?: boolean;
  /**
   * False for a node that takes part in replication only: as a replica it counts, acknowledges, keeps and hands on the
   * stream of its master without applying it, so nobody can get a snapshot from it.
   */
  readonly keepsData?: boolean;
}

const DENIED: RespValue = {
  error:
    'DENIED This server is in protected mode: it has no password and talks to this machine only. Set requirepass, or protected-mode no.',
};

const isLoopback = (address: string): boolean =>
  address === '' || address === '::1' || /^(::ffff:)?127\./.test(address);

const NOTHING = new Uint8Array(0);

/** How many expired keys one tick removes at most, so that no tick takes long. */
const EXPIRED_PER_TICK = 1000;

/**
 * A node of the reference implementation, without I/O: it is told what happened and says what has to be done. Whoever
 * drives it calls an input, then performs everything that `drain` returns; before it waits for the next input, `settle`.
 */
export class ReplicationNode {
  readonly dialect: Dialect;
  readonly rules: Ruleset;
  readonly settings: Settings;
  readonly savesToDisk: boolean;
  readonly keepsData: boolean;
  readonly data: Data;
  readonly stream: ReplicationStream;
  readonly replicas: Replicas;
  readonly snapshots: Snapshots;
  readonly persistence: Persistence;
  readonly version: string;
  readonly runId: string;
  readonly port: number;
  readonly startedAt: number;
  readonly masterLink: MasterLink;
  readonly failover: Failover;
  readonly shutdown: Shutdown;
  readonly execution = new Execution(this);
  readonly waits: Waits;
  role: Role = 'master';
  connectionsReceived = 0;
  readonly ports: NodePorts;
  readonly #clients = new Map<ClientId, Client>();
  readonly #held = new HeldCommands();
  readonly #cron: Cron;
  #effects: NodeEffect[] = [];
  /** Runs what the master sends. */
  readonly #fromMaster: Client;

  constructor(options: NodeOptions) {
    const { dialect, ports, rules = STANDARD } = options;
    this.dialect = dialect;
    this.rules = rules;
    this.port = options.port;
    this.keepsData = options.keepsData ?? true;
    this.savesToDisk = (options.savesToDisk ?? false) && this.keepsData;
    this.ports = ports;
    this.version = REDIS_VERSIONS[dialect];
    this.runId = ports.draw();
    this.startedAt = this.seconds();
    this.settings = new Settings(dialect, options.settings, rules);
    this.stream = new ReplicationStream({ dialect, ports, rules });
    const emit = (effect: NodeEffect) => this.#effects.push(effect);
    const { stream, settings, seconds, now } = this;
    const shared = { stream, settings, emit, seconds, now };
    const isMaster = () => this.role === 'master';
    this.data = new Data({
      role: () => this.role,
      now,
      propagate: (database, words) => this.propagate(database, words),
    });
    this.snapshots = new Snapshots(
      {
        ...shared,
        ports,
        replicas: () => this.replicas,
        freeze: this.#freeze,
        keepsData: this.keepsData,
      },
      dialect,
      rules,
    );
    this.persistence = new Persistence({ ...shared, freeze: () => this.#freeze([]) });
    this.replicas = new Replicas(
      {
        ...shared,
        role: () => this.role,
        sendLine: (client, line) => this.#sendLine(client, line),
        close: (client, afterReplies) => this.close(client, afterReplies),
        requestSnapshot: (client, session) => this.snapshots.request(client, session),
        left: () => this.snapshots.forget(),
        promote: () => this.promote(),
        linkUp: () => this.masterLink.isConnected,
        failingOver: () => this.failover.state !== 'none',
      },
      dialect,
      rules,
    );
    this.masterLink = new MasterLink(
      {
        ...shared,
        ports,
        handshake: () => handshakeSettings(settings, this.port),
        timeoutSeconds: () => settings.number('repl-timeout'),
        execute: (database, commands) => {
          this.#fromMaster.database = database;
          this.execution.applyAll(this.#fromMaster, commands);
        },
        append: (bytes) => this.replicas.append(bytes),
        dropReplicas: () => this.replicas.dropAll(),
        replaceData: (snapshot) => this.#replaceData(snapshot),
        // What Redis does by keeping the file that it received: a restart may continue from here.
        adopted: () => {
          if (this.savesToDisk) this.persistence.save(() => {});
        },
        backlogCapacity: () => settings.backlogCapacity,
        becomeMaster: () => this.#becomeMaster(),
        endFailover: (succeeded) => {
          const state = succeeded ? 'accepted by the target' : 'refused by the target';
          if (this.failover.state !== 'none') this.log({ event: 'failover', state });
          this.failover.step({ type: succeeded ? 'ACCEPTED' : 'REJECTED' });
        },
      },
      dialect,
      rules,
    );
    this.failover = new Failover(
      {
        now,
        role: () => this.role,
        offset: () => stream.offset,
        candidates: () => this.candidates(),
        releaseWrites: () => this.#releaseWrites(),
        handOver: (target) => {
          this.log({ event: 'failover', state: `hands over to ${target.host}:${target.port}` });
          this.follow(target, true);
        },
        becomeMasterAgain: () => this.promote(),
      },
      rules,
    );
    this.waits = new Waits(
      {
        now,
        emit,
        reply: (client, reply) => this.reply(client, reply),
        close: (client, afterReplies) => this.close(client, afterReplies),
        acknowledging: (offset) => this.replicas.acknowledging(offset),
      },
      rules,
    );
    this.shutdown = new Shutdown(
      {
        ...shared,
        offset: () => stream.offset,
        acknowledged: () => (isMaster() ? this.candidates().map((each) => each.acknowledged) : []),
        requestAcknowledgements: () => this.#writeToStream({ words: GETACK, database: null }),
        releaseWrites: () => this.#releaseWrites(),
        save: this.savesToDisk ? (done) => this.persistence.save(done) : null,
      },
      rules,
      dialect,
    );
    this.#cron = new Cron(this, (command) => this.#writeToStream(command));
    this.#fromMaster = new Client(0, { address: '', port: 0 }, true, stream.offset);
  }

  readonly now = (): number => this.ports.now();

  readonly seconds = (): number => Math.floor(this.ports.now() / 1000);

  // What happens to a node.

  /** Begins with the data of a snapshot, and as the replica of a master. To be called first, where at all. */
  begin(snapshot: Snapshot | null, master: MasterAddress | null): void {
    if (master !== null) this.role = 'slave';
    const saved = snapshot === null ? null : historyOf(snapshot.auxiliary);
    const { role } = this;
    const cached = this.stream.begin(saved, role, this.settings.backlogCapacity);
    if (snapshot !== null) this.#replaceData(snapshot);
    if (role === 'master') {
      this.data.expire(Number.POSITIVE_INFINITY, () => this.#writeUnit());
    }
    if (master !== null) this.masterLink.follow(master, cached, false);
  }

  connected(id: ClientId, peer: Peer): void {
    const authenticated = this.settings.text('requirepass') === '';
    const client = new Client(id, peer, authenticated, this.stream.offset);
    this.connectionsReceived += 1;
    this.#clients.set(id, client);
    const refusal = this.#refusalOf(peer, authenticated);
    if (refusal === null) return;
    this.reply(client, refusal);
    this.close(client, true);
  }

  command(id: ClientId, words: readonly string[]): void {
    const client = this.#clients.get(id);
    if (client === undefined || client.closing) return;
    if (client.session) client.session.heardAnythingAt = this.seconds();
    if (this.#holdsWrites && this.#held.hold(client, words)) return;
    this.#answer(client, this.execution.run(client, words));
    this.#writeUnit();
    client.writeOffset = this.stream.offset;
  }

  /** An empty line: nothing to run, but from a replica a sign of life. */
  newline(id: ClientId): void {
    const client = this.#clients.get(id);
    if (!client?.session || !this.replicas.isAttached(client)) return;
    client.session.heardAnythingAt = this.seconds();
    this.replicas.step(client, { type: 'NEWLINE', at: this.seconds() });
  }

  /** Bytes that are no command: nothing more can be read from this client. */
  malformed(id: ClientId, what: string): void {
    const client = this.#clients.get(id);
    if (client === undefined || client.closing) return;
    if (!this.replicas.isAttached(client)) this.reply(client, error(`Protocol error: ${what}`));
    this.close(client, true);
  }

  closed(id: ClientId): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    this.waits.forget(client);
    this.#held.forget(client);
    if (this.replicas.isAttached(client)) this.replicas.step(client, { type: 'LINK_DOWN' });
  }

  /** Everything sent to a client so far is on its way. */
  flushed(id: ClientId): void {
    const client = this.#clients.get(id);
    if (client !== undefined) client.pendingReplies = false;
  }

  snapshotWritten(job: number): void {
    this.snapshots.written(job);
  }

  snapshotFailed(job: number): void {
    this.snapshots.failed(job);
  }

  snapshotSent(id: ClientId): void {
    const client = this.#clients.get(id);
    if (client !== undefined && this.replicas.isAttached(client)) this.snapshots.sent(client);
  }

  persisted(job: number): void {
    this.persistence.succeeded(job);
  }

  notPersisted(job: number, problem: string): void {
    this.persistence.notSaved(job, problem);
  }

  /** Time has passed; to be called every 100 milliseconds or so. */
  tick(): void {
    if (this.role === 'master') this.data.expire(EXPIRED_PER_TICK, () => this.#writeUnit());
    this.#cron.tick();
  }

  /** To be called when there is no input left to process, before waiting for more. */
  settle(): void {
    if (this.rules.getackDue(this.waits.takeBegun(), this.#holdsWrites)) {
      this.#writeToStream({ words: GETACK, database: null });
    }
    this.failover.progress();
    this.shutdown.progress();
    this.waits.settle();
  }

  // What a node gives.

  /** What has to be done now, in this order. */
  drain(): readonly NodeEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /**
   * The next bytes of the stream for a replica, `limit` at most and often fewer, none only where there are none. They are
   * not to be written to.
   */
  take(id: ClientId, limit: number): Uint8Array {
    const session = this.#clients.get(id)?.session;
    return session ? this.replicas.take(session, limit) : NOTHING;
  }

  isAuthenticated(id: ClientId): boolean {
    return this.#clients.get(id)?.authenticated ?? false;
  }

  /** Whether a client waits for something and must not be read from. */
  isBlocked(id: ClientId): boolean {
    const client = this.#clients.get(id);
    return (
      client !== undefined && (client.wait !== null || client.awaitsSave || this.#held.has(client))
    );
  }

  // What commands do to a node.

  /** Its replicas, as those who could take over. */
  candidates(): Candidate[] {
    return this.replicas.all().map(([client, { state, context }]) => ({
      host: context.address ?? client.peer.address,
      port: context.listeningPort,
      state,
      acknowledged: context.acknowledged,
    }));
  }

  /** Whether there are as many good replicas as writes need. A replica writes what its master does. */
  get hasGoodReplicas(): boolean {
    const toWrite = this.settings.number('min-replicas-to-write');
    const maxLag = this.settings.number('min-replicas-max-lag');
    return (
      this.role === 'slave' || this.rules.writesAllowed(this.replicas.good(maxLag), toWrite, maxLag)
    );
  }

  /** Whether writes wait until the data can be saved again. */
  get mustSaveFirst(): boolean {
    const { settings, persistence, role } = this;
    const saves = settings.text('save') !== '' && settings.flag('stop-writes-on-bgsave-error');
    return role === 'master' && saves && persistence.failed;
  }

  allClients(): Client[] {
    return [...this.#clients.values()];
  }

  commands(): Command[] {
    return [...COMMANDS.values()];
  }

  /** Adds an effect of the command under way to the stream, which only the master of a history may do. */
  propagate(database: number, words: readonly string[]): void {
    this.persistence.changes += 1;
    if (this.role === 'master') this.execution.propagate(database, words);
  }

  reply(client: Client, reply: RespValue): void {
    client.pendingReplies = true;
    const bytes = this.ports.encodeReply(reply, client.protocol);
    this.#effects.push({ effect: 'send', client: client.id, bytes });
  }

  close(client: Client, afterReplies: boolean): void {
    if (client.closing) return;
    client.closing = true;
    this.#effects.push({ effect: 'close', client: client.id, afterReplies });
    if (this.replicas.isAttached(client)) this.replicas.step(client, { type: 'LINK_DOWN' });
  }

  /** Lets a client go on that was held back. */
  resume(client: Client): void {
    this.#effects.push({ effect: 'resume', client: client.id });
  }

  log(event: NodeEvent): void {
    this.#effects.push({ effect: 'log', event });
  }

  /** Makes this node a replica of another, or of yet another. */
  follow(master: MasterAddress, handsOver = false): void {
    const own = this.stream.follow() ?? this.masterLink.cached;
    this.role = 'slave';
    this.log({ event: 'replica-of', master: `${master.host}:${master.port}` });
    this.waits.endAll();
    if (this.rules.dropsReplicasAtReplicaof(this.dialect)) this.replicas.dropAll();
    this.masterLink.follow(master, own, handsOver);
  }

  /** Makes a replica a master; a master stays as it is. */
  promote(): void {
    if (!this.rules.isPromoted(this.role)) return;
    if (this.role === 'slave') this.masterLink.followNobody();
    else this.#becomeMaster();
  }

  // How it is done.

  #refusalOf({ address }: Peer, withoutPassword: boolean): RespValue | null {
    if (this.#clients.size > this.settings.number('maxclients')) {
      return error('max number of clients reached');
    }
    const isProtected = this.settings.flag('protected-mode') && withoutPassword;
    return isProtected && !isLoopback(address) ? DENIED : null;
  }

  /** Writes wait while the node hands over or ends; then they are run, or refused if it has become a replica. */
  get #holdsWrites(): boolean {
    return this.failover.holdsWrites || this.shutdown.underway;
  }

  #releaseWrites(): void {
    for (const [client, words] of this.#held.release()) {
      this.command(client.id, words);
      this.resume(client);
    }
  }

  #becomeMaster(): void {
    this.role = 'master';
    if (this.stream.promote(this.replicas.count)) this.replicas.dropAll();
    this.replicas.idleSince = this.seconds();
    const { replid, replid2, secondReplOffset } = this.stream.ids;
    this.log({
      event: 'promoted',
      replid,
      replid2: replid2 ?? '',
      secondReplOffset: secondReplOffset ?? -1,
    });
  }

  /** A reply to a command on a replica's link is not just sent: it would end up in the stream. */
  #answer(client: Client, reply: CommandReply): void {
    if (reply === NO_REPLY) return;
    if (this.replicas.isAttached(client)) this.replicas.step(client, { type: 'REPLY_DUE' });
    if (!client.closing) this.reply(client, reply);
  }

  #sendLine(client: Client, line: string): void {
    if (line.startsWith('-')) client.pendingReplies = true;
    const bytes = this.ports.encodeReply(replyOfLine(line), 2);
    this.#effects.push({ effect: 'send', client: client.id, bytes });
  }

  #writeUnit(): void {
    const unit = this.execution.takeUnit();
    if (unit.length === 0) return;
    for (const command of this.rules.streamUnit(unit)) this.#writeToStream(command);
  }

  #writeToStream(command: StreamedCommand): void {
    for (const bytes of this.stream.encode(command)) this.replicas.append(bytes);
  }

  #replaceData(snapshot: Snapshot): void {
    if (this.keepsData) this.data.keyspace.replace(snapshot);
  }

  readonly #freeze = (exclusions: readonly Exclusion[]): Snapshot => {
    const { role, stream, masterLink } = this;
    const history = this.rules.historyToSave({
      role,
      ids: stream.ids,
      offset: stream.offset,
      backlog: stream.window,
      database: stream.database,
      databaseOfMaster: masterLink.database,
      cached: masterLink.cached,
    });
    return {
      databases: exclusions.includes('data') ? new Map() : this.data.keyspace.freeze(),
      ...this.data.keyspace.extras,
      ...(exclusions.includes('functions') ? { functions: [] } : {}),
      auxiliary: new Map([['redis-ver', this.version], ...auxiliaryOf(history)]),
    };
  };
}
