import { type StreamVersion, TYPE } from './format.ts';
import type { BackLength } from './listpack-text.ts';

/** How a value is written where servers differ. */
export interface RdbForm {
  readonly stream: StreamVersion;
  /** The type of a hash in which fields expire. */
  readonly expiringHash: number;
  readonly backLength: BackLength;
}

/**
 * The forms of an RDB that can be written, by the header that they begin with. `REDIS0009` is what every server since
 * Redis 5 loads; its streams lack the counters that came with Redis 7 (`REDIS0010`) and 7.2 (`REDIS0011`). Those counters
 * are all that a form leaves out: functions, the data of modules and hashes in which fields expire are written in each,
 * and a server that does not know them refuses the whole.
 */
export const RDB_FORMS = {
  REDIS0009: { stream: 1, expiringHash: TYPE.hashExpiring, backLength: 'redis' },
  REDIS0010: { stream: 2, expiringHash: TYPE.hashExpiring, backLength: 'redis' },
  REDIS0011: { stream: 3, expiringHash: TYPE.hashExpiring, backLength: 'redis' },
  VALKEY080: { stream: 3, expiringHash: TYPE.hash2, backLength: 'shortest' },
} as const satisfies Record<string, RdbForm>;

export type RdbHeader = keyof typeof RDB_FORMS;
