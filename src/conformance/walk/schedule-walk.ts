import { setTimeout } from 'node:timers/promises';
import type { AnyMachineSnapshot } from 'xstate';
import { snapshotScheduleEntry } from '../../../models/machines/catalogue/snapshot-schedule.ts';
import type {
  ScheduleEffect,
  ScheduleEvent,
} from '../../../models/machines/snapshot-schedule-terms.ts';
import { type Stepper, stepperOf } from '../../../models/machines/step.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import type { TargetAddress } from '../target/address.ts';
import { Control } from '../target/control.ts';
import { Peer } from '../target/peer.ts';
import { BY_CRON, Deviation, NotProvoked } from './link-stage.ts';
import { statePath } from './link-stimuli.ts';
import type { WalkResult } from './link-walk.ts';
import type { WalkPath } from './paths.ts';
import {
  afterStep,
  BEGINNING_OF_SCHEDULE,
  namedEvent,
  SCHEDULE_STIMULI,
  type ScheduleStimulus,
  type ScheduleWorld,
} from './schedule-stimuli.ts';

/** The longest wait for one answer, in milliseconds. */
const PATIENCE = 15_000;

/** So many keys, each of which holds a child up for so many microseconds: 4 s in all. */
const KEYS = 20;
const KEY_DELAY = '200000';

/** More than a child keeps to itself, so that a header is heard as soon as there is one. */
const VALUE = 'x'.repeat(64 * 1024);

/** How long nothing has to come to be believed that nothing does, in milliseconds. */
const A_WHILE = 300;

/** Walks one path through the schedule of snapshots of a target, with several replicas of it. */
export class ScheduleWalk {
  readonly #address: TargetAddress;
  readonly #control: Control;
  readonly #stepper: Stepper;
  readonly #stimuli: readonly ScheduleStimulus[];
  readonly #peers = new Map<number, Peer>();
  readonly #confirmed: TransitionId[] = [];
  #snapshot: AnyMachineSnapshot;
  #world = BEGINNING_OF_SCHEDULE;

  static async open(
    address: TargetAddress,
    dialect: Dialect,
    path: WalkPath,
    rules = STANDARD,
  ): Promise<ScheduleWalk> {
    const control = await Control.open(address, { timeout: PATIENCE });
    const walk = new ScheduleWalk(address, control, dialect, path, rules);
    return walk;
  }

