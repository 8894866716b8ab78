import type { NodeView, Resync, Transfer } from '../../../properties/system.ts';
import type { StoredSnapshot } from './snapshots.ts';

interface Asked {
  readonly replid: string;
  readonly nextByte: number;
  readonly failover: boolean;
  readonly before: Resync['before'];
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export interface RecorderOptions {
  readonly replica: number | null;
  readonly master: number;
  readonly now: () => number;
  /** The master as it is now. */
  readonly masterView: () => NodeView;
  readonly answered: (resync: Resync) => void;
  /** Whether the link is still up. */
  readonly isOpen: () => boolean;
}

const NEWLINE = '\n';

/** Longer than any transaction of ours, in bytes. */
const REMEMBERED = 400;

/** Listens to one link, at its master's end. */
export class Recorder {
  readonly #replica: number | null;
  readonly #master: number;
  readonly #answered: (resync: Resync) => void;
  readonly #now: () => number;
  readonly #masterView: () => NodeView;
  readonly #isOpen: () => boolean;
  /** The replica as it was when it asked. */
  #asking: NodeView | null = null;
  #asked: Asked | null = null;
  #transfer: Writable<Transfer> | null = null;
  #streamed = 0;
  #delivered = '';
  #lostInTransaction = false;
  readonly #stream: Uint8Array[] = [];
  readonly #intruders: string[] = [];
  readonly #acknowledgements: number[] = [];

  constructor(options: RecorderOptions) {
    this.#replica = options.replica;
    this.#master = options.master;
    this.#now = options.now;
    this.#masterView = options.masterView;
    this.#answered = options.answered;
    this.#isOpen = options.isOpen;
  }

  /** A request that sets out. */
  asks(view: NodeView): void {
    this.#asking = view;
  }

  /** A command from the replica, before the master sees it. */
  heard(words: readonly string[]): void {
    const [name = '', first = '', second = '', third = ''] = words;
    if (/^psync$/i.test(name)) {
      this.#asked = {
        replid: first,
        nextByte: Number(second),
        failover: /^failover$/i.test(third),
        before: { replica: this.#asking, master: this.#masterView() },
      };
    } else if (/^replconf$/i.test(name) && /^ack$/i.test(first) && this.#transfer) {
      this.#acknowledgements.push(Number(second));
      this.#transfer.streamedBeforeAck ??= this.#streamed;
    }
  }

  /** Something that the master says outside of stream and snapshot. */
  said(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    if (this.#transfer === null) this.#answer(text);
    else if (text === NEWLINE && this.#transfer.snapshotAt === null) this.#transfer.newlines += 1;
    else if (!text.startsWith('-')) this.#intruders.push(text);
  }

  streamed(bytes: Uint8Array): void {
    this.#stream.push(bytes);
    this.#streamed += bytes.length;
  }

  /** Bytes that have reached the replica; only the last of them matter. */
  delivered(bytes: Uint8Array): void {
    this.#delivered += Buffer.from(bytes.subarray(-REMEMBERED)).toString('latin1');
    if (this.#delivered.length > 4 * REMEMBERED)
      this.#delivered = this.#delivered.slice(-REMEMBERED);
  }

  /** The link broke by force. */
  cut(): void {
    const { length } = this.#delivered;
    const opened = this.#delivered.lastIndexOf('MULTI', length);
    this.#lostInTransaction ||= opened > this.#delivered.lastIndexOf('EXEC', length);
  }

  sentSnapshot(stored: StoredSnapshot, marked: boolean): void {
    if (this.#transfer === null) return;
    this.#transfer.snapshot = { data: stored.data, history: stored.history };
    this.#transfer.marked = marked;
    this.#transfer.snapshotAt = this.#now();
  }

  #answer(text: string): void {
    const line = text.trimEnd();
    const answer = line.startsWith('+CONTINUE')
      ? 'continued'
      : line.startsWith('+FULLRESYNC')
        ? 'full'
        : line.startsWith('-')
          ? 'refused'
          : null;
    if (this.#asked === null || answer === null) return;
    const { before, ...asked } = this.#asked;
    this.#asked = null;
    const transfer: Writable<Transfer> = {
      heard: true,
      stream: this.#stream,
      newlines: 0,
      intruders: this.#intruders,
      snapshot: null,
      marked: false,
      streamedBeforeAck: null,
      acknowledgements: this.#acknowledgements,
      answeredAt: this.#now(),
      snapshotAt: null,
      isOpen: this.#isOpen,
      lostInTransaction: () => this.#lostInTransaction,
    };
    if (answer !== 'refused') this.#transfer = transfer;
    this.#answered({
      replica: this.#replica,
      master: this.#master,
      asked,
      answer,
      line,
      before,
      transfer,
    });
  }
}
