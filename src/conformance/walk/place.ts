import type { MasterAddress } from '../../../models/machines/replica-link-terms.ts';
import { DeafPort } from './deaf-port.ts';
import { type Arrival, Listener } from './listener.ts';

/** What becomes of those who connect: they are taken in, refused, or left waiting. */
export type PlaceMode = 'open' | 'closed' | 'deaf';

const HOST = '127.0.0.1';

/** An address where a master may be or not. */
export class Place {
  readonly port: number;
  readonly #timeout: number;
  #listener: Listener | null;
  #deaf: DeafPort | null = null;

  static async open(timeout: number): Promise<Place> {
    return new Place(await Listener.open(HOST, { timeout }), timeout);
  }

  private constructor(listener: Listener, timeout: number) {
    this.#listener = listener;
    this.#timeout = timeout;
    this.port = listener.port;
  }

  get address(): MasterAddress {
    return { host: HOST, port: this.port };
  }

  get mode(): PlaceMode {
    if (this.#listener !== null) return 'open';
    return this.#deaf === null ? 'closed' : 'deaf';
  }

  async become(mode: PlaceMode): Promise<void> {
    if (mode === this.mode) return;
    await this.close();
    if (mode === 'open') {
      this.#listener = await Listener.open(HOST, { timeout: this.#timeout }, this.port);
    } else if (mode === 'deaf') this.#deaf = await DeafPort.open(this.port);
  }

  /** The next connection, or null where none has come by then. */
  async next(within: number): Promise<Arrival | null> {
    return this.#listener === null ? null : this.#listener.next(within);
  }

  /** Forgets who has come and was not looked at. */
  clear(): void {
    this.#listener?.clear();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = null;
    await listener?.close();
    const deaf = this.#deaf;
    this.#deaf = null;
    await deaf?.close();
  }
}
