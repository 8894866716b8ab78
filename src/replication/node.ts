import type { MasterAddress } from '../../models/machines/replica-link-terms.ts';
import { GETACK } from '../../models/rules/acknowledgement.ts';
import type { Candidate } from '../../models/rules/failover.ts';
import type { HandshakeSettings } from '../../models/rules/handshake.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type { StreamedCommand } from '../../models/rules/stream.ts';
import type {
  DataEntry,
  Dialect,
  Exclusion,
  RespValue,
  Role,
  Snapshot,
} from '../../models/vocabulary/index.ts';
import { Client, type PendingWait } from './client.ts';
import type { Command } from './commands/command.ts';
import { isQueued } from './commands/server.ts';
import { COMMANDS } from './commands/table.ts';
import type { NodeEffect } from './effects.ts';
import { Failover } from './failover.ts';
import { Keyspace } from './keyspace.ts';
import { MasterLink } from './master-link.ts';
import type { ClientId, NodePorts, Peer } from './ports.ts';
import { Replicas } from './replicas.ts';
import {
  array,
  type CommandReply,
  error,
  integer,
  NO_REPLY,
  replyOfLine,
  simple,
} from './replies.ts';
import { type SettingName, Settings } from './settings.ts';
import { Snapshots } from './snapshots.ts';
import { ReplicationStream } from './stream.ts';
import { REDIS_VERSIONS } from './versions.ts';

export interface NodeOptions {
  readonly dialect: Dialect;
  readonly ports: NodePorts;
  /** The port that it is reached at, for INFO. */
  readonly port: number;
  readonly settings?: Partial<Record<SettingName, string>>;
  readonly rules?: Ruleset;
}

