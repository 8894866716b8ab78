import {
  type Capability,
  type NextByte,
  nextAfter,
  type ProcessedOffset,
  processedOffset,
  type SnapshotTarget,
} from '../../../models/vocabulary/index.ts';
import { CommandReader } from '../../wire/command-reader.ts';
import {
  MARK_LENGTH,
  type PsyncReply,
  parsePsyncReply,
  parseSnapshotHeader,
} from '../../wire/psync-reply.ts';
import { type Peer, PeerError } from './peer.ts';

/** A snapshot as it was heard. `bytes` is null where it was too long to keep. */
export interface HeardSnapshot {
  readonly target: SnapshotTarget;
  readonly length: number;
  readonly bytes: Buffer | null;
}

/** A command of the stream: its words, and the offset right after it. */
export interface StreamedWords {
  readonly words: readonly string[];
  readonly end: ProcessedOffset;
}

export interface ReplicaOptions {
  readonly capabilities?: readonly Capability[];
  readonly address?: string;
  /** What Valkey's replicas say of themselves; null says nothing, as Redis's do. */
  readonly version?: string | null;
}

/** How much of a snapshot is kept, in bytes. */
const SNAPSHOT_KEPT_MAX = 4 * 1024 * 1024;

const PIECE = 64 * 1024;

/** A replica that we play: it asks as it is told to, and counts what it hears. */
export class FakeReplica {
  readonly peer: Peer;
  /** The port that it announces, by which INFO and ROLE tell it from others. */
  readonly port: number;
  /** How many empty lines came before the last answer or snapshot. */
  keepAlives = 0;
  /** How far it has come in the stream. */
  offset = processedOffset(0);

  constructor(peer: Peer, port: number) {
    this.peer = peer;
    this.port = port;
  }

  /** Announces itself. Errors are passed over, as a replica does. */
  async announce({
    capabilities = ['eof', 'psync2'],
    address,
    version = null,
  }: ReplicaOptions): Promise<void> {
    await this.peer.command('REPLCONF', 'listening-port', String(this.port));
    if (address !== undefined) await this.peer.command('REPLCONF', 'ip-address', address);
    if (version !== null) await this.peer.command('REPLCONF', 'version', version);
    const words = capabilities.flatMap((capability) => ['capa', capability]);
    if (words.length > 0) await this.peer.command('REPLCONF', ...words);
  }

  /** Sends PSYNC and waits for the answer behind any number of keep-alives. */
  async psync(replid: string, next: NextByte, ...more: readonly string[]): Promise<PsyncReply> {
    this.peer.sendCommand('PSYNC', replid, String(next), ...more);
    return this.answer();
  }

  /** The answer to a PSYNC that was sent. */
  async answer(): Promise<PsyncReply> {
    return parsePsyncReply(await this.#lineAfterKeepAlives());
  }

  /** Reads a whole snapshot: its header behind any number of keep-alives, its bytes, and its mark where it has one. */
  async snapshot(): Promise<HeardSnapshot> {
    const header = parseSnapshotHeader(await this.#lineAfterKeepAlives());
    if ('malformed' in header) throw new PeerError('malformed', header.malformed);
    return header.target === 'disk'
      ? this.#snapshotOf(header.length)
      : this.#snapshotUpTo(Buffer.from(header.mark, 'latin1'));
  }

  /** The bytes of the stream up to an offset, which are then behind us. */
  async streamTo(offset: ProcessedOffset): Promise<Buffer> {
    const pieces: Buffer[] = [];
    while (this.offset < offset) {
      const piece = await this.peer.someBytes(Math.min(PIECE, offset - this.offset));
      pieces.push(piece);
      this.offset = processedOffset(this.offset + piece.length);
    }
    return Buffer.concat(pieces);
  }

  /** The commands of the stream up to an offset. */
  async commandsTo(offset: ProcessedOffset): Promise<StreamedWords[]> {
    const before = this.offset;
    return commandsIn(await this.streamTo(offset), before);
  }

  ack(offset: ProcessedOffset): void {
    this.peer.sendCommand('REPLCONF', 'ACK', String(offset));
  }

  get next(): NextByte {
    return nextAfter(this.offset);
  }

  async #lineAfterKeepAlives(): Promise<string> {
    this.keepAlives = 0;
    for (;;) {
      const line = await this.peer.line();
      if (line !== '') return line;
      this.keepAlives += 1;
    }
  }

  async #snapshotOf(length: number): Promise<HeardSnapshot> {
    const kept: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.peer.someBytes(Math.min(PIECE, left));
      left -= piece.length;
      if (length <= SNAPSHOT_KEPT_MAX) kept.push(piece);
    }
    const bytes = length <= SNAPSHOT_KEPT_MAX ? Buffer.concat(kept) : null;
    return { target: 'disk', length, bytes };
  }

  /** Reads up to the mark. Nothing may stand behind it before we have spoken, or a replica would miss it. */
  async #snapshotUpTo(mark: Buffer): Promise<HeardSnapshot> {
    let kept: Buffer[] | null = [];
    let length = 0;
    let tail = Buffer.alloc(0);
    for (;;) {
      const piece = await this.peer.someBytes(PIECE);
      length += piece.length;
      if (length > SNAPSHOT_KEPT_MAX) kept = null;
      kept?.push(piece);
      const searched = Buffer.concat([tail, piece]);
      const at = searched.indexOf(mark);
      if (at >= 0) {
        const behind = searched.length - at - MARK_LENGTH;
        if (behind > 0)
          throw new PeerError('malformed', `${behind} bytes right behind the end mark`);
        break;
      }
      tail = searched.subarray(-(MARK_LENGTH - 1));
    }
    length -= MARK_LENGTH;
    const bytes = kept === null ? null : Buffer.concat(kept).subarray(0, length);
    return { target: 'socket', length, bytes };
  }
}

/** The commands in a piece of the stream that begins right after `before`. Throws where it is anything else. */
export const commandsIn = (bytes: Buffer, before: ProcessedOffset): StreamedWords[] => {
  const reader = new CommandReader();
  reader.push(bytes);
  const commands: StreamedWords[] = [];
  let end = before;
  for (;;) {
    const read = reader.next();
    if (read === 'incomplete') {
      if (reader.unread === 0) return commands;
      throw new PeerError('malformed', `the stream stops inside a command at offset ${end}`);
    }
    if ('malformed' in read) {
      throw new PeerError('malformed', `after offset ${end} of the stream: ${read.malformed}`);
    }
    if ('nothing' in read || read.inline) {
      throw new PeerError('malformed', `after offset ${end} of the stream: not an array`);
    }
    end = processedOffset(end + read.size);
    commands.push({ words: read.command, end });
  }
};
