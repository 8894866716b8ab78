import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RespValue } from '../../../models/vocabulary/index.ts';
import { ByteQueue, bytesOf } from '../../wire/byte-queue.ts';
import { COMMAND_LIMITS } from '../../wire/command-header.ts';
import { type CommandRead, CommandReader } from '../../wire/command-reader.ts';
import { encodeCommand, REPLY_LIMITS, ReplyReader } from '../../wire/resp.ts';
import { showAddress, type TargetAddress } from './address.ts';
import { Transcript } from './transcript.ts';

/** What keeps a peer's answer from being heard. */
export type PeerProblem = 'refused' | 'silent' | 'closed' | 'malformed';

export class PeerError extends Error {
  readonly problem: PeerProblem;

  constructor(problem: PeerProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** How many bytes may wait to be looked at before the peer is no longer read from. */
const UNREAD_MAX = 1024 * 1024;

const LINE_MAX = 64 * 1024;

/** A reply to a command of ours may be long (INFO, CONFIG GET), but not without end. */
const LIMITS = { ...REPLY_LIMITS, bulk: 4 * 1024 * 1024 };

export interface PeerOptions {
  /** The longest wait for one answer, in milliseconds. */
  readonly timeout: number;
  /** When every wait ends, in milliseconds since 1970: a target that always says a little more is not heard for ever. */
  readonly deadline?: number;
}

/**
 * A connection to the target that is read step by step. Every step has a deadline; what arrives in the meantime is kept
 * up to a bound, beyond which the target has to wait.
 */
export class Peer {
  readonly transcript = new Transcript();
  readonly #socket: Socket;
  readonly #timeout: number;
  readonly #deadline: number;
  readonly #queue = new ByteQueue();
  readonly #replies = new ReplyReader(this.#queue, LIMITS);
  readonly #commands = new CommandReader({ ...COMMAND_LIMITS, bulk: UNREAD_MAX }, this.#queue);
  #ended: string | null = null;
  /** The first bytes heard at all, as text, by which one can tell what kind of thing speaks. */
  firstHeard = '';
  /** What we said last, as a person reads it. */
  lastSent = '';
  #wake: (() => void) | null = null;

  /** Opens a connection, within the time limit. */
  static open(address: TargetAddress, options: PeerOptions): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const socket = dial(address);
      const fail = (problem: PeerProblem, message: string) => {
        clearTimeout(timer);
        socket.destroy();
        reject(new PeerError(problem, message));
      };
      const timer = setTimeout(
        () => fail('silent', `no connection to ${showAddress(address)} in ${options.timeout} ms`),
        options.timeout,
      );
      socket.once('error', (error) => fail('refused', error.message));
      socket.once(address.tls ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        socket.removeAllListeners('error');
        resolve(new Peer(socket, options));
      });
    });
  }

  /** Takes over a socket that is connected, as one that was accepted. */
  constructor(socket: Socket, { timeout, deadline = Number.POSITIVE_INFINITY }: PeerOptions) {
    this.#socket = socket;
    this.#timeout = timeout;
    this.#deadline = deadline;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.transcript.heard(chunk);
      if (this.firstHeard === '') this.firstHeard = chunk.subarray(0, 64).toString('latin1');
      this.#queue.push(chunk);
      if (this.#queue.length > UNREAD_MAX) socket.pause();
      this.#wake?.();
    });
    socket.on('error', (error) => this.#end(error.message));
    socket.on('end', () => this.#end('the target closed the link'));
    socket.on('close', () => this.#end('the link was closed'));
  }

  /** Our own address on this connection, as the target sees it. */
  get localAddress(): string {
    return this.#socket.localAddress ?? '127.0.0.1';
  }

  /** The longest wait for one answer, in milliseconds. */
  get timeout(): number {
    return this.#timeout;
  }

  get isClosed(): boolean {
    return this.#ended !== null;
  }

  /** How many bytes have arrived that nobody has taken yet. */
  get unread(): number {
    return this.#queue.length;
  }

  send(bytes: Uint8Array): void {
    this.transcript.sent(bytes);
    if (!this.isClosed) this.#socket.write(bytes);
  }

  sendText(text: string): void {
    this.lastSent = JSON.stringify(text.slice(0, 200));
    this.send(bytesOf(text));
  }

  sendCommand(...words: readonly string[]): void {
    this.lastSent = words.join(' ').slice(0, 200);
    this.send(encodeCommand(words));
  }

  /** Gives the password, and leaves it out of everything that is kept. */
  async authenticate(user: string | undefined, pass: string): Promise<RespValue> {
    const words = ['AUTH', ...(user === undefined ? [] : [user])];
    this.transcript.sent(encodeCommand([...words, '(password)']));
    if (!this.isClosed) this.#socket.write(encodeCommand([...words, pass]));
    return this.reply();
  }

  /** Sends a command and waits for its reply. */
  async command(...words: readonly string[]): Promise<RespValue> {
    this.sendCommand(...words);
    return this.reply();
  }

  async reply(): Promise<RespValue> {
    return this.#step('a reply', () => {
      const read = this.#replies.next();
      if (read === 'incomplete') return undefined;
      if ('malformed' in read) throw new PeerError('malformed', read.malformed);
      return { value: read.reply };
    });
  }

  /** The next line without its end; an empty one is a keep-alive. */
  async line(timeout = this.#timeout): Promise<string> {
    return this.#step(
      'a line',
      () => {
        const taken = this.#queue.takeLine(LINE_MAX);
        if (taken === 'incomplete') return undefined;
        if (taken === 'too-long') {
          throw new PeerError('malformed', `${LINE_MAX} bytes without the end of a line`);
        }
        return { value: taken.line };
      },
      timeout,
    );
  }

  /** Exactly `count` bytes. */
  async bytes(count: number): Promise<Buffer> {
    if (count > UNREAD_MAX) throw new PeerError('malformed', `${count} bytes at once`);
    return this.#step(`${count} bytes`, () => {
      const bytes = this.#queue.take(count);
      return bytes === null ? undefined : { value: bytes };
    });
  }

  /** Some bytes: one at least, `limit` at most. */
  async someBytes(limit: number): Promise<Buffer> {
    return this.#step('a byte', () => {
      const bytes = this.#queue.takeSome(limit);
      return bytes.length === 0 ? undefined : { value: bytes };
    });
  }

  /** The next command on a link where commands travel, or an empty line there. */
  async streamed(
    timeout = this.#timeout,
  ): Promise<Exclude<CommandRead, 'incomplete' | { readonly malformed: string }>> {
    return this.#step(
      'a command',
      () => {
        const read = this.#commands.next();
        if (read === 'incomplete') return undefined;
        if ('malformed' in read) throw new PeerError('malformed', read.malformed);
        return { value: read };
      },
      timeout,
    );
  }

  /** Whether anything arrives within so many milliseconds. */
  async speaks(within: number): Promise<boolean> {
    try {
      await this.#step('a byte', () => (this.unread > 0 ? { value: true } : undefined), within);
      return true;
    } catch (error) {
      if (error instanceof PeerError && error.problem === 'silent') return false;
      throw error;
    }
  }

  /** Waits until the target closes the link, and throws away what it says until then. */
  async closes(timeout = this.#timeout): Promise<void> {
    await this.#step(
      'the end of the link',
      () => {
        this.#queue.clear();
        return this.isClosed ? { value: undefined } : undefined;
      },
      timeout,
    );
  }

  /** Ends our half of the link, so that the target reads all we said before it notices, and waits for its own end. */
  async finish(): Promise<void> {
    this.#socket.end();
    await this.closes();
    this.#socket.destroy();
  }

  close(): void {
    this.#end('we closed the link');
    this.#socket.destroy();
  }

  async #step<Value>(
    what: string,
    attempt: () => { readonly value: Value } | undefined,
    timeout = this.#timeout,
  ): Promise<Value> {
    const deadline = Math.min(Date.now() + timeout, this.#deadline);
    for (;;) {
      const done = attempt();
      if (this.#queue.length <= UNREAD_MAX && this.#socket.isPaused()) this.#socket.resume();
      if (done !== undefined && Date.now() <= this.#deadline) return done.value;
      if (this.#ended !== null) throw new PeerError('closed', this.#ended);
      const left = deadline - Date.now();
      if (left <= 0) throw new PeerError('silent', `${what} did not arrive in time`);
      await this.#activity(left);
    }
  }

  /** Resolves when something happens on the connection, or after `limit` milliseconds. */
  #activity(limit: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), limit);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#wake?.();
  }
}

const dial = ({ host, port, tls }: TargetAddress): Socket =>
  tls === undefined
    ? connectTcp({ host, port })
    : connectTls({
        host,
        port,
        rejectUnauthorized: !tls.insecure,
        ...(tls.cacert === undefined ? {} : { ca: tls.cacert }),
        ...(tls.cert === undefined ? {} : { cert: tls.cert }),
        ...(tls.key === undefined ? {} : { key: tls.key }),
        ...(tls.sni === undefined ? {} : { servername: tls.sni }),
      });
