import { initialTransition, transition } from 'xstate';
import type { snapshotSchedule } from '../../models/machines/snapshot-schedule.ts';
import type {
  ChosenSnapshot,
  ScheduleEffect,
  ScheduleEvent,
  ScheduleView,
  WaitingReplica,
} from '../../models/machines/snapshot-schedule-terms.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import {
  type Dialect,
  type Exclusion,
  nextAfter,
  type ProcessedOffset,
  type Snapshot,
  type SnapshotTarget,
} from '../../models/vocabulary/index.ts';
import type { Client } from './client.ts';
import type { NodeEffect } from './effects.ts';
import { scheduleMachine } from './machines.ts';
import type { NodePorts } from './ports.ts';
import { ReplicaFeed } from './replica-feed.ts';
import type { Replicas } from './replicas.ts';
import type { Session } from './session.ts';
import type { Settings } from './settings.ts';
import type { ReplicationStream } from './stream.ts';

export interface SnapshotsHost {
  readonly stream: ReplicationStream;
  readonly settings: Settings;
  readonly ports: NodePorts;
  readonly replicas: () => Replicas;
  readonly seconds: () => number;
  readonly emit: (effect: NodeEffect) => void;
  /** The data as it is now, without what is excluded, and with the name of its history. */
  readonly freeze: (exclusions: readonly Exclusion[]) => Snapshot;
  /** Whether there is any data to make a snapshot of. */
  readonly keepsData: boolean;
}

/** The snapshot being made. */
interface Underway {
  readonly id: number;
  readonly target: SnapshotTarget;
  readonly offset: ProcessedOffset;
  /** Where the stream goes on behind it; keeps those bytes for whoever joins. */
  readonly place: ReplicaFeed;
}

type Waiting = readonly [Client, Session];

type ScheduleMachine = ReturnType<typeof snapshotSchedule>;

/** The snapshots that a node makes for its replicas: the schedule says which and when, this has it done. */
export class Snapshots {
  readonly #host: SnapshotsHost;
  readonly #rules: Ruleset;
  readonly #machine: ScheduleMachine;
  #schedule: ReturnType<typeof initialTransition<ScheduleMachine>>[0];
  #underway: Underway | null = null;
  #lastId = 0;

