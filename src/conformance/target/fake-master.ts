import { createServer, type Server, type Socket } from 'node:net';
import { Peer, PeerError, type PeerOptions } from './peer.ts';

/** What a target asked when it was told to follow us. */
export interface FollowRequest {
  readonly replid: string;
  /** As it stood on the wire. */
  readonly offset: string;
  /** Words of REPLCONF that came before, in order. */
  readonly announced: readonly string[];
}

/** A master that we play: it takes one link at a time and answers as it is told to. */
export class FakeMaster {
  readonly #listener: Server;
  readonly #options: PeerOptions;
  readonly #waiting: Socket[] = [];
  #arrived: (() => void) | null = null;

  /** Listens on a free port of `host`. */
  static listen(host: string, options: PeerOptions): Promise<FakeMaster> {
    const listener = createServer();
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, host, () => resolve(new FakeMaster(listener, options)));
    });
  }

  private constructor(listener: Server, options: PeerOptions) {
    this.#listener = listener;
    this.#options = options;
    listener.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#waiting.push(socket);
      this.#arrived?.();
    });
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The next link that the target opens. */
  async accept(): Promise<Peer> {
    const deadline = Date.now() + this.#options.timeout;
    for (;;) {
      const socket = this.#waiting.shift();
      if (socket !== undefined) return new Peer(socket, this.#options);
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new PeerError(
          'silent',
          `the target opened no link to us in ${this.#options.timeout} ms`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Answers a handshake up to its PSYNC, which is left unanswered. */
  async handshake(peer: Peer): Promise<FollowRequest> {
    const announced: string[] = [];
    for (;;) {
      const read = await peer.streamed();
      if ('nothing' in read) continue;
      const [name = '', ...words] = read.command;
      if (name.toUpperCase() === 'PSYNC') {
        return { replid: words[0] ?? '', offset: words[1] ?? '', announced };
      }
      if (name.toUpperCase() === 'REPLCONF') announced.push(...words);
      peer.sendText(name.toUpperCase() === 'PING' ? '+PONG\r\n' : '+OK\r\n');
    }
  }

  close(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#listener.close();
  }
}