  private constructor(
    address: TargetAddress,
    control: Control,
    dialect: Dialect,
    { stimuli }: WalkPath,
    rules: typeof STANDARD,
  ) {
    this.#address = address;
    this.#control = control;
    this.#stepper = stepperOf(snapshotScheduleEntry, rules);
    this.#snapshot = this.#stepper.start({ dialect });
    this.#stimuli = stimuli.flatMap((name) =>
      SCHEDULE_STIMULI.filter((stimulus) => stimulus.name === name),
    );
  }

  async run(): Promise<WalkResult> {
    let under: readonly TransitionId[] = [];
    let at = 'the beginning';
    try {
      await this.#prepare();
      for (const stimulus of this.#stimuli) {
        at = stimulus.name;
        const event = namedEvent(stimulus, this.#world);
        const step = this.#stepper.step(this.#snapshot, event);
        if (step.outcome !== 'taken') throw new Error(`the machine has ${step.outcome} it`);
        under = step.transitions;
        await this.#take(stimulus, event, step.effects as readonly ScheduleEffect[]); // No others.
        this.#snapshot = step.snapshot;
        await this.#expectState();
        this.#confirmed.push(...step.transitions);
      }
      return { confirmed: this.#confirmed, ended: null };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const notProvoked = error instanceof NotProvoked;
      return {
        confirmed: this.#confirmed,
        ended: { transitions: under, why: notProvoked ? why : `at "${at}": ${why}`, notProvoked },
      };
    }
  }

  close(): void {
    for (const peer of this.#peers.values()) peer.close();
    this.#control.close();
  }

  async #configure(name: string, value: string): Promise<void> {
    const reply = await this.#control.command('CONFIG', 'SET', name, value);
    if (reply !== null && 'error' in reply) {
      throw new NotProvoked(`CONFIG SET ${name} ${value}: ${reply.error}`);
    }
  }

  async #settle({ disklessSync, delaySeconds }: ScheduleWorld): Promise<void> {
    await this.#configure('repl-diskless-sync-delay', String(delaySeconds));
    await this.#configure('repl-diskless-sync', disklessSync ? 'yes' : 'no');
  }

  async #prepare(): Promise<void> {
    const control = this.#control;
    await control.run('REPLICAOF', 'NO', 'ONE');
    await this.#settle(BEGINNING_OF_SCHEDULE);
    await this.#configure('rdb-key-save-delay', '0');
    await this.#awaitChildren('0', '0');
    await control.run('FLUSHALL');
    for (let key = 0; key < KEYS; key += 1) await control.run('SET', `walk:${key}`, VALUE);
    await control.command('CONFIG', 'SET', 'rdbcompression', 'no');
    await this.#configure('rdb-key-save-delay', KEY_DELAY);
  }

  async #take(
    stimulus: ScheduleStimulus,
    event: ScheduleEvent,
    effects: readonly ScheduleEffect[],
  ): Promise<void> {
    const changed = { ...this.#world, ...stimulus.change?.(this.#world) };
    await this.#settle(changed);
    const before = new Set(changed.waiting);
    await this.#provoke(event);
    this.#world = afterStep(changed, event, effects);
    const begun = effects.find(({ type }) => type === 'startSnapshot');
    for (const number of before) {
      const served = !this.#world.waiting.includes(number);
      if (served) await this.#expectAnnounced(number);
      else await this.#expectNotAnnounced(number);
    }
    if (begun?.type === 'startSnapshot') {
      await this.#expectTarget(begun.params.target, begun.params.replicas);
    }
  }

  async #provoke(event: ScheduleEvent): Promise<void> {
    switch (event.type) {
      case 'ARRIVED':
        await this.#attach(event.newcomer.replica);
        break;
      case 'LEFT':
        for (const peer of this.#peers.values()) peer.close();
        this.#peers.clear();
        break;
      case 'SAVE_STARTED':
        await this.#control.run('BGSAVE');
        break;
      case 'CHILD_STARTED':
        await this.#control.run('BGREWRITEAOF');
        break;
      case 'SAVE_ENDED':
      case 'CHILD_ENDED':
        await this.#awaitEnd();
        break;
      default:
        break;
    }
  }

  async #attach(number: number): Promise<void> {
    const peer = await Peer.open(this.#address, { timeout: PATIENCE });
    this.#peers.set(number, peer);
    await peer.command('REPLCONF', 'listening-port', String(7000 + number));
    await peer.command('REPLCONF', 'capa', 'eof');
    peer.sendCommand('PSYNC', '?', '-1');
  }

  /** Waits for the end of a child; the next may have begun when one looks. */
  async #awaitEnd(): Promise<void> {
    const { value } = this.#snapshot;
    const info = await this.#control.info('persistence');
    const field = value === 'otherChild' ? 'aof_last_rewrite_time_sec' : 'rdb_last_bgsave_time_sec';
    const deadline = Date.now() + PATIENCE;
    let children = childrenOf(info);
    while (children !== '00' && Date.now() < deadline) {
      await setTimeout(20);
      const now = await this.#control.info('persistence');
      const hasNew = now.get(field) !== info.get(field);
      children = hasNew ? '00' : childrenOf(now);
    }
  }

  async #awaitChildren(rdb: string, aof: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const seen = childrenOf(await this.#control.info('persistence'));
      if (seen === rdb + aof) return;
      if (Date.now() > deadline) {
        throw new Deviation(
          `rdb_bgsave_in_progress:${rdb} and aof_rewrite_in_progress:${aof} were predicted, INFO shows ${seen}`,
        );
      }
      await setTimeout(20);
    }
  }

  async #lineOf(number: number, within: number): Promise<string | null> {
    const peer = this.#peers.get(number);
    if (peer === undefined) return null;
    const deadline = Date.now() + within;
    while (Date.now() < deadline) {
      if (peer.unread === 0) {
        await setTimeout(10);
        continue;
      }
      const line = await peer.line();
      if (line !== '') return line;
    }
    return null;
  }

  async #expectAnnounced(number: number): Promise<void> {
    const line = await this.#lineOf(number, 2 * BY_CRON);
    if (line?.startsWith('+FULLRESYNC ')) return;
    throw new Deviation(
      `+FULLRESYNC was predicted for replica ${number}, ${line ?? 'nothing'} was heard`,
    );
  }

  async #expectNotAnnounced(number: number): Promise<void> {
    const line = await this.#lineOf(number, A_WHILE);
    if (line === null) return;
    throw new Deviation(`nothing was predicted for replica ${number}, ${line} was heard`);
  }

  /** A snapshot to sockets shows its header at once, one to disk only when it is there. */
  async #expectTarget(target: 'disk' | 'socket', replicas: readonly number[]): Promise<void> {
    const [first] = replicas;
    if (first === undefined) return;
    const line = await this.#lineOf(first, target === 'socket' ? BY_CRON : A_WHILE);
    const isMark = line?.startsWith('$EOF:') ?? false;
    if (isMark !== (target === 'socket')) {
      throw new Deviation(`a snapshot to ${target} was predicted, ${line ?? 'nothing'} was heard`);
    }
  }

  async #expectState(): Promise<void> {
    const state = statePath(this.#snapshot.value);
    const saves = state === 'savingToDisk' || state === 'savingToSockets';
    await this.#awaitChildren(saves ? '1' : '0', state === 'otherChild' ? '1' : '0');
  }
}

const childrenOf = (info: ReadonlyMap<string, string>): string =>
  `${info.get('rdb_bgsave_in_progress') ?? '0'}${info.get('aof_rewrite_in_progress') ?? '0'}`;
