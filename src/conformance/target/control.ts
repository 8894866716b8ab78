import type { RespValue } from '../../../models/vocabulary/index.ts';
import { type InfoFields, parseInfo } from '../../wire/info.ts';
import { encodeCommand } from '../../wire/resp.ts';
import type { TargetAddress } from './address.ts';
import { Peer, type PeerOptions } from './peer.ts';

/** An error reply where another was needed. */
export class ErrorReply extends Error {}

/** What is not under test: looking at the target, writing to it, setting it up. */
export interface TargetControl {
  /** Our own address, as the target sees it: where it can reach us. */
  readonly localAddress: string;
  /** A command and its reply, whatever it is. */
  readonly command: (...words: readonly string[]) => Promise<RespValue>;
  /** A command that must not fail. */
  readonly run: (...words: readonly string[]) => Promise<RespValue>;
  /** Several commands in one packet, and their replies. */
  readonly pipeline: (...commands: readonly (readonly string[])[]) => Promise<RespValue[]>;
  /** The fields of some sections of INFO, all of the same moment as far as one packet makes them so. */
  readonly info: (...sections: readonly string[]) => Promise<InfoFields>;
  readonly close: () => void;
}

/** A connection of its own for control, which reconnects where it was lost. */
export class Control implements TargetControl {
  readonly #address: TargetAddress;
  readonly #options: PeerOptions;
  #peer: Peer;

  private constructor(address: TargetAddress, options: PeerOptions, peer: Peer) {
    this.#address = address;
    this.#options = options;
    this.#peer = peer;
  }

  static async open(address: TargetAddress, options: PeerOptions): Promise<Control> {
    return new Control(address, options, await openAuthenticated(address, options));
  }

  get localAddress(): string {
    return this.#peer.localAddress;
  }

  async command(...words: readonly string[]): Promise<RespValue> {
    const peer = await this.#connected();
    return peer.command(...words);
  }

  async run(...words: readonly string[]): Promise<RespValue> {
    const reply = await this.command(...words);
    if (reply !== null && 'error' in reply) throw new ErrorReply(reply.error);
    return reply;
  }

  async pipeline(...commands: readonly (readonly string[])[]): Promise<RespValue[]> {
    const peer = await this.#connected();
    peer.send(Buffer.concat(commands.map((words) => encodeCommand(words))));
    const replies: RespValue[] = [];
    for (const _ of commands) replies.push(await peer.reply());
    return replies;
  }

  async info(...sections: readonly string[]): Promise<InfoFields> {
    const replies = await this.pipeline(...sections.map((section) => ['INFO', section]));
    const texts = replies.map((reply) => {
      if (reply !== null && 'bulk' in reply) return reply.bulk;
      throw new ErrorReply(`INFO: ${JSON.stringify(reply)}`);
    });
    return parseInfo(texts.join('\r\n'));
  }

  close(): void {
    this.#peer.close();
  }

  async #connected(): Promise<Peer> {
    if (this.#peer.isClosed) this.#peer = await openAuthenticated(this.#address, this.#options);
    return this.#peer;
  }
}

/** Opens a connection and gives the password, where there is one. */
export const openAuthenticated = async (
  address: TargetAddress,
  options: PeerOptions,
): Promise<Peer> => {
  const peer = await Peer.open(address, options);
  if (address.pass === undefined) return peer;
  const reply = await peer.authenticate(address.user, address.pass);
  if (reply !== null && 'error' in reply) {
    peer.close();
    throw new ErrorReply(reply.error);
  }
  return peer;
};
