import { CommandReader } from '../../wire/command-reader.ts';
import type { Chance } from '../chance.ts';
import { Pipe } from './pipe.ts';
import type { Recorder } from './recorder.ts';
import type { Schedule } from './schedule.ts';

/** Who dialled. */
export interface Caller {
  receive(bytes: Uint8Array): void;
  disconnected(): void;
}

/** Who took the call. */
export interface Called {
  process(link: Link): void;
  disconnected(link: Link): void;
}

export interface LinkOptions {
  readonly id: number;
  /** The node that dialled; null for a probe. */
  readonly replica: number | null;
  readonly caller: Caller;
  readonly called: Called;
  readonly recorder: Recorder;
  readonly schedule: Schedule;
  readonly chance: Chance;
  readonly choppy: boolean;
}

/** A connection from a replica to its master, and what the master's end keeps of it. */
export class Link {
  readonly id: number;
  readonly replica: number | null;
  readonly recorder: Recorder;
  readonly reader = new CommandReader();
  /** Whether there are bytes of the stream to be given out. */
  streams = false;
  readonly #options: LinkOptions;
  readonly #toMaster: Pipe;
  readonly #toReplica: Pipe;
  #callerIsThere = true;
  #calledIsThere = true;

  constructor(options: LinkOptions) {
    const { schedule, chance, choppy, caller, called } = options;
    this.#options = options;
    this.id = options.id;
    this.replica = options.replica;
    this.recorder = options.recorder;
    const shared = { schedule, chance, choppy, broken: () => this.cut() };
    this.#toMaster = new Pipe({
      ...shared,
      deliver: (bytes) => {
        this.reader.push(bytes);
        called.process(this);
      },
      ended: () => this.#loseCalled(),
    });
    this.#toReplica = new Pipe({
      ...shared,
      deliver: (bytes) => {
        this.recorder.delivered(bytes);
        caller.receive(bytes);
      },
      ended: () => this.#loseCaller(),
    });
  }

  get isOpen(): boolean {
    return this.#calledIsThere;
  }

  fromReplica(bytes: Uint8Array): void {
    this.#toMaster.write(bytes);
  }

  fromMaster(bytes: Uint8Array): void {
    if (this.#calledIsThere) this.#toReplica.write(bytes);
  }

  /** The master hangs up; what it said before may still arrive. */
  endByMaster(afterReplies: boolean): void {
    if (!this.#calledIsThere) return;
    this.#calledIsThere = false;
    this.#toMaster.close();
    if (afterReplies) this.#toReplica.end();
    else this.#breakForCaller();
    this.#later(() => this.#options.called.disconnected(this));
  }

  /** The replica hangs up. */
  endByReplica(): void {
    if (!this.#callerIsThere) return;
    this.#callerIsThere = false;
    this.#toReplica.close();
    this.#toMaster.end();
  }

  /** The link breaks at once, for both ends, and all under way is lost. */
  cut(): void {
    this.recorder.cut();
    this.#toMaster.close();
    this.#breakForCaller();
    this.#loseCalled();
  }

  /** The link breaks as soon as so many more bytes have reached the replica. */
  cutAfter(bytes: number): void {
    if (bytes === 0) this.cut();
    else this.#toReplica.breakAfter(bytes);
  }

  /** It does not break after all. */
  mend(): void {
    this.#toReplica.breakAfter(Number.POSITIVE_INFINITY);
  }

  #breakForCaller(): void {
    this.#toReplica.close();
    this.#later(() => this.#loseCaller());
  }

  #loseCaller(): void {
    if (!this.#callerIsThere) return;
    this.#callerIsThere = false;
    this.#toReplica.close();
    this.#options.caller.disconnected();
  }

  #loseCalled(): void {
    if (!this.#calledIsThere) return;
    this.#calledIsThere = false;
    this.#later(() => this.#options.called.disconnected(this));
  }

  /** Nobody is told in the middle of what it does. */
  #later(run: () => void): void {
    this.#options.schedule.after(1, run);
  }
}
