import { candidatesMax, type KernelText } from '../compile/kernel.ts';
import { Archive } from './archive.ts';
import { Candidates } from './candidates.ts';
import { type Decision, Meeting, PAUSE, STOP, STOP_REASONS } from './meeting.ts';
import type { ShareReport, Tally } from './run.ts';
import { Share } from './share.ts';
import { Standings } from './standing.ts';

/** What a worker thread is handed. All buffers are shared. */
export interface CrewOrders {
  readonly text: KernelText;
  readonly self: number;
  readonly workers: number;
  readonly bytesMax: number;
  readonly statesMax: number;
  readonly control: SharedArrayBuffer;
  readonly standings: SharedArrayBuffer;
  /** For each worker, where its candidates stand and where they end. */
  readonly candidates: readonly { readonly array: Int32Array; readonly ends: Int32Array }[];
  readonly seed: {
    readonly states: ArchiveParts;
    readonly levels: readonly number[];
    readonly tally: Tally;
  };
}

/** An archive as it travels between threads. */
export interface ArchiveParts {
  readonly words: number;
  readonly chunks: Int32Array[];
  readonly length: number;
}

/** A report as it travels between threads. */
export interface CrewReport {
  readonly over: boolean;
  readonly report: Omit<ShareReport, 'archive'> & { readonly archive: ArchiveParts };
}

export const toParts = ({ words, chunks, length }: Archive): ArchiveParts => ({
  words,
  chunks,
  length,
});

export const fromParts = ({ words, chunks, length }: ArchiveParts): Archive =>
  new Archive(words, chunks, length);

const sharedWords = (words: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));

/** The work of one worker thread, from its orders to its last report. */
export class CrewWork {
  readonly #orders: CrewOrders;
  readonly #control: Int32Array;
  readonly #meeting: Meeting;
  readonly #standings: Standings;
  readonly #all: readonly Candidates[];
  readonly #mine: Candidates;
  readonly #share: Share;

  constructor(orders: CrewOrders) {
    const { text, self, workers, bytesMax } = orders;
    this.#orders = orders;
    this.#control = new Int32Array(orders.control);
    this.#meeting = new Meeting(this.#control, workers);
    this.#standings = new Standings(orders.standings);
    this.#all = orders.candidates.map(
      ({ array, ends }, owner) => new Candidates(array, ends, owner),
    );
    const mine = this.#all[self];
    // The orders name one place of candidates for each worker.
    if (mine === undefined) throw new RangeError(`there is no worker ${self}`);
    this.#mine = mine;
    mine.clear();
    this.#share = new Share(text, { candidates: mine, bytesMax, allocate: sharedWords });
  }

  /** Searches until all have decided to end. `report` is called at each pause and at the end. */
  run(report: (report: CrewReport) => void): void {
    const { seed } = this.#orders;
    this.#share.plant({ ...seed, states: fromParts(seed.states) });
    let decision = this.#decideTogether();
    for (let pauses = 0; decision !== 'end'; ) {
      if (decision === 'pause') {
        report(this.#report(false));
        pauses += 1;
        this.#meeting.rest(pauses);
      }
      if (decision !== 'expand') this.#share.beginLevel();
      this.#round();
      decision = this.#decideTogether();
    }
    report(this.#report(true));
  }

  /** Expands until the level or the room for candidates is used up, and exchanges candidates with the others. */
  #round(): void {
    const batch = candidatesMax(this.#orders.text.successorsMax) * this.#orders.text.words;
    while (this.#share.waiting > 0 && this.#mine.hasRoomFor(batch)) {
      this.#share.expandSome();
      if (this.#share.isFull || this.#share.isFaulty) break;
    }
    this.#show();
    this.#meeting.meet(() => 'expand');
    for (const candidates of this.#all) {
      if (candidates === this.#mine) continue;
      const { from, to } = candidates.for(this.#mine.self);
      this.#share.receive(candidates.array, from, to);
    }
  }

  #show(): void {
    this.#standings.show(this.#orders.self, this.#share.standing());
  }

  #decideTogether(): Decision {
    this.#show();
    const decision = this.#meeting.meet(() => this.#decide());
    this.#mine.clear();
    return decision;
  }

  #decide(): Decision {
    const sum = (column: 'isFull' | 'isFaulty' | 'isViolated' | 'waitingInLevel' | 'beyond') =>
      this.#standings.sum(column);
    if (this.#standings.progress().states >= this.#orders.statesMax) {
      Atomics.store(this.#control, STOP, STOP_REASONS.indexOf('states') + 1);
    }
    if (sum('isFull') + sum('isFaulty') > 0 || Atomics.load(this.#control, STOP) !== 0) {
      return 'end';
    }
    if (sum('waitingInLevel') > 0) return 'expand';
    if (sum('isViolated') > 0 || sum('beyond') === 0) return 'end';
    return Atomics.load(this.#control, PAUSE) === 0 ? 'level' : 'pause';
  }

  #report(over: boolean): CrewReport {
    const report = this.#share.report();
    return { over, report: { ...report, archive: toParts(report.archive) } };
  }
}
