import { applied } from './applied.ts';
import { adopt, backlog, promotion } from './identity.ts';
import type { Kind } from './kind.ts';
import { answer, header, ping, replconf } from './lines.ts';
import { psync } from './psync.ts';
import { counters, failover, readiness } from './refusals.ts';
import { stream } from './stream.ts';

/** How each kind of worked table is computed, by the word in its comment. */
export const KINDS: Readonly<Record<string, Kind>> = {
  adopt,
  answer,
  applied,
  backlog,
  counters,
  failover,
  header,
  ping,
  promotion,
  psync,
  readiness,
  replconf,
  stream,
};
