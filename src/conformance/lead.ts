import {
  type NextByte,
  nextByte,
  type ProcessedOffset,
  processedOffset,
} from '../../models/vocabulary/index.ts';
import type { Lab, Written } from './lab.ts';
import { unsupported, Violation } from './outcome.ts';
import { type Answering, type FakeMaster, WILLING } from './target/fake-master.ts';
import { FollowedLink } from './target/followed-link.ts';
import { payloadOf } from './target/payload.ts';
import { type Peer, PeerError } from './target/peer.ts';

/** What a target did next on a link. */
export type Reaction =
  | { readonly did: 'say'; readonly words: readonly string[] }
  | { readonly did: 'close' }
  | { readonly did: 'nothing' };

/** How a snapshot is sent to the target. */
export interface LoadOptions {
  readonly offset?: ProcessedOffset;
  readonly replid?: string;
  readonly withMark?: boolean;
  readonly keys?: readonly Written[];
  readonly auxiliary?: readonly (readonly [string, string])[];
}

/** A full resynchronization as it was sent. */
export interface Loaded {
  readonly link: FollowedLink;
  readonly replid: string;
  readonly offset: ProcessedOffset;
}

/** How long a target that can't be asked whether it is done may take to say what it should not, in milliseconds. */
const MOMENT = 150;

/** The tools of one check that plays the target's master. */
export class Lead {
  readonly lab: Lab;
  #master: FakeMaster | null = null;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  /** Makes the target follow a master of ours: as one that was a master itself, or with whatever history it has. */
  async begin({ afresh = true } = {}): Promise<void> {
    if (afresh && this.lab.isTold) await this.lab.promote();
    this.#master = await this.lab.lead();
  }

  /** The next link that the target opens, on which nothing was said yet. */
  async dialled(): Promise<Peer> {
    if (this.#master === null) await this.begin();
    return this.lab.nextLink(await this.#leading());
  }

  async #leading(): Promise<FakeMaster> {
    this.#master ??= await this.lab.lead();
    return this.#master;
  }

  /** The next link that the target opens, with its handshake behind it and its PSYNC unanswered. */
  async link(answering: Answering = WILLING): Promise<FollowedLink> {
    const peer = await this.dialled();
    const request = await (await this.#leading()).handshake(peer, answering);
    return new FollowedLink(peer, request, this.lab.dialect);
  }

  /** The link that the target opens after it has read everything on this one and seen it end. */
  async linkAfter(link: FollowedLink): Promise<FollowedLink> {
    await link.peer.finish();
    return this.link();
  }

  /** Tells the target to follow another master of ours, with the history that it has. */
  async elsewhere(): Promise<FollowedLink> {
    await this.begin({ afresh: false });
    return this.link();
  }

  /** Sends the whole of a full resynchronization, and waits until the target acknowledges it. */
  async load(link: FollowedLink, options: LoadOptions = {}): Promise<Loaded> {
    const { chance } = this.lab;
    const {
      offset = this.someOffset(),
      replid = chance.hex(40),
      withMark = false,
      keys = [],
      auxiliary = [],
    } = options;
    link.fullResync(replid, offset);
    link.snapshot(payloadOf(keys, auxiliary), withMark ? chance.hex(40) : null);
    // With a mark nothing may follow before the target has spoken.
    if (withMark) await link.acknowledgement();
    else await link.settles();
    return { link, replid, offset };
  }

  someOffset(): ProcessedOffset {
    return processedOffset(1000 + this.lab.chance.below(100_000));
  }

  /** So many bytes beyond a position. */
  byteBeyond(position: NextByte, bytes: number): NextByte {
    return nextByte(position + bytes);
  }

  /** A snapshot without keys. */
  payload(): Buffer {
    return payloadOf([]);
  }

  /** Where the target was told to find its master, as words of REPLICAOF. */
  get address(): readonly [host: string, port: string] {
    return [this.lab.control.localAddress, String(this.#master?.port ?? 0)];
  }

  /** A target that follows us after a full resynchronization. */
  async loaded(options: LoadOptions = {}): Promise<Loaded> {
    return this.load(await this.link(), options);
  }

  /** A link on which the target asks to continue a history; one that has none is given one first. */
  async asking(): Promise<FollowedLink> {
    const first = await this.link();
    if (first.asked !== null) return first;
    await this.load(first);
    const second = await this.linkAfter(first);
    if (second.asked === null) {
      throw unsupported('it asks for everything again after a link that it could continue');
    }
    return second;
  }

  /** A link on which the target asks for everything: it met a snapshot that it could not load, and has no history left. */
  async lacking(): Promise<FollowedLink> {
    const first = await this.link();
    if (first.asked === null) return first;
    first.fullResync(this.lab.chance.hex(40), processedOffset(1000));
    first.snapshot(Buffer.from('PSYNCSPEC: this is no RDB'));
    return this.linkAfter(first);
  }

  /** A target that was continued. */
  async continued(named?: string): Promise<FollowedLink> {
    const link = await this.asking();
    link.goOn(named);
    await link.settles();
    return link;
  }

  /** Demands that the target says nothing until we do; a target that can't be asked is given a moment for it. */
  async expectSilence(peer: Peer, sent: string, predicted: string): Promise<void> {
    if (this.lab.isTold) await this.lab.fence();
    const spoke = this.lab.isTold ? peer.unread > 0 : await peer.speaks(MOMENT);
    if (!spoke) return;
    const reaction = await this.reaction(peer);
    throw new Violation({ sent, predicted, heard: showReaction(reaction) });
  }

  /** Demands that a link of another of ours is open once the target has done what it had to do. */
  async expectOpen(peer: Peer, sent: string): Promise<void> {
    await this.lab.fence();
    if (peer.isClosed) {
      throw new Violation({
        sent,
        predicted: 'the link of its own replica is open',
        heard: 'its end',
      });
    }
  }

  /** What the target does next: a command, or the end of the link. */
  async reaction(peer: Peer): Promise<Reaction> {
    try {
      for (;;) {
        const read = await peer.streamed();
        if ('command' in read) return { did: 'say', words: read.command };
      }
    } catch (error) {
      if (!(error instanceof PeerError) || error.problem === 'malformed') throw error;
      return { did: error.problem === 'closed' ? 'close' : 'nothing' };
    }
  }
}

export const showReaction = (reaction: Reaction): string => {
  switch (reaction.did) {
    case 'say':
      return reaction.words.join(' ');
    case 'close':
      return 'the end of the link';
    case 'nothing':
      return 'nothing';
  }
};
