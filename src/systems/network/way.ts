import { connect, createServer, type Server, type Socket } from 'node:net';

/** What passes on a way from a replica to its master; told for every connection anew. */
export interface Listener {
  readonly fromReplica: (bytes: Buffer) => void;
  readonly fromMaster: (bytes: Buffer) => void;
}

/** The way from one node to another, which can be cut after any byte, and stays cut until it is healed. */
export class Way {
  readonly port: number;
  /** Where it leads. */
  target = 0;
  readonly #server: Server;
  readonly #listen: () => Listener;
  readonly #open = new Set<() => void>();
  #blocked = false;
  /** How many more bytes go to the replica before the way is cut. */
  #left = Number.POSITIVE_INFINITY;

  static open(listen: () => Listener): Promise<Way> {
    const server = createServer({ noDelay: true });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(new Way(server, listen)));
    });
  }

  private constructor(server: Server, listen: () => Listener) {
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
    this.#listen = listen;
    server.on('connection', (socket) => this.#accept(socket));
  }

  cut(after: number): void {
    if (after > 0 && this.#open.size > 0) this.#left = after;
    else this.#cutNow();
  }

  heal(): void {
    this.#blocked = false;
    this.#left = Number.POSITIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.#cutNow();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #cutNow(): void {
    this.#blocked = true;
    this.#left = Number.POSITIVE_INFINITY;
    for (const end of this.#open) end();
  }

  #accept(replica: Socket): void {
    if (this.#blocked) {
      replica.destroy();
      return;
    }
    const master = connect({ host: '127.0.0.1', port: this.target, noDelay: true });
    const listener = this.#listen();
    const end = () => {
      this.#open.delete(end);
      replica.destroy();
      master.destroy();
    };
    this.#open.add(end);
    replica.on('data', (bytes) => {
      listener.fromReplica(bytes);
      if (!master.write(bytes)) replica.pause();
    });
    master.on('drain', () => replica.resume());
    replica.on('drain', () => master.resume());
    master.on('data', (bytes) => {
      const taken = bytes.subarray(0, Math.min(bytes.length, this.#left));
      listener.fromMaster(taken);
      this.#left -= taken.length;
      if (!replica.write(taken)) master.pause();
      if (this.#left <= 0) replica.end(() => this.#cutNow());
    });
    for (const socket of [replica, master]) {
      // What went wrong with a socket is told by its closing, which follows.
      socket.on('error', () => {});
      socket.on('close', end);
    }
  }
}
