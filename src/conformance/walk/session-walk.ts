import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { AnyMachineSnapshot } from 'xstate';
import { replicaSessionEntry } from '../../../models/machines/catalogue/replica-session.ts';
import type {
  SessionContext,
  SessionEffect,
  SessionEvent,
} from '../../../models/machines/replica-session-terms.ts';
import { type Step, type Stepper, stepperOf } from '../../../models/machines/step.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import type { ResyncCounters } from '../../../models/rules/statistics.ts';
import {
  type Dialect,
  nextByte,
  processedOffset,
  SESSION_STATES,
} from '../../../models/vocabulary/index.ts';
import { replicasOf } from '../../wire/info.ts';
import type { TargetAddress } from '../target/address.ts';
import { Control } from '../target/control.ts';
import { Peer, PeerError } from '../target/peer.ts';
import { FakeReplica } from '../target/replica.ts';
import { BY_CRON, Deviation, NotProvoked } from './link-stage.ts';
import { statePath } from './link-stimuli.ts';
import type { WalkResult } from './link-walk.ts';
import type { WalkPath } from './paths.ts';
import { SESSION_STIMULI, type SessionStimulus, type SessionWorld } from './session-stimuli.ts';

type Taken = Extract<Step, { readonly outcome: 'taken' }>;

/** The longest wait for one answer, in milliseconds. */
const PATIENCE = 15_000;

/** The port that is announced, by which INFO tells this replica from others. */
const PORT = 7999;

/** More than sockets hold, so that who does not read is not sent everything. */
const KEYS = 16;
const VALUE = 'x'.repeat(1024 * 1024);

/** How long the child is held up by each key, in microseconds. */
const KEY_DELAY = '150000';

/** What shows only where a snapshot takes its time. */
const NEEDS_DATA = /snapshot|child|newline|too much/;

const SHORT_TIMEOUT = 3;
const LONG_TIMEOUT = 60;

/** What a busy machine may need to send and say so. */
const SOON = 400;

const stimulusNamed = (name: string): SessionStimulus => {
  const found = SESSION_STIMULI.find((stimulus) => stimulus.name === name);
  if (found === undefined) throw new Error(`no stimulus is called ${name}`);
  return found;
};

/** Walks one path through the machine of a session, as a replica of the target. */
export class SessionWalk {
  readonly #address: TargetAddress;
  readonly #control: Control;
  readonly #stepper: Stepper;
  readonly #rules: Ruleset;
  readonly #stimuli: readonly SessionStimulus[];
  readonly #timeoutSeconds: number;
  readonly #endChild: ((pid: number) => void) | null;
  readonly #confirmed: TransitionId[] = [];
  #peer: Peer | null = null;
  #snapshot: AnyMachineSnapshot;
  #index = 0;

  static async open(
    address: TargetAddress,
    dialect: Dialect,
    path: WalkPath,
    rules = STANDARD,
    endChild: ((pid: number) => void) | null = null,
  ): Promise<SessionWalk> {
    const control = await Control.open(address, { timeout: PATIENCE });
    return new SessionWalk(address, control, dialect, path, rules, endChild);
  }

  private constructor(
    address: TargetAddress,
    control: Control,
    dialect: Dialect,
    path: WalkPath,
    rules: Ruleset,
    endChild: ((pid: number) => void) | null,
  ) {
    this.#endChild = endChild;
    this.#address = address;
    this.#control = control;
    this.#rules = rules;
    this.#stepper = stepperOf(replicaSessionEntry, rules);
    this.#stimuli = path.stimuli.map(stimulusNamed);
    this.#snapshot = this.#stepper.start({ dialect });
    const waits = this.#stimuli.some(({ waitsForTimeout }) => waitsForTimeout);
    this.#timeoutSeconds = waits ? SHORT_TIMEOUT : LONG_TIMEOUT;
  }

