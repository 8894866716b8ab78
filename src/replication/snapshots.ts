import { sameExclusions } from '../../models/rules/full-resync.ts';
import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import type {
  Dialect,
  Exclusion,
  ProcessedOffset,
  Snapshot,
  SnapshotTarget,
} from '../../models/vocabulary/index.ts';
import type { Client } from './client.ts';
import type { NodeEffect } from './effects.ts';
import type { NodePorts } from './ports.ts';
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
}

type Waiting = readonly [Client, Session];

/** Who gets which snapshot, and when it is made. At most one is made at a time. */
export class Snapshots {
  readonly #host: SnapshotsHost;
  readonly #rules: Ruleset;
  readonly #dialect: Dialect;
  #underway: Underway | null = null;
  #lastId = 0;

  constructor(host: SnapshotsHost, dialect: Dialect, rules: Ruleset = STANDARD) {
    this.#host = host;
    this.#rules = rules;
    this.#dialect = dialect;
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
    const begun = this.#host.stream.beginFor(this.#host.settings.backlogCapacity);
    if (begun) {
      const { replid } = this.#host.stream.ids;
      this.#host.emit({ effect: 'log', event: { event: 'backlog-created', replid } });
    }
    if (this.#underway !== null) {
      this.#tryToJoin(client, session, this.#underway);
    } else if (this.#rules.snapshotAtOnce(session.context, this.#gathering, false, this.#dialect)) {
      this.#start([client, session]);
    }
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
    this.startIfDue();
  }

  failed(job: number): void {
    if (this.#underway?.id !== job) return;
    this.#underway = null;
    for (const [client] of this.#receivers(job)) {
      this.#host.replicas().step(client, { type: 'SNAPSHOT_FAILED' });
    }
  }

  /** The last byte of its snapshot was written to a replica. */
  sent(client: Client): void {
    const at = this.#host.seconds();
    this.#host.replicas().step(client, { type: 'SNAPSHOT_SENT', at });
  }

  /** A replica has left: a snapshot on its way to disk that nobody waits for is not worth finishing. */
  forget(): void {
    if (this.#underway === null || this.#receivers(this.#underway.id).length > 0) return;
    if (this.#underway.target === 'disk' && this.#host.settings.text('save') !== '') return;
    this.#host.emit({ effect: 'abandon', job: this.#underway.id });
    this.#underway = null;
    this.startIfDue();
  }

  startIfDue(): void {
    const waiting = this.#waiting();
    const first = waiting[0];
    if (first === undefined) return;
    const at = this.#host.seconds();
    const due = this.#rules.snapshotDue(
      {
        ...this.#gathering,
        childActive: this.#underway !== null,
        maxReplicas: this.#host.settings.number('repl-diskless-sync-max-replicas'),
        waiting: waiting.length,
        longestSilence: Math.max(...waiting.map(([, session]) => at - session.heardAnythingAt)),
      },
      this.#dialect,
    );
    if (due) this.#start(first);
  }

  get #gathering() {
    return {
      disklessSync: this.#host.settings.flag('repl-diskless-sync'),
      delaySeconds: this.#host.settings.number('repl-diskless-sync-delay'),
    };
  }

  #receivers(job: number): Waiting[] {
    return this.#host
      .replicas()
      .all()
      .filter(([, session]) => session.job === job);
  }

  #waiting(): Waiting[] {
    return this.#host
      .replicas()
      .all()
      .filter(([, session]) => session.state === 'awaitingSnapshotStart');
  }

  #tryToJoin(client: Client, session: Session, underway: Underway): void {
    if (underway.target !== 'disk') return;
    const first = this.#receivers(underway.id).find(
      ([, other]) => other.state === 'awaitingSnapshotEnd',
    )?.[1];
    if (first === undefined) return;
    if (!this.#rules.mayShareSnapshot(session.context, first.context, this.#dialect)) return;
    const offset = this.#rules.joinedOffset({
      ofSnapshot: underway.offset,
      ofMaster: this.#host.stream.offset,
    });
    this.#setUp([client, session], { ...underway, offset });
  }

  /** Starts a snapshot for the first of those who wait and for all who want the same. */
  #start([, first]: Waiting): void {
    const group = this.#waiting().filter(([, session]) =>
      sameExclusions(session.context.exclusions, first.context.exclusions),
    );
    const target = this.#rules.snapshotTarget(
      this.#gathering.disklessSync,
      group.map(([, session]) => session.context),
      this.#dialect,
    );
    const data = this.#host.freeze(first.context.exclusions);
    const offset = this.#host.stream.startSnapshot();
    this.#lastId += 1;
    this.#underway = { id: this.#lastId, target, offset };
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

  #setUp([client, session]: Waiting, { id, target, offset }: Underway): void {
    session.job = id;
    const { replid } = this.#host.stream.ids;
    this.#host.replicas().step(client, { type: 'SNAPSHOT_STARTED', replid, offset, target });
  }
}
