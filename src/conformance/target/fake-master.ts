import { createServer, type Server, type Socket } from 'node:net';
import { Peer, PeerError, type PeerOptions } from './peer.ts';

/** What a target asked when it was told to follow us. */
export interface FollowRequest {
  readonly replid: string;
  /** As it stood on the wire. */
  readonly offset: string;
  /** The words behind the offset. */
  readonly more: readonly string[];
  /** Words of REPLCONF that came before, in order. */
  readonly announced: readonly string[];
}

/** The answer to one command of a handshake, with its line end; null is none. */
export type Answering = (words: readonly string[]) => string | null;

export const WILLING: Answering = ([name = '']) =>
  name.toUpperCase() === 'PING' ? '+PONG\r\n' : '+OK\r\n';

/** How many links may wait to be taken. A target that dials without end closes its own older ones. */
const WAITING_MAX = 16;

/** A master that we play: it takes one link at a time and answers as it is told to. */
export class FakeMaster {
  readonly #listener: Server;
  readonly #options: PeerOptions;
  readonly #waiting: Socket[] = [];
  #arrived: (() => void) | null = null;

  /** Listens on a port of `host`; 0 is a free one. */
  static listen(host: string, options: PeerOptions, port = 0): Promise<FakeMaster> {
    const listener = createServer();
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, host, () => resolve(new FakeMaster(listener, options)));
    });
  }

  private constructor(listener: Server, options: PeerOptions) {
    this.#listener = listener;
    this.#options = options;
    listener.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#waiting.push(socket);
      if (this.#waiting.length > WAITING_MAX) this.#waiting.shift()?.destroy();
      this.#arrived?.();
    });
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Resolves when a link waits to be taken, or `signal` says that none will be. */
  async dialled(signal?: AbortSignal): Promise<void> {
    while (this.#waiting.length === 0 && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** The next link that the target opens. `patience` is how long it may take, in milliseconds. */
  async accept(patience = this.#options.timeout, options = this.#options): Promise<Peer> {
    const deadline = Date.now() + patience;
    for (;;) {
      const socket = this.#waiting.shift();
      if (socket !== undefined) {
        if (socket.destroyed) continue;
        return new Peer(socket, options);
      }
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new PeerError('silent', `the target opened no link to us in ${patience} ms`);
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
  async handshake(peer: Peer, answering = WILLING): Promise<FollowRequest> {
    const announced: string[] = [];
    for (;;) {
      const read = await peer.streamed();
      if ('nothing' in read) continue;
      const [name = '', ...words] = read.command;
      if (name.toUpperCase() === 'PSYNC') {
        const [replid = '', offset = '', ...more] = words;
        return { replid, offset, more, announced };
      }
      if (name.toUpperCase() === 'REPLCONF') announced.push(...words);
      const answer = answering(read.command);
      if (answer !== null) peer.sendText(answer);
    }
  }

  close(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#arrived?.();
    this.#listener.close();
  }
}
