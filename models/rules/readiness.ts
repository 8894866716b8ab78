import {
  atLeast,
  type Capability,
  type Dialect,
  type Exclusion,
  type NextByte,
  type Role,
} from '../vocabulary/index.ts';
import { sameReplid } from './partial-resync.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const live = observed('redis-server 7.0.15');
const sources = [section('2.2'), code('syncCommand'), live];

export const READINESS = family({
  'READY-1': {
    title: 'A replica asks once',
    level: 'must',
    requirement:
      'A master MUST ignore SYNC and PSYNC on a link that is a replica’s already, without a reply.',
    dialects: always,
    sources,
  },
  'READY-2': {
    title: 'No failover to a master',
    level: 'must',
    requirement:
      'A master MUST refuse PSYNC with the word FAILOVER, because only a replica can take over.',
    dialects: since('redis-6.2'),
    sources,
  },
  'READY-3': {
    title: 'A failover names the history it hands over',
    level: 'must',
    requirement:
      'A replica MUST refuse PSYNC with the word FAILOVER unless it names the replica’s own replid.',
    dialects: since('redis-6.2'),
    sources,
  },
  'READY-4': {
    title: 'Not while failing over',
    level: 'must',
    requirement:
      'A node in a coordinated failover MUST refuse SYNC and PSYNC with -NOMASTERLINK, so that replicas try again later.',
    dialects: since('redis-6.2'),
    sources,
  },
  'READY-5': {
    title: 'Not without one’s own master',
    level: 'must',
    requirement:
      'A replica whose link to its master is not established MUST refuse SYNC and PSYNC with -NOMASTERLINK.',
    dialects: since('redis-4'),
    sources,
  },
  'READY-6': {
    title: 'Not behind pending replies',
    level: 'must',
    requirement:
      'A master MUST refuse SYNC and PSYNC while replies to earlier commands wait to be sent, because they would end up in the stream.',
    dialects: always,
    sources,
  },
  'READY-7': {
    title: 'A filtered snapshot needs an end mark',
    level: 'must',
    requirement:
      'A master MUST refuse a replica that set rdb-filter-only without announcing capa eof.',
    dialects: since('redis-7'),
    sources,
  },
  'READY-8': {
    title: 'The offset is a number',
    level: 'must',
    requirement:
      'A master MUST answer a PSYNC whose offset is not an integer with an error alone, and start no resynchronization.',
    dialects: since('redis-6.2'),
    sources: [...sources, { observed: 'redis 6.2.6 starts one too; 6.2.7 does not (bug A42)' }],
  },
});

/** The sender of a SYNC or PSYNC, as its master knows it. */
export interface SyncClient {
  readonly attached: boolean;
  readonly pendingReplies: boolean;
  readonly capabilities: readonly Capability[];
  readonly exclusions: readonly Exclusion[];
}

/** The node that is asked. */
export interface SyncServer {
  readonly role: Role;
  readonly linkUp: boolean;
  readonly failingOver: boolean;
  readonly replid: string;
}

/** A SYNC, or a PSYNC as it came: `nextByte` is null where its word is not an integer. */
export type SyncRequest =
  | { readonly command: 'SYNC' }
  | {
      readonly command: 'PSYNC';
      readonly replid: string;
      readonly nextByte: NextByte | null;
      readonly failover: boolean;
    };

export type Refusal =
  | 'failover-to-master'
  | 'failover-of-another-history'
  | 'failing-over'
  | 'no-master-link'
  | 'pending-replies'
  | 'filter-without-eof'
  | 'offset-not-an-integer';

export type Readiness =
  /** Go on to decide between a partial and a full resynchronization. */
  | { readonly answer: 'decide' }
  /** Take over from the master that asks (`PSYNC ... FAILOVER`), then judge the request without that word. */
  | { readonly answer: 'promote' }
  | { readonly answer: 'ignore' }
  | { readonly answer: 'refuse'; readonly because: Refusal; readonly line: string }
  /** Say the error and resynchronize all the same (bug A42). */
  | { readonly answer: 'refuse-yet-resync'; readonly line: string };

const NOT_AN_INTEGER = '-ERR value is not an integer or out of range';

/** The rule behind each refusal. */
export const NOT_READY_BY = {
  'failover-to-master': 'READY-2',
  'failover-of-another-history': 'READY-3',
  'failing-over': 'READY-4',
  'no-master-link': 'READY-5',
  'pending-replies': 'READY-6',
  'filter-without-eof': 'READY-7',
  'offset-not-an-integer': 'READY-8',
} as const satisfies Record<Refusal, keyof typeof READINESS>;

const REFUSAL_LINES = {
  'failover-to-master': "-ERR PSYNC FAILOVER can't be sent to a master.",
  'failover-of-another-history': '-ERR PSYNC FAILOVER replid must match my replid.',
  'failing-over': "-NOMASTERLINK Can't SYNC while failing over",
  'no-master-link': "-NOMASTERLINK Can't SYNC while not connected with my master",
  'pending-replies': '-ERR SYNC and PSYNC are invalid with pending output',
  'filter-without-eof': '-ERR Filtered replica requires EOF capability',
  'offset-not-an-integer': NOT_AN_INTEGER,
} as const satisfies Record<Refusal, string>;

const refuse = (because: Refusal): Readiness => ({
  answer: 'refuse',
  because,
  line: REFUSAL_LINES[because],
});

const judgeFailoverWord = (replid: string, server: SyncServer): Readiness => {
  if (server.role === 'master') return refuse('failover-to-master');
  if (!sameReplid(replid, server.replid)) return refuse('failover-of-another-history');
  return { answer: 'promote' };
};

/** READY-5. PSYNC1 had no word for "later", so its replicas took the error for "never". */
const refuseWithoutLink = (dialect: Dialect): Readiness =>
  atLeast(dialect, 'redis-4')
    ? refuse('no-master-link')
    : {
        answer: 'refuse',
        because: 'no-master-link',
        line: "-ERR Can't SYNC while not connected with my master",
      };

/** READY-8. Before 6.2.7 the error was said and the resynchronization begun all the same. */
const judgeMissingOffset = (dialect: Dialect): Readiness =>
  atLeast(dialect, 'redis-6.2')
    ? refuse('offset-not-an-integer')
    : { answer: 'refuse-yet-resync', line: NOT_AN_INTEGER };

/**
 * Decides whether SYNC or PSYNC is answered at all, before anybody looks at offsets (READY-1 to READY-8). The order of
 * the tests shows: a node that is failing over says so even to a client with replies pending. After `promote` the
 * request is judged again without its FAILOVER word.
 */
export function judgeReadiness(
  request: SyncRequest,
  client: SyncClient,
  server: SyncServer,
  dialect: Dialect,
): Readiness {
  if (client.attached) return { answer: 'ignore' };
  if (request.command === 'PSYNC' && request.failover && atLeast(dialect, 'redis-6.2')) {
    return judgeFailoverWord(request.replid, server);
  }
  if (server.failingOver) return refuse('failing-over');
  if (server.role === 'slave' && !server.linkUp) return refuseWithoutLink(dialect);
  if (client.pendingReplies) return refuse('pending-replies');
  if (client.exclusions.length > 0 && !client.capabilities.includes('eof')) {
    return refuse('filter-without-eof');
  }
  if (request.command === 'PSYNC' && request.nextByte === null) return judgeMissingOffset(dialect);
  return { answer: 'decide' };
}
