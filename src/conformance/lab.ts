import { reconnectsAtOnce } from '../../models/rules/master-link.ts';
import { EXPLAIN_FULL_RESYNC, judgePsync } from '../../models/rules/partial-resync.ts';
import {
  type Dialect,
  nextAfter,
  nextByte,
  type PsyncRequest,
  processedOffset,
  type ReplicationIds,
  type RespValue,
} from '../../models/vocabulary/index.ts';
import type { InfoFields } from '../wire/info.ts';
import type { PsyncReply } from '../wire/psync-reply.ts';
import { ClientGone, inconclusive, notApplicable, unsupported, Violation } from './outcome.ts';
import { keysOf } from './preflight.ts';
import type { Chance } from './random.ts';
import type { TargetAddress } from './target/address.ts';
import { openAuthenticated, type TargetControl } from './target/control.ts';
import { FakeMaster, type FollowRequest } from './target/fake-master.ts';
import { type Observation, observationOf } from './target/observation.ts';
import { Peer, PeerError, type PeerOptions } from './target/peer.ts';
import {
  FakeReplica,
  type HeardSnapshot,
  type ReplicaOptions,
  type StreamedWords,
} from './target/replica.ts';
import type { Settings } from './target/settings.ts';

/** What all checks of a run share. */
export interface LabEquipment {
  readonly address: TargetAddress;
  readonly dialect: Dialect;
  readonly control: TargetControl;
  readonly settings: Settings;
  readonly chance: Chance;
  /** What every key begins with that we write. */
  readonly keyPrefix: string;
  /** The ports that replicas of ours announced. */
  readonly ownPorts: Set<number>;
  /** Keys that we wrote and have to delete, by database. */
  readonly keys: Map<number, Set<string>>;
  /** Where the target connects by itself; null where it is told to. */
  readonly listener: FakeMaster | null;
  /** The longest wait for one answer, in milliseconds. */
  readonly timeout: number;
  /** What came of work that is done once in a run. */
  readonly shared: Map<string, Promise<unknown>>;
}

/** A key that was written, and how the write looks in the stream. */
export interface Written {
  readonly key: string;
  readonly value: string;
  readonly database: number;
}

/** A target that follows us. */
export interface Following {
  readonly peer: Peer;
  readonly request: FollowRequest;
}

/** How many times the longest wait for one answer a whole check may take. */
const CHECK_TIMEOUTS = 4;

/** Where the target's own clock is waited for, the longest wait for one answer is this at least, in milliseconds. */
const CLOCK_TIMEOUT_MIN = 5000;

/** How long a client that is told nothing may take to dial again, in milliseconds. */
const REDIAL_PATIENCE = 15_000;

/** How often a question is put again because the target moved while it was asked. */
const ATTEMPTS = 5;

/** The tools of one check. Whatever it opens or changes is closed and put back when the check ends. */
export class Lab {
  readonly dialect: Dialect;
  readonly control: TargetControl;
  readonly settings: Settings;
  readonly chance: Chance;
  readonly #equipment: LabEquipment;
  readonly #patience: PeerOptions;
  readonly #peers: Peer[] = [];
  readonly #masters: FakeMaster[] = [];
  #pauses = false;

  constructor(equipment: LabEquipment, timeout = equipment.timeout) {
    this.#equipment = equipment;
    this.#patience = { timeout, deadline: Date.now() + CHECK_TIMEOUTS * timeout };
    this.dialect = equipment.dialect;
    this.control = equipment.control;
    this.settings = equipment.settings;
    this.chance = equipment.chance;
  }

  get timeout(): number {
    return this.#patience.timeout;
  }

  // Looking.

  async observe(): Promise<Observation> {
    return observationOf(await this.control.info('replication', 'stats', 'persistence'));
  }