  async run(): Promise<WalkResult> {
    let under: readonly TransitionId[] = [];
    try {
      await this.#prepare();
      for (const stimulus of this.#stimuli) {
        const event = stimulus.event(await this.#look(), this.#context);
        const step = this.#stepper.step(this.#snapshot, event);
        if (step.outcome !== 'taken') throw new Error(`${stimulus.name}: ${step.outcome}`);
        under = step.transitions;
        await this.#take(stimulus, event, step);
        this.#confirmed.push(...step.transitions);
        this.#index += 1;
      }
      return { confirmed: this.#confirmed, ended: null };
    } catch (error) {
      const at = this.#stimuli[this.#index]?.name ?? 'the beginning';
      const why = error instanceof Error ? error.message : String(error);
      const notProvoked = error instanceof NotProvoked;
      return {
        confirmed: this.#confirmed,
        ended: { transitions: under, why: notProvoked ? why : `at "${at}": ${why}`, notProvoked },
      };
    }
  }

  close(): void {
    this.#peer?.close();
    this.#control.close();
  }

  get #context(): SessionContext {
    return this.#snapshot.context as SessionContext; // A snapshot of this machine carries it.
  }

  async #configure(name: string, value: string): Promise<void> {
    const reply = await this.#control.command('CONFIG', 'SET', name, value);
    if (reply !== null && 'error' in reply) {
      throw new NotProvoked(`CONFIG SET ${name} ${value}: ${reply.error}`);
    }
  }

  async #prepare(): Promise<void> {
    const control = this.#control;
    await control.run('REPLICAOF', 'NO', 'ONE');
    await this.#configure('repl-diskless-sync', 'yes');
    await this.#configure('repl-diskless-sync-delay', '3600');
    await this.#configure('repl-ping-replica-period', '3600');
    await this.#configure('client-output-buffer-limit', 'replica 0 0 0');
    await this.#configure('repl-timeout', String(this.#timeoutSeconds));
    await this.#configure('rdb-key-save-delay', KEY_DELAY);
    await control.command('CONFIG', 'SET', 'rdbcompression', 'no');
    await this.#awaitQuiet();
    if (this.#stimuli.some(({ name }) => NEEDS_DATA.test(name))) await this.#fill();
    if (this.#stimuli.some(({ name }) => name === 'PSYNC of what it has'))
      await this.#makeBacklog();
    this.#peer = await Peer.open(this.#address, { timeout: PATIENCE });
    await this.#peer.command('REPLCONF', 'listening-port', String(PORT));
  }

  async #fill(): Promise<void> {
    for (let index = 0; index < KEYS; index += 1) {
      await this.#control.run('SET', `walk:${index}`, VALUE);
    }
  }

