import {
  type BacklogWindow,
  type NextByte,
  type PsyncRequest,
  type ReplicationIds,
  windowEnd,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const sources = [
  section('2.3'),
  code('masterTryPartialResynchronization'),
  observed('redis-server 7.0.15'),
];

export const PARTIAL_RESYNC = family({
  'PSYNC-1': {
    title: 'Unknown history',
    level: 'must',
    requirement:
      'A master MUST answer a PSYNC that names neither its replid nor its replid2 with a full resynchronization.',
    dialects: always,
    sources,
  },
  'PSYNC-2': {
    title: 'Bounded secondary history',
    level: 'must',
    requirement:
      'A master MUST NOT continue a replica that names replid2 and asks for a byte past second_repl_offset, even if the backlog holds that byte.',
    dialects: since('redis-4'),
    sources,
  },
  'PSYNC-3': {
    title: 'Lower edge of the window',
    level: 'must',
    requirement:
      'A master MUST NOT continue a replica that asks for a byte before the first byte of the backlog.',
    dialects: always,
    sources,
  },
  'PSYNC-4': {
    title: 'Upper edge of the window',
    level: 'must',
    requirement:
      'A master MUST NOT continue a replica that asks for a byte beyond the next one it will produce.',
    dialects: always,
    sources,
  },
  'PSYNC-5': {
    title: 'Continuation owed',
    level: 'must',
    requirement:
      'A master MUST continue a replica that names its replid and asks for a byte of the backlog or for the next byte it will produce.',
    dialects: always,
    sources,
  },
  'PSYNC-6': {
    title: 'Continuation of the previous history',
    level: 'must',
    requirement:
      'A master MUST continue a replica that names replid2 and asks for a byte of the backlog at or before second_repl_offset.',
    dialects: since('redis-4'),
    sources,
  },
  'PSYNC-7': {
    title: 'IDs compare without case',
    level: 'observed',
    requirement: 'A master takes a replid in a PSYNC as its own whatever the case of its letters.',
    dialects: always,
    sources,
  },
  'PSYNC-8': {
    title: 'A question mark names no history',
    level: 'must',
    requirement:
      'A master MUST answer a PSYNC whose replid is ? with a full resynchronization, whatever the offset.',
    dialects: always,
    sources,
  },
  'PSYNC-9': {
    title: 'No backlog, no continuation',
    level: 'must',
    requirement: 'A node without a backlog MUST NOT continue any replica, whatever it names.',
    dialects: always,
    sources,
  },
});

/** Why a replica is not continued. */
export type FullResyncReason =
  | 'requested'
  | 'unknown-history'
  | 'past-second-offset'
  | 'no-backlog'
  | 'before-window'
  | 'after-window';

export type ResyncVerdict =
  | {
      readonly resync: 'partial';
      readonly from: NextByte;
      readonly under: 'replid' | 'replid2';
    }
  | { readonly resync: 'full'; readonly because: FullResyncReason };

/** The rule behind each refusal. */
export const REFUSED_BY = {
  requested: 'PSYNC-8',
  'unknown-history': 'PSYNC-1',
  'past-second-offset': 'PSYNC-2',
  'no-backlog': 'PSYNC-9',
  'before-window': 'PSYNC-3',
  'after-window': 'PSYNC-4',
} as const satisfies Record<FullResyncReason, keyof typeof PARTIAL_RESYNC>;

/** Each refusal in words, to be read after "a full resynchronization, because". */
export const EXPLAIN_FULL_RESYNC = {
  requested: 'the replica asked for it (PSYNC ? -1)',
  'unknown-history': 'it names a history that this master neither produces nor continued',
  'past-second-offset':
    'it went further along the previous history than the two histories are known to agree',
  'no-backlog': 'this node keeps no backlog to continue from',
  'before-window': 'the backlog no longer holds the first byte that it lacks',
  'after-window': 'it asks for a byte that this master has not produced',
} as const satisfies Record<FullResyncReason, string>;

const full = (because: FullResyncReason): ResyncVerdict => ({ resync: 'full', because });

/** PSYNC-7. `null` names no history, so nothing equals it. */
export const sameReplid = (asked: string, held: string | null): boolean =>
  held !== null && asked.toLowerCase() === held.toLowerCase();

/** PSYNC-8. Only the first character counts: `?abc` is a request for a full resynchronization too. */
export const namesNoHistory = (replid: string): boolean => replid.startsWith('?');

/**
 * Decides whether a master may go on where a replica stopped (PSYNC-1 to PSYNC-9). The order of the refusals is the
 * order in which Redis logs them.
 *
 * A worked case: a node promoted at offset 163 has `secondReplOffset` 164. A sibling that stopped at 163 asks
 * for byte 164, which both histories would number alike: continued. One that went on to 164 asks for byte 165, and its
 * byte 164 may differ from the promoted node's: full.
 */
export function judgePsync(
  request: PsyncRequest,
  ids: ReplicationIds,
  window: BacklogWindow | null,
): ResyncVerdict {
  if (namesNoHistory(request.replid)) return full('requested');
  const ownHistory = sameReplid(request.replid, ids.replid);
  if (!ownHistory) {
    if (!sameReplid(request.replid, ids.replid2)) return full('unknown-history');
    if (ids.secondReplOffset === null || request.nextByte > ids.secondReplOffset) {
      return full('past-second-offset');
    }
  }
  if (window === null) return full('no-backlog');
  if (request.nextByte < window.firstByte) return full('before-window');
  // A replica that lacks nothing asks for the byte just past the window, and that is a continuation too.
  if (request.nextByte > windowEnd(window)) return full('after-window');
  return { resync: 'partial', from: request.nextByte, under: ownHistory ? 'replid' : 'replid2' };
}
