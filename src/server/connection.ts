import type { Socket } from 'node:net';
import type { ReplicationNode } from '../replication/node.ts';
import type { ClientId } from '../replication/ports.ts';
import { COMMAND_LIMITS, UNAUTHENTICATED_LIMITS } from '../wire/command-header.ts';
import { CommandReader } from '../wire/command-reader.ts';

/** How many bytes of the stream may be on their way to the system at once: views of the backlog, not copies. */
const IN_FLIGHT_MAX = 1024 * 1024;

/** How many bytes may wait for a slow client before it is no longer read from. */
const UNREAD_REPLIES_MAX = 1024 * 1024;

/** One TCP connection to a node: reads commands from it, writes what the node sends, and never lets either pile up. */
export class Connection {
  readonly id: ClientId;
  readonly #socket: Socket;
  readonly #node: ReplicationNode;
  readonly #perform: () => void;
  readonly #reader = new CommandReader(UNAUTHENTICATED_LIMITS);
  #outgoing: Uint8Array[] = [];
  #outgoingLength = 0;
  #streams = false;
  #ended = false;
  /** Whether the client has authenticated itself and may send more at once. */
  #trusted = false;

  /** `perform` does what the node wants done after a command. */
  constructor(id: ClientId, socket: Socket, node: ReplicationNode, perform: () => void) {
    this.id = id;
    this.#socket = socket;
    this.#node = node;
    this.#perform = perform;
  }

  get isOpen(): boolean {
    return !this.#ended && !this.#socket.destroyed;
  }

  receive(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** Hands the commands that have arrived to the node, as far as it takes them now. */
  process(): void {
    while (this.isOpen && !this.#node.isBlocked(this.id)) {
      if (this.#socket.writableLength + this.#outgoingLength > UNREAD_REPLIES_MAX) {
        this.#writeOutgoing();
        this.#socket.pause();
        return;
      }
      if (!this.#trusted) this.#trust();
      const read = this.#reader.next();
      if (read === 'incomplete') return;
      if ('malformed' in read) {
        this.#node.malformed(this.id, read.malformed);
        return;
      }
      if ('nothing' in read) this.#node.newline(this.id);
      else this.#node.command(this.id, read.command);
      this.#perform();
    }
    if (this.#node.isBlocked(this.id)) this.#socket.pause();
  }

  /** Goes on reading after a wait. */
  resume(): void {
    if (this.isOpen) this.#socket.resume();
  }

  send(bytes: Uint8Array): void {
    this.#outgoing.push(bytes);
    this.#outgoingLength += bytes.length;
  }

  /** There is something of the stream to send. */
  stream(): void {
    this.#streams = true;
  }

  /** Writes replies that are due. True where there is something of the stream to send, too. */
  flush(): boolean {
    if (!this.isOpen) return false;
    this.#writeOutgoing();
    if (!this.#socket.writableNeedDrain) this.#node.flushed(this.id);
    return this.#streams;
  }

  /** Sends what there is of the stream, as far as the peer reads it, all at once. */
  flushStream(): void {
    if (!this.isOpen) return;
    this.#socket.cork();
    this.#writeOutgoing();
    while (this.#streams && this.#socket.writableLength < IN_FLIGHT_MAX) {
      const bytes = this.#node.take(this.id, IN_FLIGHT_MAX);
      if (bytes.length === 0) this.#streams = false;
      else this.#socket.write(bytes);
    }
    this.#socket.uncork();
  }

  /** Writes pieces one after another at the pace of the peer. False where the connection ended before the last. */
  async sendPieces(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<boolean> {
    this.#writeOutgoing();
    for await (const piece of pieces) {
      if (!this.isOpen) return false;
      if (!this.#socket.write(piece)) await this.#drained();
    }
    return this.isOpen;
  }

  close(afterReplies: boolean): void {
    if (!this.isOpen) return;
    if (!afterReplies) {
      this.#ended = true;
      this.#socket.destroy();
      return;
    }
    this.#writeOutgoing();
    this.#ended = true;
    // A peer that does not read must not keep the connection alive.
    this.#socket.end(() => this.#socket.destroy());
    this.#socket.setTimeout(1000, () => this.#socket.destroy());
  }

  #trust(): void {
    if (!this.#node.isAuthenticated(this.id)) return;
    this.#trusted = true;
    this.#reader.limits = {
      ...COMMAND_LIMITS,
      bulk: Math.min(COMMAND_LIMITS.bulk, this.#node.settings.number('proto-max-bulk-len')),
    };
  }

  #writeOutgoing(): void {
    if (this.#outgoing.length === 0) return;
    const [only] = this.#outgoing;
    const bytes = this.#outgoing.length === 1 && only ? only : Buffer.concat(this.#outgoing);
    this.#outgoing = [];
    this.#outgoingLength = 0;
    this.#socket.write(bytes);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }
}