  constructor(host: SnapshotsHost, dialect: Dialect, rules: Ruleset = STANDARD) {
    this.#host = host;
    this.#rules = rules;
    this.#machine = scheduleMachine(rules);
    [this.#schedule] = initialTransition(this.#machine, { dialect });
  }

  get underway(): boolean {
    return this.#underway !== null;
  }

  /** A replica that needs a snapshot has arrived. */
  request(client: Client, session: Session): void {
    if (!this.#host.keepsData) {
      this.#host.replicas().step(client, { type: 'SNAPSHOT_FAILED' });
      return;
    }
    const begun = this.#host.stream.serveFrom(this.#host.settings.backlogCapacity);
    if (begun) {
      const { replid } = this.#host.stream.ids;
      this.#host.emit({ effect: 'log', event: { event: 'backlog-created', replid } });
    }
    this.#step({
      type: 'ARRIVED',
      newcomer: this.#waitingReplica([client, session]),
      first: this.#firstReceiver?.context ?? null,
      view: this.#view,
    });
  }

  /** The snapshot is complete: on disk, or handed to every socket. */
  written(job: number): void {
    if (this.#underway?.id !== job) return;
    this.#underway = null;
    for (const [client, session] of this.#receivers(job)) {
      if (session.state === 'awaitingSnapshotEnd') {
        this.#host.replicas().step(client, { type: 'SNAPSHOT_WRITTEN' });
      }
    }
    this.#step({ type: 'SAVE_ENDED', view: this.#view });
  }

  failed(job: number): void {
    if (this.#underway?.id !== job) return;
    this.#underway = null;
    for (const [client] of this.#receivers(job)) {
      this.#host.replicas().step(client, { type: 'SNAPSHOT_FAILED' });
    }
    this.#step({ type: 'SAVE_ENDED', view: this.#view });
  }

  /** The last byte of its snapshot was written to a replica. */
  sent(client: Client): void {
    const at = this.#host.seconds();
    this.#host.replicas().step(client, { type: 'SNAPSHOT_SENT', at });
  }

  /** A replica has left. */
  forget(): void {
    this.#step({
      type: 'LEFT',
      receivers: this.#underway === null ? 0 : this.#receivers(this.#underway.id).length,
      savePoints: this.#host.settings.text('save') !== '',
      view: this.#view,
    });
  }

  tick(): void {
    this.#step({ type: 'TICK', view: this.#view });
  }

  get #view(): ScheduleView {
    const { settings } = this.#host;
    return {
      disklessSync: settings.flag('repl-diskless-sync'),
      delaySeconds: settings.number('repl-diskless-sync-delay'),
      maxReplicas: settings.number('repl-diskless-sync-max-replicas'),
      waiting: this.#host
        .replicas()
        .all()
        .filter(([, session]) => session.state === 'awaitingSnapshotStart')
        .map((each) => this.#waitingReplica(each)),
    };
  }

  #waitingReplica([{ id }, { context, heardAnythingAt }]: Waiting): WaitingReplica {
    const { capabilities, exclusions, rdbOnly, version } = context;
    const silentSeconds = this.#host.seconds() - heardAnythingAt;
    return { replica: id, capabilities, exclusions, rdbOnly, version, silentSeconds };
  }

  #receivers(job: number): Waiting[] {
    return this.#host
      .replicas()
      .all()
      .filter(([, session]) => session.job === job);
  }

  /** The first of those who wait for the end of the snapshot under way. */
  get #firstReceiver(): Session | undefined {
    if (this.#underway === null) return undefined;
    const receivers = this.#receivers(this.#underway.id);
    return receivers.find(([, { state }]) => state === 'awaitingSnapshotEnd')?.[1];
  }

  #step(event: ScheduleEvent): void {
    const [next, effects] = transition(this.#machine, this.#schedule, event);
    this.#schedule = next;
    // The machine names only effects of this union; xstate's type for them forgets their parameters.
    for (const effect of effects as readonly ScheduleEffect[]) this.#perform(effect);
  }

  #perform(effect: ScheduleEffect): void {
    switch (effect.type) {
      case 'startSnapshot':
        this.#start(effect.params);
        break;
      case 'joinSnapshot':
        this.#join(effect.params.replica);
        break;
      case 'giveUpSnapshot':
        this.#giveUp();
        break;
      case 'turnAway':
        for (const [client] of this.#these(effect.params.replicas)) {
          this.#host.replicas().step(client, { type: 'SNAPSHOT_FAILED' });
        }
        break;
    }
  }

  #these(replicas: readonly number[]): Waiting[] {
    return this.#host
      .replicas()
      .all()
      .filter(([{ id }]) => replicas.includes(id));
  }

  #giveUp(): void {
    if (this.#underway === null) return;
    this.#host.emit({ effect: 'abandon', job: this.#underway.id });
    this.#underway = null;
    this.#step({ type: 'SAVE_ENDED', view: this.#view });
  }

  #join(replica: number): void {
    const underway = this.#underway;
    if (underway === null) return;
    const offset = this.#rules.joinedOffset({
      ofSnapshot: underway.offset,
      ofMaster: this.#host.stream.offset,
    });
    for (const each of this.#these([replica])) this.#setUp(each, { ...underway, offset });
  }

  #start({ target, exclusions, replicas }: ChosenSnapshot): void {
    const group = this.#these(replicas);
    const data = this.#host.freeze(exclusions);
    const offset = this.#host.stream.startSnapshot();
    this.#lastId += 1;
    const place = new ReplicaFeed(this.#host.stream, nextAfter(offset));
    this.#underway = { id: this.#lastId, target, offset, place };
    this.#host.emit({ effect: 'log', event: { event: 'snapshot-starts', target, offset } });
    this.#host.emit({
      effect: 'save',
      job: {
        id: this.#lastId,
        target,
        data,
        keyDelay: this.#host.settings.number('rdb-key-save-delay'),
      },
    });
    const mark = this.#host.ports.draw();
    for (const waiting of group) {
      this.#setUp(waiting, this.#underway);
      if (target === 'socket') {
        const [client] = waiting;
        this.#host.emit({ effect: 'transmit', client: client.id, job: this.#lastId, mark });
      }
    }
  }

  #setUp([client, session]: Waiting, { id, target, offset, place }: Underway): void {
    const { stream, replicas } = this.#host;
    session.job = id;
    session.feed = new ReplicaFeed(stream, nextAfter(offset), place);
    const { replid } = stream.ids;
    replicas().step(client, { type: 'SNAPSHOT_STARTED', replid, offset, target });
  }
}
