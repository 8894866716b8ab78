import { namesNoHistory, type ResyncVerdict } from './partial-resync.ts';
import { always, code, family, observed, section } from './rule.ts';

const sources = [
  section('2.2'),
  section('7.1'),
  code('syncCommand'),
  observed('redis-server 7.0.15'),
];

export const STATISTICS = family({
  'STATS-1': {
    title: 'A continuation is counted',
    level: 'should',
    requirement: 'A continued replica SHOULD add one to sync_partial_ok and nothing else.',
    dialects: always,
    sources,
  },
  'STATS-2': {
    title: 'A failed continuation is counted twice',
    level: 'should',
    requirement:
      'A full resynchronization in place of a continuation SHOULD add one to sync_partial_err and one to sync_full.',
    dialects: always,
    sources,
  },
  'STATS-3': {
    title: 'A full resynchronization on request is no failure',
    level: 'should',
    requirement: 'A PSYNC whose replid begins with ? SHOULD add one to sync_full and nothing else.',
    dialects: always,
    sources,
  },
  'STATS-4': {
    title: 'SYNC is counted',
    level: 'should',
    requirement: 'A SYNC SHOULD add one to sync_full and nothing else.',
    dialects: always,
    sources,
  },
  'STATS-5': {
    title: 'A refusal is not counted',
    level: 'should',
    requirement: 'A SYNC or PSYNC that is refused or ignored SHOULD change no counter.',
    dialects: always,
    sources,
  },
});

/** The counters of `INFO stats`, or what is added to them. */
export interface ResyncCounters {
  readonly syncFull: number;
  readonly syncPartialOk: number;
  readonly syncPartialErr: number;
}

/** STATS-1 to STATS-5. What one SYNC (`replid` null) or PSYNC adds; `verdict` is null where it was refused. */
export const countResync = (
  replid: string | null,
  verdict: ResyncVerdict | null,
): ResyncCounters => ({
  syncFull: verdict?.resync === 'full' ? 1 : 0,
  syncPartialOk: verdict?.resync === 'partial' ? 1 : 0,
  syncPartialErr: verdict?.resync === 'full' && replid !== null && !namesNoHistory(replid) ? 1 : 0,
});
