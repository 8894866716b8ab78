import { connect, type Socket } from 'node:net';
import type { RespValue } from '../../../models/vocabulary/index.ts';
import { Inconclusive } from '../../../properties/system.ts';
import { encodeCommand, ReplyReader } from '../../wire/resp.ts';

/** How long one answer may take, in milliseconds. */
const PATIENCE = 5000;

interface Waiting {
  readonly resolve: (reply: RespValue) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to a server for whoever operates it. What prevents an answer makes a run inconclusive. */
export class OperatorClient {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #reader = new ReplyReader();
  readonly #waiting: Waiting[] = [];
  #problem: string | null = null;

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#name = name;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error.message));
    socket.on('close', () => this.#fail('it closed the connection'));
  }

  /** @throws Inconclusive */
  static open(port: number, name: string): Promise<OperatorClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => reject(new Inconclusive(`${name}: ${error.message}`));
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.off('error', refuse);
        resolve(new OperatorClient(socket, name));
      });
    });
  }

  /** @throws Inconclusive where there is no answer in time */
  async run(...words: readonly string[]): Promise<RespValue> {
    if (this.#problem !== null) throw new Inconclusive(`${this.#name}: ${this.#problem}`);
    const answer = new Promise<RespValue>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    this.#socket.write(encodeCommand(words));
    const late = setTimeout(
      () => this.#fail(`no answer to ${words[0]} within ${PATIENCE} ms`),
      PATIENCE,
    );
    try {
      return await answer;
    } finally {
      clearTimeout(late);
    }
  }

  /** Sends without waiting; what becomes of it is not told. */
  tell(...words: readonly string[]): void {
    this.#socket.write(encodeCommand(words));
  }

  close(): void {
    this.#problem ??= 'it was closed by us';
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    this.#reader.push(chunk);
    for (;;) {
      const read = this.#reader.next();
      if (read === 'incomplete') return;
      if ('malformed' in read) {
        this.#fail(`it answered nonsense: ${read.malformed}`);
        return;
      }
      this.#waiting.shift()?.resolve(read.reply);
    }
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Inconclusive(`${this.#name}: ${this.#problem}`));
    }
  }
}

/** A reply as one line, as errors and statuses look on the wire. */
export const replyLine = (reply: RespValue): string => {
  if (reply === null) return '$-1';
  if ('simple' in reply) return `+${reply.simple}`;
  if ('error' in reply) return `-${reply.error}`;
  if ('integer' in reply) return `:${reply.integer}`;
  if ('bulk' in reply) return reply.bulk;
  return '*';
};