  /** Looks again and again until something holds; says what did not where time runs out. */
  async until(
    holds: (seen: Observation) => boolean,
    what: string,
    timeout = this.timeout,
  ): Promise<Observation> {
    const deadline = Date.now() + timeout;
    for (let pause = 1; ; pause = Math.min(pause * 2, 20)) {
      const seen = await this.observe();
      if (holds(seen)) return seen;
      if (Date.now() > deadline) {
        throw new Violation({
          sent: 'INFO again and again',
          predicted: what,
          heard: `not so within ${timeout} ms`,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** The same for fields of INFO that are read for one check only. */
  async untilInfo(
    section: string,
    holds: (fields: InfoFields) => boolean,
    what: string,
  ): Promise<InfoFields> {
    const deadline = Date.now() + this.timeout;
    for (;;) {
      const fields = await this.control.info(section);
      if (holds(fields)) return fields;
      if (Date.now() > deadline) {
        const heard = `not so within ${this.timeout} ms`;
        throw new Violation({ sent: `INFO ${section} again and again`, predicted: what, heard });
      }
    }
  }

  /** Does something while the target's offset stands still, again where it moved, and what INFO showed then. */
  async whileUnmoved<Result>(
    act: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly seen: Observation }> {
    let before = await this.observe();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const result = await act();
      const seen = await this.observe();
      if (seen.offset === before.offset) return { result, seen };
      before = seen;
    }
    throw inconclusive(`the target’s offset moved under ${ATTEMPTS} questions in a row`);
  }

  /** Lets the target finish what it has begun: whatever it wrote before this returns has been written. */
  async fence(): Promise<void> {
    for (let round = 0; round < 3; round += 1) await this.control.command('PING');
  }

  // Connecting.

  /** A connection of its own, as an ordinary client. */
  async open({ authenticated = true } = {}): Promise<Peer> {
    const { address } = this.#equipment;
    const peer = authenticated
      ? await openAuthenticated(address, this.#patience)
      : await Peer.open(address, this.#patience);
    this.#peers.push(peer);
    return peer;
  }

  get address(): TargetAddress {
    return this.#equipment.address;
  }

  /** Whether a replica of its version dials again at once, and not at the next turn of its cron (LINK-2). */
  get reconnectsAtOnce(): boolean {
    return reconnectsAtOnce(this.dialect);
  }

  get needsPassword(): boolean {
    return this.#equipment.address.pass !== undefined;
  }

  /** A client that has announced itself as a replica and not asked for anything yet. */
  async replica(options: ReplicaOptions = {}): Promise<FakeReplica> {
    const port = 10_000 + this.chance.below(50_000);
    this.#equipment.ownPorts.add(port);
    const replica = new FakeReplica(await this.open(), port);
    await replica.announce({ version: versionOf(this.dialect), ...options });
    return replica;
  }

  /** A replica that lacks nothing and is online: by continuing where that is possible, since it costs no snapshot. */
  async online(options: ReplicaOptions = {}): Promise<FakeReplica> {
    const { ids, offset } = await this.observe();
    const replica = await this.replica(options);
    const answer = await replica.psync(ids.replid, nextAfter(offset));
    if (answer.answer === 'continue') {
      replica.offset = offset;
      return replica;
    }
    await this.#finishFullResync(replica, answer);
    return replica;
  }

  /** A replica that was sent a snapshot and is online. */
  async synced(
    options: ReplicaOptions = {},
  ): Promise<{ readonly replica: FakeReplica; readonly snapshot: HeardSnapshot }> {
    const replica = await this.replica(options);
    const answer = await replica.psync('?', nextByte(-1));
    return { replica, snapshot: await this.#finishFullResync(replica, answer) };
  }

  async #finishFullResync(replica: FakeReplica, answer: PsyncReply): Promise<HeardSnapshot> {
    if (answer.answer !== 'fullresync') {
      throw new Violation({
        sent: 'PSYNC',
        predicted: '+FULLRESYNC or +CONTINUE',
        heard: showPsyncReply(answer),
      });
    }
    const snapshot = await replica.snapshot();
    replica.offset = processedOffset(answer.offset);
    if (snapshot.target === 'socket') await this.#awaitOnline(replica);
    return snapshot;
  }

  /** A master takes an acknowledgement only once it has noticed that its snapshot is through: says it until then. */
  async #awaitOnline(replica: FakeReplica): Promise<void> {
    await this.until(
      (seen) => stateOf(replica, seen) === 'online',
      'a replica that was sent its snapshot is shown as online',
    );
    replica.ack(replica.offset);
  }

  /** The commands that a replica of ours hears up to the target's offset. */
  async hears(replica: FakeReplica): Promise<StreamedWords[]> {
    const { offset } = await this.observe();
    return replica.commandsTo(offset);
  }

  // Writing.

  /** Writes a key of ours that nobody wrote before. */
  async write(database = 0): Promise<Written> {
    const written = this.newKey(database);
    await this.inDatabase(database, ['SET', written.key, written.value]);
    return written;
  }

  /** A key of ours that nobody wrote before, to be written by the check itself. */
  newKey(database = 0): Written {
    const { keyPrefix, keys } = this.#equipment;
    const key = `${keyPrefix}${this.chance.hex(8)}`;
    const known = keys.get(database) ?? new Set();
    keys.set(database, known.add(key));
    return { key, value: this.chance.hex(16), database };
  }

  /** A key of ours that takes a kilobyte. */
  newLargeKey(): Written {
    return { ...this.newKey(), value: this.chance.hex(16).repeat(64) };
  }

  /** What a key of ours holds on the target; null where it is not there. */
  async valueOf({ key, database }: Written): Promise<string | null> {
    await this.fence();
    const [reply] = await this.inDatabase(database, ['GET', key]);
    return reply && 'bulk' in reply ? reply.bulk : null;
  }

  /** Runs commands of one connection in a database, and comes back to database 0. */
  async inDatabase(
    database: number,
    ...commands: readonly (readonly string[])[]
  ): Promise<RespValue[]> {
    if (database === 0) return this.control.pipeline(...commands);
    const replies = await this.control.pipeline(['SELECT', String(database)], ...commands, [
      'SELECT',
      '0',
    ]);
    const [selected] = replies;
    if (selected && 'error' in selected) throw unsupported(`SELECT ${database}: ${selected.error}`);
    return replies.slice(1, -1);
  }

  // Asking.

  /**
   * Puts a PSYNC that depends on what the target says of itself, and compares its answer with the verdict of the rules.
   * Where the target moved in the meantime so that the verdict would be another, it asks anew.
   */
  async asksAsPredicted(
    ask: (seen: Observation) => PsyncRequest,
    options: ReplicaOptions = {},
  ): Promise<{
    readonly replica: FakeReplica;
    readonly answer: PsyncReply;
    readonly seen: Observation;
  }> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const seen = await this.observe();
      const request = ask(seen);
      const predicted = judgePsync(request, seen.ids, seen.window);
      const replica = await this.replica(options);
      const answer = await replica.psync(request.replid, request.nextByte);
      const heard =
        answer.answer === 'continue' ? 'partial' : answer.answer === 'fullresync' ? 'full' : null;
      if (heard === predicted.resync) return { replica, answer, seen };
      const after = await this.observe();
      const moved = judgePsync(request, after.ids, after.window).resync !== predicted.resync;
      if (!moved || heard === null) {
        throw new Violation({
          sent: `PSYNC ${request.replid} ${request.nextByte}   ${showStanding(seen)}`,
          predicted:
            predicted.resync === 'partial'
              ? `+CONTINUE from byte ${predicted.from} under ${predicted.under}`
              : `+FULLRESYNC, because ${EXPLAIN_FULL_RESYNC[predicted.because]}`,
          heard: showPsyncReply(answer),
        });
      }
      replica.peer.close();
    }
    throw inconclusive(`the target’s window moved under ${ATTEMPTS} questions in a row`);
  }

  // The target's role.

  /** Whether the target is told what to do; if not, it connects to us by itself. */
  get isTold(): boolean {
    return this.#equipment.listener === null;
  }

  /** A master of ours that the target is told to follow; where it can't be told, the one that it dials by itself. */
  async lead(): Promise<FakeMaster> {
    const { listener } = this.#equipment;
    if (listener !== null) return listener;
    const host = this.control.localAddress;
    const master = await FakeMaster.listen(host, this.#patience);
    this.#masters.push(master);
    const reply = await this.control.command('REPLICAOF', host, String(master.port));
    if (reply && 'error' in reply) throw unsupported(`REPLICAOF: ${reply.error}`);
    return master;
  }

  /** The next link that the target opens to a master of ours. */
  async nextLink(master: FakeMaster): Promise<Peer> {
    const { timeout } = this.#patience;
    const patience = Math.max(timeout, this.isTold ? CLOCK_TIMEOUT_MIN : REDIAL_PATIENCE);
    try {
      const deadline = Date.now() + patience + CHECK_TIMEOUTS * timeout;
      const peer = await master.accept(patience, { timeout, deadline });
      this.#peers.push(peer);
      return peer;
    } catch (error) {
      if (!(error instanceof PeerError) || this.isTold) throw error;
      throw new ClientGone(error.message);
    }
  }

  /** Tells the target to follow us, and takes its handshake up to its PSYNC. */
  async follow(): Promise<Following> {
    const master = await this.lead();
    const peer = await this.nextLink(master);
    return { peer, request: await master.handshake(peer) };
  }

  /** Tells the target to be a master again. */
  async promote(): Promise<void> {
    await this.control.run('REPLICAOF', 'NO', 'ONE');
  }

  /**
   * A target that was promoted: its previous ID is bounded, and the bytes around the bound are in its backlog. The data
   * stays as it is, because we let it continue its own history before we promote it.
   */
  async promoted(): Promise<Observation & { readonly ids: Required<ReplicationIds> }> {
    const { peer } = await this.follow();
    peer.sendText('+CONTINUE\r\n');
    await this.until(({ linkUp }) => linkUp, 'the link is up after +CONTINUE');
    await this.promote();
    return this.observe();
  }

  /** Makes the target hold back writes, those of its master included. */
  async pauseWrites(): Promise<void> {
    const reply = await this.control.command('CLIENT', 'PAUSE', '60000', 'WRITE');
    if (reply && 'error' in reply) throw unsupported(`CLIENT PAUSE: ${reply.error}`);
    this.#pauses = true;
  }

  async resumeWrites(): Promise<void> {
    this.#pauses = false;
    await this.control.run('CLIENT', 'UNPAUSE');
  }

  /**
   * Makes snapshots go to disk and take about `milliseconds`, so that something can happen while one is being made.
   * The target pauses after each key, so the pause depends on how many it has.
   */
  async slowSnapshots(milliseconds: number): Promise<void> {
    await this.settings.change('repl-diskless-sync', 'no');
    await this.write();
    const keys = keysOf(await this.control.info('keyspace'));
    const pause = Math.ceil((milliseconds * 1000) / Math.max(1, keys));
    await this.settings.change('rdb-key-save-delay', String(pause));
  }

  /** Ends the check where somebody else's replicas are attached, which it would harm; waits for ours to be gone. */
  async refuseWithOtherReplicas(): Promise<void> {
    const { ownPorts } = this.#equipment;
    const { replicas } = await this.observe();
    const others = replicas.filter(({ port }) => !ownPorts.has(port)).length;
    if (others > 0) throw notApplicable(`${others} other replicas are attached`);
    // Those of earlier checks have gone; the target may not have noticed yet.
    await this.until(({ attached }) => attached === 0, 'replicas that left are gone from INFO');
  }

  /**
   * Does something at most once in a run and remembers what came of it: several checks may judge one long wait. What it
   * opens is closed, and what it changes put back, when it is done.
   */
  once<Result>(name: string, work: (lab: Lab) => Promise<Result>): Promise<Result> {
    const { shared } = this.#equipment;
    const begun = shared.get(name);
    // One name always stands for one piece of work, and so for one type of result.
    if (begun !== undefined) return begun as Promise<Result>;
    const lab = new Lab(this.#equipment, Math.max(this.timeout, CLOCK_TIMEOUT_MIN));
    const result = work(lab).finally(() => lab.close());
    shared.set(name, result);
    return result;
  }

  /** What was said on each connection of the check. */
  transcripts(): readonly (readonly string[])[] {
    return this.#peers.map(({ transcript }) => transcript.lines());
  }

  /** The last thing that was said to the target on a connection of the check. */
  lastSent(): string {
    return this.#peers.map(({ lastSent }) => lastSent).findLast((sent) => sent !== '') ?? 'nothing';
  }

  /** Ends every wait under way: the run is over. */
  abandon(): void {
    for (const peer of this.#peers) peer.close();
    for (const master of this.#masters) master.close();
  }

  /** Closes what the check opened. */
  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    try {
      if (this.#pauses) await this.resumeWrites();
      if (this.#masters.length > 0) await this.promote();
    } finally {
      this.abandon();
    }
    if (this.isTold) await this.settings.restoreChanged();
  }
}

/** What a replica of the target's own kind says of its version. */
const versionOf = (dialect: Dialect): string | null =>
  dialect === 'valkey-9' ? '9.0.0' : dialect === 'valkey-8' ? '8.0.0' : null;

/** The state in which the target shows a replica of ours; null where it does not show it. */
export const stateOf = (replica: FakeReplica, seen: Observation): string | null =>
  seen.replicas.find(({ port }) => port === replica.port)?.state ?? null;

export const showPsyncReply = (reply: PsyncReply): string => {
  switch (reply.answer) {
    case 'continue':
      return reply.replid === null ? '+CONTINUE' : `+CONTINUE ${reply.replid}`;
    case 'fullresync':
      return `+FULLRESYNC ${reply.replid} ${reply.offset}`;
    case 'error':
      return `-${reply.text}`;
    case 'none-of-these':
      return JSON.stringify(reply.line.slice(0, 200));
  }
};

/** Where the target stands, for the "sent" line of a report. */
const showStanding = ({ ids, window }: Observation): string => {
  const second = ids.replid2 === null ? '' : `, second_repl_offset ${ids.secondReplOffset}`;
  return window === null
    ? `(no backlog${second})`
    : `(window [${window.firstByte}, ${window.firstByte + window.histlen})${second})`;
};
