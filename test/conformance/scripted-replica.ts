import { connect, type Socket } from 'node:net';
import { CommandReader } from '../../src/wire/command-reader.ts';
import { encodeCommand } from '../../src/wire/resp.ts';

/** One piece of the stream as a replica sees it. */
export interface Piece {
  /** None are an empty line or an empty array. */
  readonly words: readonly string[];
  readonly bytes: Buffer;
  readonly inTransaction: boolean;
}

/** What a scripted replica does in its own way. Everything else it does as the rules say. */
export interface Habits {
  /** For how much a piece of the stream counts. */
  readonly counts?: (piece: Piece) => number;
  /** Whether everything read so far counts once this piece has been read. */
  readonly completes?: (piece: Piece) => boolean;
  /** The offset at which counting begins, given that of +FULLRESYNC and the one it had. */
  readonly begins?: (announced: number, had: number, heard: Heard) => number;
  /** What it acknowledges where it has applied so much; `asked` is the size of the GETACK that asks, or 0. */
  readonly acknowledges?: (applied: number, asked: number) => number;
  /** What it asks for where it has applied so much. */
  readonly asks?: (applied: number, begun: number) => number;
  /** What it acknowledges itself counts too. */
  readonly countsOwn?: boolean;
  /** Says everything up to PSYNC without waiting for an answer. */
  readonly impatient?: boolean;
  /** Begins with something else than PING. */
  readonly skipsPing?: boolean;
  /** Hangs up when an announcement is refused. */
  readonly touchy?: boolean;
  /** Runs inline commands in the stream. */
  readonly takesInline?: boolean;
}

/** What was said before the stream, in bytes. */
export interface Heard {
  readonly answer: number;
  readonly keepAlivesBeforeAnswer: number;
  readonly keepAlivesBeforeHeader: number;
  readonly header: number;
  readonly payload: number;
  readonly mark: number;
}

const NOTHING_HEARD: Heard = {
  answer: 0,
  keepAlivesBeforeAnswer: 0,
  keepAlivesBeforeHeader: 0,
  header: 0,
  payload: 0,
  mark: 0,
};

const OPEN = new Set(['EXEC', 'DISCARD']);

const rightly = ({ words, inTransaction }: Piece): boolean => {
  const name = words[0]?.toUpperCase();
  return name !== undefined && (inTransaction ? OPEN.has(name) : name !== 'MULTI');
};

/**
 * A client that connects to a master by itself and follows it, without data. It shares no code with the rules or the
 * reference server, so that what finds its habits is not what they were made of. No real client is like this.
 */
export class ScriptedReplica {
  readonly #port: number;
  readonly #habits: Habits;
  #socket: Socket | null = null;
  #closed = false;
  #id: string | null = null;
  #applied = 0;

