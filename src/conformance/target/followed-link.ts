import {
  type Dialect,
  type ProcessedOffset,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { bytesOf } from '../../wire/byte-queue.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { type Claim, explain } from '../ledger/explain.ts';
import { Ledger, type Owner } from '../ledger/ledger.ts';
import { type Finding, Violation } from '../outcome.ts';
import type { FollowRequest } from './fake-master.ts';
import { type Peer, PeerError } from './peer.ts';

const GETACK = ['REPLCONF', 'GETACK', '*'] as const;

/** PING as a replica sends it in its handshake, in bytes. */
const HANDSHAKE_PING = encodeCommand(['PING']).length;

const OWNERS: Readonly<Record<string, Owner>> = {
  PING: 'ping',
  SELECT: 'select',
  MULTI: 'multi',
  EXEC: 'exec',
};

/** A link that the target opened to us, of which we are the master; with the accounts of all that was said on it. */
export class FollowedLink {
  readonly peer: Peer;
  readonly request: FollowRequest;
  readonly dialect: Dialect;
  ledger: Ledger;
  #inTransaction = false;
  #keepAlivesBeforeAnswer = 0;
  /** How many bytes its acknowledgements took so far. */
  #ownBytes = 0;

  constructor(peer: Peer, request: FollowRequest, dialect: Dialect) {
    this.peer = peer;
    this.request = request;
    this.dialect = dialect;
    this.ledger = new Ledger({ base: processedOffset(0), asked: this.asked });
  }

  /** What it says it has; null where it asked for everything. */
  get asked(): ProcessedOffset | null {
    const next = Number(this.request.offset);
    return this.request.replid === '?' || !Number.isSafeInteger(next)
      ? null
      : processedOffset(next - 1);
  }

  // Before the stream.

  /** An empty line before the answer to PSYNC. */
  keepAlive(text = '\n'): void {
    this.#keepAlivesBeforeAnswer += text.length;
    this.peer.sendText(text);
  }

  /** A line that the target takes for the answer to PSYNC. Counting begins at `base`. */
  answer(line: string, base: ProcessedOffset): void {
    this.beginAccounts(base, line.length + 2);
    this.peer.sendText(`${line}\r\n`);
  }

  /** Begins to count, for an answer of so many bytes that is sent otherwise. */
  beginAccounts(base: ProcessedOffset, answerBytes: number): void {
    this.ledger = new Ledger({ base, asked: this.asked });
    this.ledger.note('the answer to PSYNC', answerBytes);
    this.ledger.note('keep-alives before the answer', this.#keepAlivesBeforeAnswer);
    this.ledger.note('the handshake’s own PING', HANDSHAKE_PING);
  }

  fullResync(replid: string, offset: ProcessedOffset): void {
    this.answer(`+FULLRESYNC ${replid} ${offset}`, offset);
  }

  /** Continues the target from where it asked. */
  goOn(named?: string): void {
    this.answer(
      named === undefined ? '+CONTINUE' : `+CONTINUE ${named}`,
      this.asked ?? processedOffset(0),
    );
  }

  keepAliveBeforeHeader(count = 1): void {
    this.ledger.note('keep-alives before the header', count);
    this.peer.sendText('\n'.repeat(count));
  }

  /** A snapshot with its length before it, or with a mark behind it. */
  snapshot(payload: Buffer, mark: string | null = null): void {
    const header = mark === null ? `$${payload.length}\r\n` : `$EOF:${mark}\r\n`;
    this.noteSnapshot(header, payload, mark);
    this.peer.send(Buffer.concat([bytesOf(header), payload, bytesOf(mark ?? '')]));
  }

  /** Enters a snapshot into the accounts that is sent otherwise, as in pieces. */
  noteSnapshot(header: string, payload: Buffer, mark: string | null): void {
    this.ledger.note('the header', header.length);
    this.ledger.note('the payload', payload.length);
    if (mark !== null) this.ledger.note('the end mark', mark.length);
  }

  // The stream.

  feed(...words: readonly string[]): void {
    this.peer.send(this.entered(words));
    this.peer.lastSent = words.join(' ').slice(0, 200);
  }

  /** A command that the target can't run. */
  feedFailing(...words: readonly string[]): void {
    const bytes = encodeCommand(words);
    this.ledger.add('failing', words, bytes);
    this.peer.send(bytes);
  }

  /** Enters a command into the accounts, and gives its bytes to be sent. */
  entered(words: readonly string[]): Buffer {
    const bytes = Buffer.from(encodeCommand(words));
    this.ledger.add(this.#ownerOf(words), words, bytes);
    return bytes;
  }

  /** An empty line in the stream, or an empty array. */
  feedNothing(as: '\n' | '\r\n' | '*0\r\n' = '\n'): void {
    this.ledger.add(as === '*0\r\n' ? 'empty-array' : 'newline', [], bytesOf(as));
    this.peer.sendText(as);
  }

  /** The beginning of a command that never ends. */
  feedHalf(bytes: Buffer): void {
    this.ledger.begin(bytes);
    this.peer.send(bytes);
  }

  #ownerOf(words: readonly string[]): Owner {
    const name = (words[0] ?? '').toUpperCase();
    if (name === 'MULTI') this.#inTransaction = true;
    if (name === 'EXEC') this.#inTransaction = false;
    if (name === 'REPLCONF') return 'getack';
    return OWNERS[name] ?? (this.#inTransaction ? 'queued' : 'command');
  }

  // What the target says.

  /** The next command; empty lines, by which a loading replica shows itself, are passed over. */
  async command(within = this.peer.timeout): Promise<readonly string[]> {
    for (;;) {
      const read = await this.peer.streamed(within);
      if ('command' in read) return read.command;
    }
  }

  /** The next acknowledged offset. */
  async acknowledgement(within = this.peer.timeout): Promise<number> {
    for (;;) {
      const words = await this.command(within);
      const [name = '', option = '', offset = ''] = words;
      if (name.toUpperCase() === 'SYNC') {
        throw new PeerError('malformed', 'it sent SYNC, as if PSYNC had been refused');
      }
      if (name.toUpperCase() !== 'REPLCONF' || option.toUpperCase() !== 'ACK') continue;
      if (!/^-?\d+$/.test(offset)) {
        throw new PeerError('malformed', `${JSON.stringify(offset)} for an offset in REPLCONF ACK`);
      }
      this.#ownBytes += encodeCommand(words).length;
      return Number(offset);
    }
  }

  /** Waits until the target has taken everything so far, by its answer to a GETACK, whatever that says. */
  async settles(): Promise<void> {
    this.feed(...GETACK);
    await this.acknowledgement();
  }

  /**
   * Demands that everything sent so far is counted as the rules count it. An answer to GETACK that counts the GETACK
   * itself passes here: only the checks of that rule hold it against the target.
   */
  async expectCounted(
    sent: string,
    { strictly = false, getack = GETACK as readonly string[] } = {},
  ): Promise<void> {
    const before = this.#ownBytes;
    const predicted = this.ledger.applied;
    this.feed(...getack);
    const after = this.ledger.applied;
    const heard: number[] = [];
    const deadline = Date.now() + this.peer.timeout;
    // One of its own accord may come before the answer, so none is held against it before the time is up.
    for (let left = this.peer.timeout; left > 0; left = deadline - Date.now()) {
      const value = await this.#acknowledgementIn(left);
      if (value === null) break;
      if (value === predicted || (!strictly && value === after)) return;
      heard.push(value);
    }
    if (heard.length === 0) throw new PeerError('silent', 'no answer to GETACK arrived in time');
    this.ledger.set('the replica’s own acknowledgements', before);
    throw new Violation(this.#miscount(sent, 'ack', heard, `REPLCONF ACK ${predicted}`));
  }

  async #acknowledgementIn(milliseconds: number): Promise<number | null> {
    try {
      return await this.acknowledgement(milliseconds);
    } catch (error) {
      if (error instanceof PeerError && error.problem === 'silent') return null;
      throw error;
    }
  }

  /** Demands that an offset which was acknowledged unasked is the one of the ledger. */
  expectClaim(value: number, predicted: ProcessedOffset, sent: string): void {
    if (value !== predicted) {
      throw new Violation(this.#miscount(sent, 'ack', [value], `REPLCONF ACK ${predicted}`));
    }
  }

  /** Demands that another link asks to go on right behind what was counted on this one. */
  expectAskedBy(next: FollowRequest, replid: string, sent: string): void {
    const predicted = `PSYNC ${replid} ${this.ledger.applied + 1}`;
    const heard = `PSYNC ${next.replid} ${next.offset}`;
    if (heard === predicted) return;
    const value = Number(next.offset);
    if (next.replid !== replid) throw new Violation({ sent, predicted, heard });
    throw new Violation(this.#miscount(sent, 'psync', [value], predicted));
  }

  /** Of several offsets that were heard, the one that can be explained tells most. */
  #miscount(
    sent: string,
    said: Claim['said'],
    heard: readonly number[],
    predicted: string,
  ): Finding {
    const claims = heard.map((value) => ({ value, why: explain(this.ledger, { said, value }) }));
    const known = claims.find(({ why }) => why !== null && why.mistake !== null) ?? claims[0];
    const value = known?.value ?? Number.NaN;
    return {
      sent,
      predicted,
      heard: said === 'ack' ? `REPLCONF ACK ${value}` : `PSYNC for byte ${value}`,
      ...(known?.why ? { explanation: known.why.text } : {}),
    };
  }

  close(): void {
    this.peer.close();
  }
}