  /** Waits until those who walked before are gone. */
  async #awaitQuiet(): Promise<void> {
    for (let left = PATIENCE; left > 0; left -= 50) {
      const info = await this.#control.info('replication', 'persistence');
      const isQuiet =
        info.get('connected_slaves') === '0' && info.get('rdb_bgsave_in_progress') !== '1';
      if (isQuiet) return;
      await setTimeout(50);
    }
    throw new NotProvoked('the target has other replicas or snapshots under way');
  }

  /** Attaches a replica for a moment: without one there is no history to continue. */
  async #makeBacklog(): Promise<void> {
    const peer = await Peer.open(this.#address, { timeout: PATIENCE });
    peer.sendCommand('REPLCONF', 'capa', 'eof');
    peer.sendCommand('PSYNC', '?', '-1');
    for (let left = PATIENCE; left > 0; left -= 20) {
      const info = await this.#control.info('replication');
      if (info.get('repl_backlog_active') === '1') break;
      await setTimeout(20);
    }
    peer.close();
    await this.#awaitQuiet();
  }

  async #look(): Promise<SessionWorld> {
    const info = await this.#control.info('replication');
    const hasBacklog = info.get('repl_backlog_active') === '1';
    return {
      master: {
        role: 'master',
        linkUp: false,
        failingOver: false,
        ids: { replid: info.get('master_replid') ?? '', replid2: null, secondReplOffset: null },
        window: hasBacklog
          ? {
              firstByte: nextByte(Number(info.get('repl_backlog_first_byte_offset'))),
              histlen: Number(info.get('repl_backlog_histlen')),
            }
          : null,
      },
      offset: processedOffset(Number(info.get('master_repl_offset'))),
      timeoutSeconds: this.#timeoutSeconds,
    };
  }

  async #counters(): Promise<ResyncCounters> {
    const info = await this.#control.info('stats');
    return {
      syncFull: Number(info.get('sync_full')),
      syncPartialOk: Number(info.get('sync_partial_ok')),
      syncPartialErr: Number(info.get('sync_partial_err')),
    };
  }

  get #connected(): Peer {
    if (this.#peer === null) throw new Deviation('there is no link');
    return this.#peer;
  }

  async #take(stimulus: SessionStimulus, event: SessionEvent, step: Taken): Promise<void> {
    const effects = step.effects as readonly SessionEffect[]; // The machine names only these.
    const counted = await this.#counters();
    const began = Date.now();
    await this.#provoke(stimulus, event);
    const before = this.#context;
    this.#snapshot = step.snapshot;
    for (const effect of effects) await this.#expect(effect, event, counted, began);
    await this.#expectState(before);
    if (effects.length === 0 && /again$/.test(stimulus.name)) await this.#expectNothing();
  }

  async #provoke(stimulus: SessionStimulus, event: SessionEvent): Promise<void> {
    switch (event.type) {
      case 'OPTION':
        await this.#announce(event.change);
        break;
      case 'PSYNC': {
        const next = event.nextByte === null ? 'twelve' : String(event.nextByte);
        this.#connected.sendCommand(
          'PSYNC',
          event.replid,
          next,
          ...(event.failover ? ['FAILOVER'] : []),
        );
        break;
      }
      case 'SYNC':
        this.#connected.sendCommand('SYNC');
        break;
      case 'SNAPSHOT_STARTED':
        if (event.target === 'disk') await this.#configure('repl-diskless-sync', 'no');
        else await this.#configure('repl-diskless-sync-delay', '0');
        break;
      case 'SNAPSHOT_WRITTEN':
        break;
      case 'SNAPSHOT_SENT':
        await this.#readSnapshot();
        break;
      case 'SNAPSHOT_FAILED':
        await this.#killChild();
        break;
      case 'ACK':
        this.#connected.sendCommand('REPLCONF', 'ACK', String(event.offset));
        break;
      case 'NEWLINE':
        this.#connected.sendText('\n');
        break;
      case 'REPLY_DUE':
        this.#connected.sendCommand('PING');
        break;
      case 'OUTPUT_LIMIT':
        await this.#flood();
        break;
      case 'DROPPED':
        await this.#control.run('REPLICAOF', '127.0.0.1', '1');
        await this.#control.run('REPLICAOF', 'NO', 'ONE');
        break;
      case 'LINK_DOWN':
        this.#connected.close();
        this.#peer = null;
        break;
      default:
        if (stimulus.name === 'a newline from the master') await this.#expectNewline();
    }
  }

  async #announce(change: Extract<SessionEvent, { type: 'OPTION' }>['change']): Promise<void> {
    const words =
      change.set === 'capability'
        ? ['capa', change.capability]
        : change.set === 'rdb-only'
          ? ['rdb-only', '1']
          : ['rdb-filter-only', ''];
    const reply = await this.#connected.command('REPLCONF', ...words);
    if (reply === null || !('simple' in reply)) {
      throw new NotProvoked(`REPLCONF ${words.join(' ')}: ${JSON.stringify(reply)}`);
    }
  }

  async #readSnapshot(): Promise<void> {
    try {
      await new FakeReplica(this.#connected, PORT).snapshot();
    } catch (error) {
      throw new Deviation(
        `no whole snapshot came: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** Ends the child that makes the snapshot. Only on the machine that the target runs on. */
  async #killChild(): Promise<void> {
    const info = await this.#control.info('server');
    const pid = Number(info.get('process_id'));
    const child = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .find((name) => parentOf(name) === pid);
    if (child === undefined || this.#endChild === null) {
      throw new NotProvoked('it makes its snapshots without a child');
    }
    this.#endChild(Number(child));
  }

  /** Has the target write more than it may keep for a replica that does not read. */
  async #flood(): Promise<void> {
    await this.#configure('client-output-buffer-limit', 'replica 1mb 0 0');
    for (let index = 0; index < KEYS; index += 1) {
      await this.#control.run('SET', 'walk:0', VALUE.repeat(2));
    }
  }

  async #expectNewline(): Promise<void> {
    let line: string;
    try {
      line = await this.#connected.line(BY_CRON);
    } catch (error) {
      throw new Deviation(
        `a newline was predicted: ${error instanceof Error ? error.message : error}`,
      );
    }
    if (line !== '') throw new Deviation(`a newline was predicted, ${line} was heard`);
  }

  async #expectLine(expected: string): Promise<void> {
    for (;;) {
      const line = await this.#connected.line(PATIENCE);
      if (line === expected) return;
      if (line !== '') throw new Deviation(`${expected} was predicted, ${line} was heard`);
    }
  }

  async #expect(
    effect: SessionEffect,
    event: SessionEvent,
    counted: ResyncCounters,
    began: number,
  ): Promise<void> {
    switch (effect.type) {
      case 'countResync':
        await this.#expectCounted(counted, effect.params.counters);
        break;
      case 'sendError':
      case 'replyContinue':
        await this.#expectLine(effect.params.line);
        break;
      case 'replyFullResync':
        if (effect.params.line !== null) await this.#expectLine(effect.params.line);
        break;
      case 'openStream':
        await this.#expectStream();
        break;
      case 'letReplyThrough':
        await this.#expectLine('+PONG');
        break;
      case 'closeLink':
        await this.#expectClosed(event, began);
        break;
      default:
        break;
    }
  }

  async #expectCounted(before: ResyncCounters, more: ResyncCounters): Promise<void> {
    const predicted = {
      syncFull: before.syncFull + more.syncFull,
      syncPartialOk: before.syncPartialOk + more.syncPartialOk,
      syncPartialErr: before.syncPartialErr + more.syncPartialErr,
    };
    let seen = await this.#counters();
    for (
      let left = SOON;
      left > 0 && JSON.stringify(seen) !== JSON.stringify(predicted);
      left -= 20
    ) {
      await setTimeout(20);
      seen = await this.#counters();
    }
    if (JSON.stringify(seen) !== JSON.stringify(predicted)) {
      throw new Deviation(
        `${JSON.stringify(predicted)} was predicted, ${JSON.stringify(seen)} is shown`,
      );
    }
  }

  /** What is written comes over the link. */
  async #expectStream(): Promise<void> {
    const probe = `walk:probe:${this.#index}`;
    await this.#control.run('SET', probe, 'x');
    for (;;) {
      const read = await this.#connected.streamed();
      if (!('nothing' in read) && read.command[1] === probe) return;
    }
  }

  /** What is written does not come over the link. */
  async #expectHeldStream(): Promise<void> {
    await this.#control.run('SET', 'walk:held', 'x');
    await setTimeout(SOON / 2);
    if (this.#connected.unread > 0) throw new Deviation('the stream came before the first ACK');
  }

  async #expectNothing(): Promise<void> {
    await setTimeout(SOON / 2);
    const peer = this.#connected;
    if (peer.isClosed) throw new Deviation('the link was closed');
    if (peer.unread === 0 || this.#context.target === 'disk') return;
    const line = await peer.line();
    if (line !== '') throw new Deviation(`nothing was predicted, ${line} was heard`);
  }

  async #expectClosed(event: SessionEvent, began: number): Promise<void> {
    const waits = event.type === 'TICK' || event.type === 'SNAPSHOT_STUCK';
    const limit = waits ? (this.#timeoutSeconds + 5) * 1000 : BY_CRON;
    if (event.type === 'SNAPSHOT_STUCK') await this.#expectShown(null, limit);
    try {
      await this.#connected.closes(limit);
    } catch (error) {
      if (!(error instanceof PeerError) || error.problem !== 'silent') throw error;
      throw new Deviation(`the end of the link was predicted within ${limit} ms`);
    }
    if (waits && Date.now() - began < (this.#timeoutSeconds - 1) * 1000) {
      throw new Deviation(`the link was closed before ${this.#timeoutSeconds} s of silence`);
    }
    this.#peer = null;
  }

  async #expectState(before: SessionContext): Promise<void> {
    const path = statePath(this.#snapshot.value).replace('attached.', '');
    const state = SESSION_STATES.find((each) => each === path) ?? 'client';
    await this.#expectShown(this.#rules.infoState(state), PATIENCE / 2);
    if (state === 'awaitingFirstAck' && before.target === 'socket') await this.#expectHeldStream();
  }

  /** INFO's word for this replica; null where there is to be none. */
  async #expectShown(word: string | null, within: number): Promise<void> {
    const deadline = Date.now() + within;
    for (;;) {
      const info = await this.#control.info('replication');
      const seen = replicasOf(info).find(({ port }) => port === PORT)?.state ?? null;
      if (seen === word) return;
      if (Date.now() > deadline) {
        throw new Deviation(`state=${word} was predicted, INFO shows ${seen}`);
      }
      await setTimeout(20);
    }
  }
}

const parentOf = (pid: string): number | null => {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    return Number(rest.split(' ')[1]);
  } catch {
    return null; // It has ended meanwhile.
  }
};
