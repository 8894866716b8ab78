import type { ProcessedOffset, Role, SessionState } from '../vocabulary/index.ts';
import { isOnline } from './acknowledgement.ts';
import { code, family, observed, section, since } from './rule.ts';

const sources = [section('4.6'), observed('redis-server 7.0.15')];
const dialects = since('redis-6.2');

export const FAILOVER = family({
  'FAILOVER-1': {
    title: 'Only a master with replicas hands over',
    level: 'must',
    requirement:
      'FAILOVER MUST be refused by a replica, without replicas, while another is in progress, for a target that is not an online replica, and with FORCE but without target and timeout.',
    dialects,
    sources: [...sources, code('failoverCommand')],
  },
  'FAILOVER-2': {
    title: 'Hand over when nothing is missing',
    level: 'must',
    requirement:
      'A master MUST hand over only once the target has acknowledged exactly the master’s offset, and until then hold writes back.',
    dialects,
    sources: [...sources, code('updateFailoverStatus')],
  },
  'FAILOVER-3': {
    title: 'A target that is late',
    level: 'must',
    requirement:
      'When the target has not caught up within TIMEOUT a master MUST stay what it is, or with FORCE hand over all the same.',
    dialects,
    sources: [...sources, code('updateFailoverStatus')],
  },
  'FAILOVER-4': {
    title: 'A target that accepts',
    level: 'must',
    requirement:
      'A failover MUST end when the target answers PSYNC with +CONTINUE or +FULLRESYNC; the old master is its replica.',
    dialects,
    sources: [...sources, code('syncWithMaster')],
  },
  'FAILOVER-5': {
    title: 'A target that refuses',
    level: 'must',
    requirement:
      'When the target answers PSYNC with anything else the old master MUST be a master again, under a new replid.',
    dialects,
    sources: [...sources, code('abortFailover')],
  },
});

export type FailoverState = 'none' | 'waitingForSync' | 'inProgress';

/** INFO's word for each state (`master_failover_state`). */
export const FAILOVER_WORDS = {
  none: 'no-failover',
  waitingForSync: 'waiting-for-sync',
  inProgress: 'failover-in-progress',
} as const satisfies Record<FailoverState, string>;

export interface ReplicaAddress {
  readonly host: string;
  readonly port: number;
}

/** What `FAILOVER` was told. `timeout` in milliseconds. */
export interface FailoverWish {
  readonly target: ReplicaAddress | null;
  readonly force: boolean;
  readonly timeout: number | null;
}

/** A replica that could take over. */
export interface Candidate extends ReplicaAddress {
  readonly state: SessionState;
  readonly acknowledged: ProcessedOffset;
}

const isAt = (candidate: Candidate, { host, port }: ReplicaAddress): boolean =>
  candidate.host.toLowerCase() === host.toLowerCase() && candidate.port === port;

/** FAILOVER-1. The line of the refusal, or null where the failover may begin. */
export const judgeFailover = (
  wish: FailoverWish,
  node: {
    readonly role: Role;
    readonly state: FailoverState;
    readonly candidates: readonly Candidate[];
  },
): string | null => {
  if (node.state !== 'none') return '-ERR FAILOVER already in progress.';
  if (wish.timeout !== null && wish.timeout <= 0) {
    return '-ERR FAILOVER timeout must be greater than 0';
  }
  if (node.role === 'slave') return '-ERR FAILOVER is not valid when server is a replica.';
  if (node.candidates.length === 0) return '-ERR FAILOVER requires connected replicas.';
  if (wish.force && (wish.target === null || wish.timeout === null)) {
    return '-ERR FAILOVER with force option requires both a timeout and target HOST and IP.';
  }
  if (wish.target === null) return null;
  const { target } = wish;
  const candidate = node.candidates.find((each) => isAt(each, target));
  if (candidate === undefined) return '-ERR FAILOVER target HOST and PORT is not a replica.';
  return isOnline(candidate.state) ? null : '-ERR FAILOVER target replica is not online.';
};

/**
 * FAILOVER-2. Who has everything: the target, or without one the first replica in the order of attachment. Exactly:
 * a replica that acknowledged more than there is does not count.
 */
export const caughtUp = (
  target: ReplicaAddress | null,
  candidates: readonly Candidate[],
  offset: ProcessedOffset,
): Candidate | null =>
  candidates.find(
    (candidate) =>
      candidate.acknowledged === offset && (target === null || isAt(candidate, target)),
  ) ?? null;

/** FAILOVER-3. Both in milliseconds; without a deadline there is none to miss. */
export const failoverOverdue = (now: number, deadline: number | null): boolean =>
  deadline !== null && now >= deadline;
