import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Peer, type PeerOptions } from '../target/peer.ts';

/** A connection that the target has made, and when. */
export interface Arrival {
  readonly peer: Peer;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How often one looks whether somebody has come, in milliseconds. */
const PATIENCE = 5;

/** A port at which the target's connections are awaited, with the moments at which they come. */
export class Listener {
  readonly port: number;
  readonly #server: Server;
  readonly #arrivals: Arrival[] = [];
  readonly #taken = new Set<Socket>();

  /** Listens on a free port, or on one that was free a moment before. */
  static open(host: string, options: PeerOptions, port = 0): Promise<Listener> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve(new Listener(server, options)));
    });
  }

  private constructor(server: Server, options: PeerOptions) {
    this.#server = server;
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    server.on('connection', (socket: Socket) => {
      this.#arrivals.push({ peer: new Peer(socket, options), at: Date.now() });
      this.#taken.add(socket);
      socket.on('close', () => this.#taken.delete(socket));
    });
  }

  /** The next connection, or null where none has come by then. */
  async next(within: number): Promise<Arrival | null> {
    const deadline = Date.now() + within;
    for (;;) {
      const arrival = this.#arrivals.shift();
      if (arrival !== undefined) return arrival;
      if (Date.now() >= deadline) return null;
      await setTimeout(PATIENCE);
    }
  }

  /** Forgets who has come and was not looked at. */
  clear(): void {
    for (const { peer } of this.#arrivals.splice(0)) peer.close();
  }

  async close(): Promise<void> {
    this.clear();
    for (const socket of this.#taken) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
