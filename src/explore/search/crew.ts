import { Worker } from 'node:worker_threads';
import { candidatesMax, type KernelText } from '../compile/kernel.ts';
import { type CrewOrders, type CrewReport, fromParts, toParts } from './crew-work.ts';
import { CONTROL_WORDS, PAUSE, RESUMED, STOP, STOP_REASONS } from './meeting.ts';
import type { Run, Seed, ShareReport, Watch } from './run.ts';
import { Standings } from './standing.ts';

/** Words in the region for one owner: so many candidates that a round pays for its meeting. */
const REGION_WORDS = 2 ** 19;

/** How often the watch is asked. */
const ASK_MILLISECONDS = 50;

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

const sharedWords = (words: number): Int32Array =>
  new Int32Array(shared(words * Int32Array.BYTES_PER_ELEMENT));

/** The file that a worker thread runs: see there why it is another one while this is TypeScript. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? './crew-worker.mjs' : './crew-worker.js',
  import.meta.url,
);

/** Worker threads that search together, each for the states whose hash makes it their owner. */
class Crew {
  readonly #control = sharedWords(CONTROL_WORDS);
  readonly #standingsMemory: SharedArrayBuffer;
  readonly #standings: Standings;
  readonly #threads: Worker[] = [];
  readonly #reports: (ShareReport | undefined)[];
  readonly #watch: Watch;
  #pending = 0;
  #over = false;

  constructor(workers: number, watch: Watch) {
    this.#standingsMemory = shared(Standings.bytesFor(workers));
    this.#standings = new Standings(this.#standingsMemory);
    this.#reports = Array.from({ length: workers }, () => undefined);
    this.#watch = watch;
  }

  async run(text: KernelText, seed: Seed, bytesMax: number): Promise<Run> {
    const timer = setInterval(() => this.#ask(), ASK_MILLISECONDS);
    try {
      await this.#start(text, seed, bytesMax);
    } finally {
      clearInterval(timer);
      await Promise.all(this.#threads.map((thread) => thread.terminate()));
    }
    const requested = STOP_REASONS[Atomics.load(this.#control, STOP) - 1] ?? null;
    const stopped = this.#standings.sum('isFull') > 0 ? 'memory' : requested;
    return { shares: this.#shares(), stopped };
  }

  #shares(): ShareReport[] {
    return this.#reports.flatMap((report) => report ?? []);
  }

  #ask(): void {
    const reason = this.#watch.ask(this.#standings.progress());
    if (reason !== null) Atomics.store(this.#control, STOP, STOP_REASONS.indexOf(reason) + 1);
    if (this.#watch.wantsLevel()) Atomics.store(this.#control, PAUSE, 1);
  }

  #start(text: KernelText, seed: Seed, bytesMax: number): Promise<void> {
    const workers = this.#reports.length;
    const batch = candidatesMax(text.successorsMax) * text.words;
    const region = Math.max(REGION_WORDS, 4 * batch);
    const candidates = this.#reports.map(() => ({
      array: sharedWords(region * workers),
      ends: sharedWords(workers),
    }));
    const orders: Omit<CrewOrders, 'self'> = {
      text,
      workers,
      bytesMax: bytesMax / workers,
      statesMax: this.#watch.statesMax,
      control: this.#control.buffer as SharedArrayBuffer, // Made by `sharedWords`.
      standings: this.#standingsMemory,
      candidates,
      seed: { ...seed, states: toParts(seed.states) },
    };
    this.#pending = workers;
    return new Promise((resolve, reject) => {
      for (let self = 0; self < workers; self += 1) {
        const thread = new Worker(WORKER_FILE, { workerData: { ...orders, self } });
        this.#threads.push(thread);
        thread.on('message', (message: CrewReport) => {
          this.#receive(self, message).then(() => this.#over && resolve(), reject);
        });
        thread.on('error', reject);
      }
    });
  }

  async #receive(self: number, { over, report }: CrewReport): Promise<void> {
    this.#reports[self] = { ...report, archive: fromParts(report.archive) };
    this.#pending -= 1;
    if (this.#pending > 0) return;
    this.#pending = this.#reports.length;
    this.#over = over;
    if (over) return;
    await this.#watch.atLevel(this.#shares());
    Atomics.store(this.#control, PAUSE, 0);
    Atomics.add(this.#control, RESUMED, 1);
    Atomics.notify(this.#control, RESUMED);
  }
}

/** Searches with worker threads. What is found does not depend on how many there are. */
export const runCrew = (
  text: KernelText,
  seed: Seed,
  bytesMax: number,
  workers: number,
  watch: Watch,
): Promise<Run> => new Crew(workers, watch).run(text, seed, bytesMax);
