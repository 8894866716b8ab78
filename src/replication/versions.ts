import type { Dialect } from '../../models/vocabulary/index.ts';

/** The version of Redis whose conduct the reference shows in each dialect, for INFO's `redis_version`. */
export const REDIS_VERSIONS = {
  psync1: '3.2.13',
  'redis-4': '4.0.14',
  'redis-5': '5.0.14',
  'redis-6.0': '6.0.16',
  'redis-6.2': '6.2.16',
  'redis-7': '7.0.15',
  'redis-8': '8.0.2',
  'valkey-8': '7.2.4',
  'valkey-9': '7.2.4',
} as const satisfies Record<Dialect, string>;
