import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import type { InfoFields } from '../../wire/info.ts';
import { UnreadableInfo } from './observation.ts';

/** What kind of server a target says it is, and which dialect of the protocol it is held to. */
export interface Identity {
  /** As people name it: `redis 7.0.15`. */
  readonly server: string;
  /** Null for a server whose replication is another protocol by design. */
  readonly dialect: Dialect | null;
}

/** Servers that answer INFO like Redis but replicate among themselves by a protocol of their own. */
const OTHER_PROTOCOLS: readonly (readonly [field: string, name: string])[] = [
  ['dragonfly_version', 'Dragonfly'],
  ['kvrocks_version', 'Kvrocks'],
];

const redisDialect = (version: string): Dialect | null => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= 8) return 'redis-8';
  if (major === 7) return 'redis-7';
  if (major === 6) return minor >= 2 ? 'redis-6.2' : 'redis-6.0';
  if (major === 5) return 'redis-5';
  if (major === 4) return 'redis-4';
  return major >= 2 ? 'psync1' : null;
};

/** Reads the server section of INFO. Throws `UnreadableInfo` where it names no version. */
export const identify = (fields: InfoFields): Identity => {
  for (const [field, name] of OTHER_PROTOCOLS) {
    const version = fields.get(field);
    if (version !== undefined) return { server: `${name} ${version}`, dialect: null };
  }
  const own = fields.get('psyncspec_dialect');
  if (own !== undefined) {
    const dialect = DIALECTS.find((each) => each === own) ?? null;
    return { server: `psyncspec reference (${own})`, dialect };
  }
  const valkey = fields.get('valkey_version');
  if (valkey !== undefined) {
    const major = Number(valkey.split('.')[0]);
    return {
      server: `valkey ${valkey}`,
      dialect: major >= 9 ? 'valkey-9' : major === 8 ? 'valkey-8' : 'redis-7',
    };
  }
  const version = fields.get('redis_version');
  if (version === undefined) throw new UnreadableInfo('INFO has no field redis_version');
  return { server: `redis ${version}`, dialect: redisDialect(version) };
};