  constructor(port: number, habits: Habits = {}) {
    this.#port = port;
    this.#habits = habits;
    this.#dial();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #dial(): void {
    if (this.#closed) return;
    const socket = connect(this.#port, '127.0.0.1');
    socket.setNoDelay(true);
    this.#socket = socket;
    const link = new Link(socket, this.#habits, this.#id, this.#applied);
    socket.on('connect', () => link.begin());
    socket.on('data', (chunk: Buffer) => link.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (link.follows) {
        this.#id = link.broken ? null : link.id;
        this.#applied = link.applied;
      }
      setImmediate(() => this.#dial());
    });
  }
}

type State = 'pong' | 'announced' | 'answer' | 'header' | 'length' | 'mark' | 'stream' | 'over';

/** One link of a scripted replica. */
class Link {
  readonly #socket: Socket;
  readonly #habits: Habits;
  #buffer: Buffer = Buffer.alloc(0);
  #state: State = 'pong';
  #awaited = 0;
  #heard: Heard = NOTHING_HEARD;
  #announced = 0;
  #length = 0;
  #mark = '';
  #pending = 0;
  #inTransaction = false;
  #pulse: NodeJS.Timeout | null = null;
  id: string | null;
  applied: number;
  follows = false;
  broken = false;

  constructor(socket: Socket, habits: Habits, id: string | null, applied: number) {
    this.#socket = socket;
    this.#habits = habits;
    this.id = id;
    this.applied = applied;
    socket.on('close', () => {
      if (this.#pulse !== null) clearInterval(this.#pulse);
      this.applied = this.#asked;
    });
  }

  /** What was not whole when the link ended is in the buffer. */
  get #asked(): number {
    return (this.#habits.asks ?? ((applied) => applied))(
      this.applied,
      this.#buffer.length + this.#pending,
    );
  }

  begin(): void {
    if (this.#habits.skipsPing) this.#announce();
    else this.#say('PING');
    if (this.#habits.impatient) {
      this.#announce();
      this.#ask();
    }
  }

  push(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (this.#step());
  }

  #say(...words: string[]): void {
    this.#socket.write(encodeCommand(words));
  }

  #announce(): void {
    this.#state = 'announced';
    this.#awaited = 2;
    this.#say('REPLCONF', 'listening-port', '7777');
    this.#say('REPLCONF', 'capa', 'eof', 'capa', 'psync2');
  }

  #ask(): void {
    if (!this.#habits.impatient) this.#state = 'answer';
    if (this.id === null) this.#say('PSYNC', '?', '-1');
    else this.#say('PSYNC', this.id, String(this.applied + 1));
  }

  #line(): string | null {
    const end = this.#buffer.indexOf(10);
    if (end < 0) return null;
    const line = this.#buffer.toString('latin1', 0, end).replace(/\r$/, '');
    this.#buffer = this.#buffer.subarray(end + 1);
    return line;
  }

  /** Takes one thing from the buffer; false where it is not whole. */
  #step(): boolean {
    if (this.#state === 'over') return false;
    if (this.#state === 'length' || this.#state === 'mark') return this.#snapshot();
    if (this.#state === 'stream') return this.#stream();
    const line = this.#line();
    if (line === null) return false;
    if (this.#state === 'pong') this.#pong(line);
    else if (this.#state === 'announced') this.#reply(line);
    else if (this.#state === 'answer') this.#answer(line);
    else this.#header(line);
    return true;
  }

  #hangUp(): void {
    this.#state = 'over';
    this.#socket.end();
  }

  #pong(line: string): void {
    if (/^\+|^-NOAUTH|^-NOPERM|^-ERR operation not permitted/.test(line)) this.#announce();
    else this.#hangUp();
  }

  #reply(line: string): void {
    if (this.#habits.touchy && line.startsWith('-')) {
      this.#hangUp();
      return;
    }
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    if (this.#habits.impatient) this.#state = 'answer';
    else this.#ask();
  }

  #note(more: Partial<Heard>): void {
    this.#heard = { ...this.#heard, ...more };
  }

  #answer(line: string): void {
    if (line === '') {
      this.#note({ keepAlivesBeforeAnswer: this.#heard.keepAlivesBeforeAnswer + 1 });
    } else if (line.startsWith('+FULLRESYNC')) {
      const [, id = '', offset] = line.split(' ');
      this.id = id.length === 40 && offset !== undefined ? id : '';
      this.#announced = this.id === '' ? -1 : Number.parseInt(offset ?? '', 10);
      this.#note({ answer: line.length + 2 });
      this.#state = 'header';
    } else if (line.startsWith('+CONTINUE')) {
      const named = line.slice('+CONTINUE '.length);
      if (named.length === 40) this.id = named;
      this.#follow();
    } else if (/^-(NOMASTERLINK|LOADING)/.test(line)) {
      this.#hangUp();
    } else {
      this.id = '';
      this.#announced = -1;
      this.#socket.write('SYNC\r\n');
      this.#state = 'header';
    }
  }

  #header(line: string): void {
    if (line === '') {
      this.#note({ keepAlivesBeforeHeader: this.#heard.keepAlivesBeforeHeader + 1 });
      return;
    }
    this.#note({ header: line.length + 2 });
    if (line.startsWith('$EOF:')) {
      this.#mark = line.slice('$EOF:'.length);
      this.#note({ mark: 40 });
      this.#state = 'mark';
    } else if (line.startsWith('$')) {
      this.#length = Number.parseInt(line.slice(1), 10);
      this.#state = 'length';
    } else this.#hangUp();
  }

  #snapshot(): boolean {
    const mark = this.#state === 'mark';
    const end = mark ? this.#buffer.indexOf(this.#mark) : this.#length;
    if (end < 0 || this.#buffer.length < end) return false;
    this.#note({ payload: end });
    this.#buffer = this.#buffer.subarray(mark ? end + 40 : end);
    const begins = this.#habits.begins ?? ((announced) => announced);
    this.applied = begins(this.#announced, this.applied, this.#heard);
    this.#follow();
    if (mark) this.#acknowledge(0);
    return true;
  }

  #follow(): void {
    this.#state = 'stream';
    this.follows = true;
    this.#pulse = setInterval(() => this.#acknowledge(0), 1000);
  }

  #acknowledge(asked: number): void {
    const acknowledges = this.#habits.acknowledges ?? ((applied) => applied);
    const words = ['REPLCONF', 'ACK', String(acknowledges(this.applied, asked))];
    this.#say(...words);
    if (this.#habits.countsOwn) this.applied += encodeCommand(words).length;
  }

  #stream(): boolean {
    const reader = new CommandReader();
    reader.push(this.#buffer);
    const read = reader.next();
    if (read === 'incomplete') return false;
    const inline = 'malformed' in read || ('inline' in read && read.inline);
    if ('malformed' in read || (inline && !this.#habits.takesInline)) {
      this.broken = true;
      this.#hangUp();
      return false;
    }
    const words = 'command' in read ? read.command : [];
    const bytes = this.#buffer.subarray(0, read.size);
    this.#buffer = this.#buffer.subarray(read.size);
    this.#apply({ words, bytes, inTransaction: this.#inTransaction });
    return true;
  }

  #apply(piece: Piece): void {
    const name = piece.words[0]?.toUpperCase();
    if (name === 'REPLCONF') this.#acknowledge(piece.bytes.length);
    this.#pending += (this.#habits.counts ?? (({ bytes }) => bytes.length))(piece);
    if ((this.#habits.completes ?? rightly)(piece)) {
      this.applied += this.#pending;
      this.#pending = 0;
    }
    if (name === 'MULTI') this.#inTransaction = true;
    if (name === 'EXEC') this.#inTransaction = false;
  }
}
