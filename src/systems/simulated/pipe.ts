import type { Chance } from '../chance.ts';
import type { Schedule } from './schedule.ts';

export interface PipeOptions {
  readonly schedule: Schedule;
  readonly chance: Chance;
  /** Whether bytes arrive in pieces of any size in place of as they were written. */
  readonly choppy: boolean;
  readonly deliver: (bytes: Uint8Array) => void;
  /** All bytes have arrived, and none will follow. */
  readonly ended: () => void;
  /** So many bytes have been delivered as were to be, before it breaks. */
  readonly broken: () => void;
}

/** Short writes arrive in pieces of up to so many bytes; of long ones any share may come at once. */
const PIECE_MAX = 64;

/** One direction of a connection: bytes arrive in order, later, in whatever pieces. */
export class Pipe {
  readonly #options: PipeOptions;
  #waiting: Uint8Array[] = [];
  #scheduled = false;
  #closed = false;
  #ends = false;
  /** How many more bytes it carries before it breaks. */
  #left = Number.POSITIVE_INFINITY;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.#ends || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#deliverLater();
  }

  /** Nothing is written any more; what was still arrives. */
  end(): void {
    this.#ends = true;
    this.#deliverLater();
  }

  /** Whatever is under way is lost. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  breakAfter(bytes: number): void {
    this.#left = bytes;
  }

  #deliverLater(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    const { schedule, choppy, chance } = this.#options;
    schedule.after(1 + (choppy ? chance.below(3) : 0), () => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const bytes = this.#take();
    if (bytes.length > 0) this.#options.deliver(bytes);
    if (this.#closed) return;
    if (this.#left <= 0) this.#options.broken();
    else if (this.#waiting.length > 0) this.#deliverLater();
    else if (this.#ends) this.#options.ended();
  }

  #take(): Uint8Array {
    const [only] = this.#waiting;
    const all = this.#waiting.length === 1 && only ? only : Buffer.concat(this.#waiting);
    const { choppy, chance } = this.#options;
    const most = Math.max(PIECE_MAX, all.length);
    const wanted = choppy ? Math.min(all.length, 1 + chance.below(most)) : all.length;
    const count = Math.min(wanted, this.#left);
    this.#left -= count;
    this.#waiting = count < all.length ? [all.subarray(count)] : [];
    return all.subarray(0, count);
  }
}
