import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens and then takes nobody in: the thread sleeps, so that only the system's own short queue answers. */
const SLEEPER = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer();
server.listen({ port: workerData, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
});
`;

/** How many connections fill such a queue for sure. */
const FILLERS = 2;

/** A port at which connections neither succeed nor fail. */
export class DeafPort {
  readonly port: number;
  readonly #worker: Worker;
  readonly #fillers: Socket[];

  static async open(wanted: number): Promise<DeafPort> {
    const worker = new Worker(SLEEPER, { eval: true, workerData: wanted });
    const port = await new Promise<number>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', resolve);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const fillers = Array.from({ length: FILLERS }, () => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    return new DeafPort(port, worker, fillers);
  }

  private constructor(port: number, worker: Worker, fillers: Socket[]) {
    this.port = port;
    this.#worker = worker;
    this.#fillers = fillers;
  }

  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    await this.#worker.terminate();
  }
}