/** How often the replication cron turns, in milliseconds. */
const CRON_PERIOD = 1000;

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
  readonly keyspace = new Keyspace();
  readonly stream: ReplicationStream;
  readonly replicas: Replicas;
  readonly snapshots: Snapshots;
  readonly version: string;
  readonly runId: string;
  readonly port: number;
  readonly startedAt: number;
  readonly masterLink: MasterLink;
  readonly failover: Failover;
  role: Role = 'master';
  connectionsReceived = 0;
  readonly #ports: NodePorts;
  readonly #clients = new Map<ClientId, Client>();
  readonly #waiting = new Set<Client>();
  #effects: NodeEffect[] = [];
  /** Runs what the master sends. */
  readonly #fromMaster: Client;
  /** What the command under way adds to the stream. */
  #unit: StreamedCommand[] = [];
  #transactionDepth = 0;
  /** How many WAITs have begun to wait since the last GETACK. */
  #waitsBegun = 0;
  #cronCalls = 0;
  #nextCron: number;

  constructor(options: NodeOptions) {
    const { dialect, ports, rules = STANDARD } = options;
    this.dialect = dialect;
    this.rules = rules;
    this.port = options.port;
    this.#ports = ports;
    this.version = REDIS_VERSIONS[dialect];
    this.runId = ports.draw();
    this.startedAt = this.seconds();
    this.#nextCron = ports.now() + CRON_PERIOD;
    this.settings = new Settings(dialect, options.settings, rules);
    this.stream = new ReplicationStream({ dialect, ports, rules });
    const emit = (effect: NodeEffect) => this.#effects.push(effect);
    const shared = { stream: this.stream, settings: this.settings, emit, seconds: this.seconds };
    this.snapshots = new Snapshots(
      { ...shared, ports, replicas: () => this.replicas, freeze: this.#freeze },
      dialect,
      rules,
    );
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
        handshake: () => this.#handshakeSettings(),
        timeoutSeconds: () => this.settings.number('repl-timeout'),
        execute: (database, words) => this.#executeFromMaster(database, words),
        append: (bytes) => this.replicas.append(bytes),
        dropReplicas: () => this.replicas.dropAll(),
        replaceData: ({ databases }) => this.keyspace.replace(databases),
        backlogCapacity: () => this.settings.backlogCapacity,
        becomeMaster: () => this.#becomeMaster(),
        endFailover: (succeeded) =>
          this.failover.step({ type: succeeded ? 'ACCEPTED' : 'REJECTED' }),
      },
      dialect,
      rules,
    );
    this.failover = new Failover(
      {
        now: this.now,
        offset: () => this.stream.offset,
        candidates: () => this.candidates(),
        releaseWrites: () => this.#releaseWrites(),
        handOver: (target) => this.follow(target, true),
        becomeMasterAgain: () => this.promote(),
      },
      rules,
    );
    this.#fromMaster = new Client(0, { address: '', port: 0 }, true, this.stream.offset);
  }

  readonly now = (): number => this.#ports.now();

  readonly seconds = (): number => Math.floor(this.#ports.now() / 1000);

  // What happens to a node.

  connected(id: ClientId, peer: Peer): void {
    const authenticated = this.settings.text('requirepass') === '';
    const client = new Client(id, peer, authenticated, this.stream.offset);
    this.connectionsReceived += 1;
    this.#clients.set(id, client);
    if (this.#clients.size > this.settings.number('maxclients')) {
      this.reply(client, error('max number of clients reached'));
      this.close(client, true);
    }
  }

  command(id: ClientId, words: readonly string[]): void {
    const client = this.#clients.get(id);
    if (client === undefined || client.closing) return;
    if (client.session) client.session.heardAnythingAt = this.seconds();
    if (this.#mustHold(client, words)) {
      client.heldWrite = words;
      return;
    }
    this.#answer(client, this.#run(client, words));
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
    this.#waiting.delete(client);
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

  /** Time has passed; to be called every 100 milliseconds or so. */
  tick(): void {
    if (this.role === 'master') this.#expireKeys();
    const period = this.failover.state === 'none' ? CRON_PERIOD : 0;
    if (this.now() < this.#nextCron + period - CRON_PERIOD) return;
    this.#nextCron = Math.max(this.#nextCron + CRON_PERIOD, this.now());
    this.#cron();
  }

  #expireKeys(): void {
    for (const [database, key] of this.keyspace.expired(this.now(), EXPIRED_PER_TICK)) {
      this.#expire(database, key);
      this.#writeUnit();
    }
  }

  /** To be called when there is no input left to process, before waiting for more. */
  settle(): void {
    if (this.rules.getackDue(this.#waitsBegun, this.failover.holdsWrites)) {
      this.#writeToStream({ words: GETACK, database: null });
    }
    this.#waitsBegun = 0;
    this.failover.progress();
    for (const client of this.#waiting) this.#endWaitIfDue(client);
  }

  // What a node gives.

  /** What has to be done now, in this order. */
  drain(): readonly NodeEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** The next bytes of the stream for a replica, `limit` at most. */
  take(id: ClientId, limit: number): Uint8Array {
    const session = this.#clients.get(id)?.session;
    return session?.open && session.feed ? session.feed.take(limit) : new Uint8Array(0);
  }

  isAuthenticated(id: ClientId): boolean {
    return this.#clients.get(id)?.authenticated ?? false;
  }

  /** Whether a client waits for something and must not be read from. */
  isBlocked(id: ClientId): boolean {
    const client = this.#clients.get(id);
    return client !== undefined && (client.wait !== null || client.heldWrite !== null);
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

  get inTransaction(): boolean {
    return this.#transactionDepth > 0;
  }

  allClients(): Client[] {
    return [...this.#clients.values()];
  }

  commands(): Command[] {
    return [...COMMANDS.values()];
  }

  read(database: number, key: string): DataEntry | undefined {
    const entry = this.keyspace.get(database, key);
    if (entry === undefined || entry.expiresAt === null || entry.expiresAt > this.now()) {
      return entry;
    }
    // A replica shows an expired key to nobody and waits for its master to delete it.
    if (this.role === 'master') this.#expire(database, key);
    return undefined;
  }

  write(database: number, key: string, entry: DataEntry): void {
    this.keyspace.set(database, key, entry);
  }

  remove(database: number, key: string): boolean {
    return this.read(database, key) !== undefined && this.keyspace.delete(database, key);
  }

  /** Adds an effect of the command under way to the stream, which only the master of a history may do. */
  propagate(database: number, words: readonly string[]): void {
    if (this.role === 'master') this.#unit.push({ words, database });
  }

  reply(client: Client, reply: RespValue): void {
    client.pendingReplies = true;
    const bytes = this.#ports.encodeReply(reply, client.protocol);
    this.#effects.push({ effect: 'send', client: client.id, bytes });
  }

  close(client: Client, afterReplies: boolean): void {
    if (client.closing) return;
    client.closing = true;
    this.#effects.push({ effect: 'close', client: client.id, afterReplies });
    if (this.replicas.isAttached(client)) this.replicas.step(client, { type: 'LINK_DOWN' });
  }

  /** Holds a client back until enough replicas have acknowledged, or its time is up. */
  block(client: Client, wait: PendingWait): void {
    client.wait = wait;
    this.#waiting.add(client);
    this.#waitsBegun += 1;
    if (wait.deadline !== null) this.#effects.push({ effect: 'wake', at: wait.deadline });
  }

  runTransaction(client: Client, commands: readonly (readonly string[])[]): RespValue {
    this.#transactionDepth += 1;
    const replies = commands.map((words) => {
      const reply = this.#execute(client, words);
      return reply === NO_REPLY ? null : reply;
    });
    this.#transactionDepth -= 1;
    return array(replies);
  }

  /** Makes this node a replica of another, or of yet another. */
  follow(master: MasterAddress, handsOver = false): void {
    const own =
      this.role === 'master'
        ? this.rules.cachedMasterOfOneself(this.stream.ids.replid, this.stream.offset)
        : this.masterLink.cached;
    this.role = 'slave';
    this.#endWaits();
    if (this.rules.dropsReplicasAtReplicaof(this.dialect)) this.replicas.dropAll();
    this.masterLink.follow(master, own, handsOver);
  }

  /** Makes a replica a master; a master stays as it is. */
  promote(): void {
    if (!this.rules.isPromoted(this.role)) return;
    if (this.role === 'slave') this.masterLink.followNobody();
    else this.#becomeMaster();
  }

  shutdown(): void {
    this.#effects.push({ effect: 'shutdown' });
  }

  // How it is done.

  /** Writes wait while the node hands over; then they are run, or refused if it has become a replica. */
  #mustHold(client: Client, words: readonly string[]): boolean {
    if (!this.failover.holdsWrites || client.transaction !== null) return false;
    return COMMANDS.get((words[0] ?? '').toLowerCase())?.writes ?? false;
  }

  #releaseWrites(): void {
    for (const client of this.#clients.values()) {
      const words = client.heldWrite;
      if (words === null) continue;
      client.heldWrite = null;
      this.command(client.id, words);
      this.#effects.push({ effect: 'resume', client: client.id });
    }
  }

  #becomeMaster(): void {
    const before = this.stream.ids;
    this.role = 'master';
    this.stream.promote();
    if (this.rules.dropsReplicas(before, this.stream.ids)) this.replicas.dropAll();
    this.replicas.idleSince = this.seconds();
    const { replid, replid2, secondReplOffset } = this.stream.ids;
    this.#effects.push({
      effect: 'log',
      event: {
        event: 'promoted',
        replid,
        replid2: replid2 ?? '',
        secondReplOffset: secondReplOffset ?? -1,
      },
    });
  }

  /** A replica can't tell what others have acknowledged, so nobody may wait for it any longer. */
  #endWaits(): void {
    for (const client of this.#waiting) {
      this.reply(client, {
        error:
          'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
      });
      this.close(client, true);
    }
    this.#waiting.clear();
  }

  #handshakeSettings(): HandshakeSettings {
    const text = (name: SettingName) => this.settings.text(name) || null;
    return {
      user: text('masteruser'),
      password: text('masterauth'),
      listeningPort: this.settings.number('replica-announce-port') || this.port,
      address: text('replica-announce-ip'),
      version: '9.0.0',
    };
  }

  /** Runs a command of the stream. Whatever becomes of it, it counts. */
  #executeFromMaster(database: number, words: readonly string[]): void {
    const [name = '', ...rest] = words;
    this.#fromMaster.database = database;
    COMMANDS.get(name.toLowerCase())?.run(this, this.#fromMaster, rest);
  }

  #run(client: Client, words: readonly string[]): CommandReply {
    const [name = ''] = words;
    const command = COMMANDS.get(name.toLowerCase());
    if (command === undefined) return this.#refuse(client, unknownCommand(words));
    const refusal = this.rules.judgeGates(
      command,
      words.length,
      { authenticated: client.authenticated, inTransaction: client.transaction !== null },
      { role: this.role, dialect: this.dialect },
    );
    if (refusal !== null) return this.#refuse(client, replyOfLine(refusal));
    if (isQueued(client, command.name)) {
      client.transaction?.commands.push(words);
      return simple('QUEUED');
    }
    return command.run(this, client, words.slice(1));
  }

  #execute(client: Client, words: readonly string[]): CommandReply {
    return COMMANDS.get((words[0] ?? '').toLowerCase())?.run(this, client, words.slice(1)) ?? null;
  }

  #refuse(client: Client, reply: RespValue): RespValue {
    if (client.transaction !== null) client.transaction.spoilt = true;
    return reply;
  }

  /** A reply to a command on a replica's link is not just sent: it would end up in the stream. */
  #answer(client: Client, reply: CommandReply): void {
    if (reply === NO_REPLY) return;
    if (this.replicas.isAttached(client)) this.replicas.step(client, { type: 'REPLY_DUE' });
    if (!client.closing) this.reply(client, reply);
  }

  #sendLine(client: Client, line: string): void {
    if (line.startsWith('-')) client.pendingReplies = true;
    const bytes = this.#ports.encodeReply(replyOfLine(line), 2);
    this.#effects.push({ effect: 'send', client: client.id, bytes });
  }

  #writeUnit(): void {
    if (this.#unit.length === 0) return;
    const unit = this.#unit;
    this.#unit = [];
    for (const command of this.rules.streamUnit(unit)) this.#writeToStream(command);
  }

  #writeToStream(command: StreamedCommand): void {
    for (const bytes of this.stream.encode(command)) this.replicas.append(bytes);
  }

  #expire(database: number, key: string): void {
    this.keyspace.delete(database, key);
    this.propagate(database, ['DEL', key]);
  }

  #endWaitIfDue(client: Client): void {
    if (client.wait === null) return;
    const { replicas, offset, deadline } = client.wait;
    const count = this.replicas.acknowledging(offset);
    const isOver = deadline !== null && this.now() >= deadline;
    if (!isOver && !this.rules.waitSatisfied(count, replicas)) return;
    client.wait = null;
    this.#waiting.delete(client);
    this.reply(client, integer(count));
    this.#effects.push({ effect: 'resume', client: client.id });
  }

  /** The replication cron, once a second, in Redis's order (docs/protocol.md 2.10). */
  #cron(): void {
    this.masterLink.tick();
    const ping = {
      cronCalls: this.#cronCalls,
      period: this.settings.number('repl-ping-replica-period'),
      replicas: this.replicas.count,
      paused: this.role === 'slave' || this.failover.holdsPings,
    };
    if (this.rules.pingDue(ping)) {
      this.#writeToStream({ words: this.rules.pingCommand(this.dialect), database: null });
    }
    this.replicas.tick();
    this.#expireBacklog();
    this.snapshots.startIfDue();
    this.#cronCalls += 1;
  }

  #expireBacklog(): void {
    if (this.stream.backlog === null) return;
    const expired = this.rules.backlogExpired({
      role: this.role,
      replicas: this.replicas.count,
      idleSeconds: this.seconds() - this.replicas.idleSince,
      ttlSeconds: this.settings.number('repl-backlog-ttl'),
    });
    if (!expired) return;
    this.stream.expireBacklog();
    const { replid } = this.stream.ids;
    this.#effects.push({ effect: 'log', event: { event: 'backlog-freed', replid } });
  }

  readonly #freeze = (
    auxiliary: ReadonlyMap<string, string>,
    exclusions: readonly Exclusion[],
  ): Snapshot => ({
    databases: exclusions.includes('data') ? new Map() : this.keyspace.freeze(),
    functions: [],
    scripts: [],
    moduleAuxiliary: [],
    auxiliary: new Map([['redis-ver', this.version], ...auxiliary]),
  });
}

const unknownCommand = ([name = '', ...words]: readonly string[]): RespValue => {
  const shown = words.map((word) => `'${word.slice(0, 128)}' `).join('');
  return error(`unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`);
};
