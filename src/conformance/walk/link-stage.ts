import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Command } from '../../../models/rules/handshake.ts';
import type { RespValue } from '../../../models/vocabulary/index.ts';
import type { TargetAddress } from '../target/address.ts';
import { Control } from '../target/control.ts';
import type { Peer } from '../target/peer.ts';
import { PeerError } from '../target/peer.ts';
import { Place } from './place.ts';

/** Something was not as predicted. */
export class Deviation extends Error {}

/** Something could not be done to this target. */
export class NotProvoked extends Error {}

/** What is at once, in milliseconds: far from a cron's second, and yet enough on a busy machine. */
export const AT_ONCE = 400;

/** When the next turn of a cron has come for sure, in milliseconds. */
export const BY_CRON = 3000;

/** A target that is never done within this time, in milliseconds, is frozen. */
const PATIENCE = 15_000;

/** The replica under test, and the masters that are played to it. */
export class LinkStage {
  readonly control: Control;
  readonly here: Place;
  readonly elsewhere: Place;
  peer: Peer | null = null;
  /** When the target's cron was last seen to turn, in milliseconds since 1970. */
  #turned = 0;

  static async open(address: TargetAddress): Promise<LinkStage> {
    const options = { timeout: PATIENCE };
    const control = await Control.open(address, options);
    const here = await Place.open(PATIENCE);
    const elsewhere = await Place.open(PATIENCE);
    return new LinkStage(control, here, elsewhere);
  }

  private constructor(control: Control, here: Place, elsewhere: Place) {
    this.control = control;
    this.here = here;
    this.elsewhere = elsewhere;
  }

  async close(): Promise<void> {
    this.peer?.close();
    this.control.close();
    await this.here.close();
    await this.elsewhere.close();
  }

  /** Sets a value that has to be taken. */
  async configure(name: string, value: string): Promise<void> {
    const reply = await this.control.command('CONFIG', 'SET', name, value);
    if (reply !== null && 'error' in reply) {
      throw new NotProvoked(`CONFIG SET ${name} ${value}: ${reply.error}`);
    }
  }

  /** Sets a value where the target knows it. True where it does. */
  async configureIfKnown(name: string, value: string): Promise<boolean> {
    const reply = await this.control.command('CONFIG', 'SET', name, value);
    return reply !== null && !('error' in reply);
  }

  async replicaof(host: string, port: number | string): Promise<RespValue> {
    return this.control.command('REPLICAOF', host, String(port));
  }

  /** ROLE's word for the state of the link; `master` for a node that has none. */
  async role(): Promise<string> {
    const reply = await this.control.run('ROLE');
    if (reply === null || !('array' in reply)) return '';
    const words = (reply.array ?? []).map((each) =>
      each !== null && 'bulk' in each ? each.bulk : '',
    );
    return words[0] === 'master' ? 'master' : (words[3] ?? '');
  }

  /** Takes the next command from the target, which has to be this one. */
  async expectCommand(expected: Command): Promise<void> {
    const peer = this.connected();
    for (;;) {
      const read = await peer.streamed();
      if ('nothing' in read) continue;
      const heard = read.command.join(' ');
      if (heard === expected.join(' ')) return;
      throw new Deviation(`${expected.join(' ')} was predicted, ${heard} was heard`);
    }
  }

  /** Takes the next acknowledgement, passing over those of the cron that came too early for it. */
  async expectAck(offset: number, within: number): Promise<void> {
    const peer = this.connected();
    const deadline = Date.now() + within;
    let last = 'nothing';
    while (Date.now() < deadline) {
      if (peer.unread === 0) {
        if (peer.isClosed) throw new Deviation('an ACK was predicted, the link was closed');
        await setTimeout(5);
        continue;
      }
      const read = await peer.streamed();
      if ('nothing' in read) continue;
      last = read.command.join(' ');
      const [name, word, acknowledged] = read.command;
      if (name?.toUpperCase() !== 'REPLCONF' || word?.toUpperCase() !== 'ACK') {
        throw new Deviation(`REPLCONF ACK ${offset} was predicted, ${last} was heard`);
      }
      if (acknowledged === String(offset)) return;
    }
    throw new Deviation(
      `REPLCONF ACK ${offset} was predicted within ${within} ms, ${last} was heard`,
    );
  }

  /** Nothing but acknowledgements may have come. */
  async expectSilence(acknowledges: boolean): Promise<void> {
    const { peer } = this;
    if (peer === null || peer.isClosed) return;
    while (peer.unread > 0) {
      const read = await peer.streamed();
      if ('nothing' in read) continue;
      const heard = read.command.join(' ');
      if (acknowledges && /^REPLCONF ACK /i.test(heard)) continue;
      throw new Deviation(`nothing was predicted, ${heard} was heard`);
    }
  }

  async expectClosed(within: number): Promise<void> {
    try {
      await this.connected().closes(within);
    } catch (error) {
      if (error instanceof PeerError && error.problem === 'silent') {
        throw new Deviation(`the end of the link was predicted within ${within} ms`);
      }
      throw error;
    }
    this.peer = null;
  }

  connected(): Peer {
    if (this.peer === null) throw new Deviation('there is no link');
    return this.peer;
  }

  /** The cron has just turned. */
  noteTurn(at: number): void {
    this.#turned = at;
  }

  /** Waits until the cron has turned and will not do so again for a while. */
  async afterTurn(): Promise<void> {
    const sinceTurn = (Date.now() - this.#turned) % 1000;
    if (sinceTurn > 250) await setTimeout(1000 - sinceTurn + 60);
    else if (sinceTurn < 60) await setTimeout(60);
  }

  /** The target's own ports from which it tries to reach a port in vain, where the system tells them. */
  dialling(port: number): readonly string[] | null {
    if (!existsSync('/proc/net/tcp')) return null;
    const wanted = port.toString(16).toUpperCase().padStart(4, '0');
    return readFileSync('/proc/net/tcp', 'latin1')
      .split('\n')
      .map((text) => text.trim().split(/\s+/))
      .filter(([, , remote, state]) => state === '02' && remote?.endsWith(`:${wanted}`))
      .map(([, local]) => local ?? '');
  }
}
