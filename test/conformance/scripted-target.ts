import { createServer, type Server, type Socket } from 'node:net';

/** What a scripted target does with a connection. It is labelled as such: no real server behaves like this. */
export type Script = (socket: Socket) => void;

/** Listens on a free loopback port and plays a script to everybody. Closed with `close`, connections included. */
export class ScriptedTarget {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  static listen(script: Script): Promise<ScriptedTarget> {
    const listener = createServer();
    return new Promise((resolve) => {
      listener.listen(0, '127.0.0.1', () => resolve(new ScriptedTarget(listener, script)));
    });
  }

  private constructor(listener: Server, script: Script) {
    this.#listener = listener;
    listener.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      script(socket);
    });
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#listener.close();
  }
}

/** Writes the same bytes over and over, as fast as the peer reads. */
export const flood = (socket: Socket, bytes: Uint8Array): void => {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
};
