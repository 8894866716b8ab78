import type { ResyncCounters } from '../../../models/rules/statistics.ts';
import {
  type BacklogWindow,
  nextByte,
  type ProcessedOffset,
  processedOffset,
  type ReplicationIds,
  type Role,
} from '../../../models/vocabulary/index.ts';
import { type InfoFields, type InfoReplica, replicasOf } from '../../wire/info.ts';
import { parseExactInteger } from '../../wire/integer.ts';

/** What a target says of itself at one moment. Redis answers INFO from one thread, so the fields belong together. */
export interface Observation {
  readonly role: Role;
  readonly linkUp: boolean;
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  readonly window: BacklogWindow | null;
  readonly backlogSize: number;
  readonly attached: number;
  readonly replicas: readonly InfoReplica[];
  readonly failover: string;
  readonly counters: ResyncCounters;
  readonly savesInBackground: boolean;
}

const NO_REPLID = /^0{40}$/;

/** INFO lacks a field, or it holds something that can't be. */
export class UnreadableInfo extends Error {}

const textOf = (fields: InfoFields, name: string): string => {
  const value = fields.get(name);
  if (value === undefined) throw new UnreadableInfo(`INFO has no field ${name}`);
  return value;
};

const integerOf = (fields: InfoFields, name: string): number => {
  const parsed = parseExactInteger(textOf(fields, name));
  if ('wrong' in parsed) throw new UnreadableInfo(`INFO's ${name}: ${parsed.wrong}`);
  return parsed.value;
};

const integerOr = (fields: InfoFields, name: string, otherwise: number): number =>
  fields.has(name) ? integerOf(fields, name) : otherwise;

const idsOf = (fields: InfoFields): ReplicationIds => {
  const replid = textOf(fields, 'master_replid');
  const replid2 = textOf(fields, 'master_replid2');
  const second = integerOf(fields, 'second_repl_offset');
  return NO_REPLID.test(replid2) || replid2 === ''
    ? { replid, replid2: null, secondReplOffset: null }
    : { replid, replid2, secondReplOffset: nextByte(second) };
};

const windowOf = (fields: InfoFields): BacklogWindow | null =>
  integerOf(fields, 'repl_backlog_active') === 0
    ? null
    : {
        firstByte: nextByte(integerOf(fields, 'repl_backlog_first_byte_offset')),
        histlen: integerOf(fields, 'repl_backlog_histlen'),
      };

/** Reads the sections replication, stats and persistence. Throws `UnreadableInfo` where a field is missing or mad. */
export const observationOf = (fields: InfoFields): Observation => ({
  role: textOf(fields, 'role') === 'master' ? 'master' : 'slave',
  linkUp: fields.get('master_link_status') === 'up',
  ids: idsOf(fields),
  offset: processedOffset(integerOf(fields, 'master_repl_offset')),
  window: windowOf(fields),
  backlogSize: integerOf(fields, 'repl_backlog_size'),
  attached: integerOf(fields, 'connected_slaves'),
  replicas: replicasOf(fields),
  failover: fields.get('master_failover_state') ?? 'no-failover',
  counters: {
    syncFull: integerOr(fields, 'sync_full', 0),
    syncPartialOk: integerOr(fields, 'sync_partial_ok', 0),
    syncPartialErr: integerOr(fields, 'sync_partial_err', 0),
  },
  savesInBackground: integerOr(fields, 'rdb_bgsave_in_progress', 0) === 1,
});
