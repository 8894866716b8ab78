import type { Dialect, RespValue } from '../../models/vocabulary/index.ts';
import { parseInfo } from '../wire/info.ts';
import { showReply } from './expect.ts';
import type { TargetAddress } from './target/address.ts';
import { openAuthenticated } from './target/control.ts';
import { type Identity, identify } from './target/identify.ts';
import type { Peer, PeerOptions } from './target/peer.ts';

/** A question that changes nothing, and what an answer other than "unknown" shows. */
interface Question {
  readonly shows: string;
  readonly words: readonly string[];
  /** The oldest dialect that knows it. */
  readonly since: Dialect;
}

/**
 * Every question is malformed or refused before anything is done: no PSYNC among them is whole, so that none can begin a
 * resynchronization, not even at a server that takes what others refuse.
 */
export const QUESTIONS: readonly Question[] = [
  { shows: 'PSYNC', words: ['PSYNC', '?'], since: 'psync1' },
  { shows: 'announcements (REPLCONF)', words: ['REPLCONF', 'capa'], since: 'psync1' },
  { shows: 'snapshots alone (rdb-only)', words: ['REPLCONF', 'rdb-only', 'x'], since: 'redis-6.2' },
  {
    shows: 'filtered snapshots (rdb-filter-only)',
    words: ['REPLCONF', 'rdb-filter-only', 'psyncspec'],
    since: 'redis-7',
  },
  {
    shows: 'a channel of its own for snapshots (main-ch-client-id)',
    words: ['REPLCONF', 'main-ch-client-id', 'x'],
    since: 'redis-8',
  },
  {
    shows: 'versions of replicas (version)',
    words: ['REPLCONF', 'version', 'x'],
    since: 'valkey-8',
  },
];

/** Where the server says of itself. */
const INFO = ['INFO', 'everything'] as const;

/** The pause between two requests, in milliseconds. */
const PAUSE = 100;

/** All that a probe sends, in order, as people write it. */
export const requestsOf = (): readonly string[] => [
  'PING',
  INFO.join(' '),
  ...QUESTIONS.map(({ words }) => words.join(' ')),
];

/** Whether a server knows what it was asked about. */
export interface Capability {
  readonly shows: string;
  readonly asked: string;
  readonly known: boolean;
  readonly answer: string;
}

/** What a probe found. */
export interface Card {
  readonly server: string;
  /** As the server's name and version claim; null where it speaks another protocol by design. */
  readonly claimed: Dialect | null;
  /** As its answers show; null where it does not know PSYNC. */
  readonly inferred: Dialect | null;
  readonly fields: ReadonlyMap<string, string>;
  readonly capabilities: readonly Capability[];
}

const UNKNOWN = /unknown command|unrecognized replconf option|unknown subcommand/i;

const isKnown = (reply: RespValue): boolean =>
  reply === null || !('error' in reply) || !UNKNOWN.test(reply.error);

/** The most that a probe can tell apart; what came between is left to the server's own word. */
const inferredFrom = (
  known: ReadonlySet<Dialect>,
  { dialect }: Identity,
  hasReplid: boolean,
): Dialect | null => {
  if (!known.has('psync1')) return null;
  if (known.has('valkey-8')) return dialect === 'valkey-9' ? 'valkey-9' : 'valkey-8';
  if (known.has('redis-8')) return 'redis-8';
  if (known.has('redis-7')) return 'redis-7';
  if (known.has('redis-6.2')) return 'redis-6.2';
  if (!hasReplid) return 'psync1';
  return dialect === 'redis-4' || dialect === 'redis-5' ? dialect : 'redis-6.0';
};

/** Asks a server, slowly and on one connection, and leaves it as it was. Throws `PeerError`, `ErrorReply`, `UnreadableInfo`. */
export async function probe(address: TargetAddress, options: PeerOptions): Promise<Card> {
  const peer = await openAuthenticated(address, options);
  try {
    await peer.command('PING');
    const info = await slowly(peer, INFO);
    const fields = parseInfo(info !== null && 'bulk' in info ? info.bulk : '');
    const identity = identify(fields);
    const capabilities: Capability[] = [];
    const known = new Set<Dialect>();
    for (const { shows, words, since } of QUESTIONS) {
      const reply = await slowly(peer, words);
      if (isKnown(reply)) known.add(since);
      capabilities.push({
        shows,
        asked: words.join(' '),
        known: isKnown(reply),
        answer: showReply(reply),
      });
    }
    return {
      server: identity.server,
      claimed: identity.dialect,
      inferred: inferredFrom(known, identity, fields.has('master_replid')),
      fields,
      capabilities,
    };
  } finally {
    peer.close();
  }
}

const slowly = async (peer: Peer, words: readonly string[]): Promise<RespValue> => {
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  return peer.command(...words);
};
