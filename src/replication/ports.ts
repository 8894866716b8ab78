import type { ReplicationId, RespValue } from '../../models/vocabulary/index.ts';

/** What a node needs from outside to be a node: nothing of it is the protocol's. */
export interface NodePorts {
  /** Milliseconds since 1970; virtual under simulation. */
  readonly now: () => number;
  /** 40 hexadecimal digits nobody can guess: replids and end marks. */
  readonly draw: () => ReplicationId;
  /** The bytes of a command in the stream. */
  readonly encodeCommand: (words: readonly string[]) => Uint8Array;
  /** The words of whole commands of the stream, whose bytes may be cut anywhere. */
  readonly decodeCommands: (pieces: readonly Uint8Array[]) => Iterable<readonly string[]>;
  readonly encodeReply: (reply: RespValue, version: 2 | 3) => Uint8Array;
  /** The SHA-1 of a text of one character a byte, as such a text, for DEBUG DIGEST; nobody else asks for it. */
  readonly sha1?: (text: string) => string;
  /** Told of all bytes that go into the stream, whether they count or not; for observers. */
  readonly streamed?: (bytes: Uint8Array) => void;
}

/** Names one connection for as long as it lives; never used again. */
export type ClientId = number;

export interface Peer {
  readonly address: string;
  readonly port: number;
}
