import { ACKNOWLEDGEMENT } from './acknowledgement.ts';
import { APPLICATION } from './application.ts';
import { BACKLOG } from './backlog.ts';
import { CONTINUATION } from './continuation.ts';
import { FAILOVER } from './failover.ts';
import { FULL_RESYNC } from './full-resync.ts';
import { GATES } from './gates.ts';
import { HANDSHAKE } from './handshake.ts';
import { IDENTITY } from './identity.ts';
import { LIVENESS } from './liveness.ts';
import { MASTER_LINK } from './master-link.ts';
import { OBSERVATION } from './observation.ts';
import { PARTIAL_RESYNC } from './partial-resync.ts';
import { READINESS } from './readiness.ts';
import { REPLCONF } from './replconf.ts';
import { RESTART } from './restart.ts';
import type { Rule } from './rule.ts';
import { SNAPSHOT_SCHEDULE } from './snapshot-schedule.ts';
import { STATISTICS } from './statistics.ts';
import { STREAM } from './stream.ts';
import { WRITE_SAFETY } from './write-safety.ts';

/** Every rule by its ID. An ID is never renumbered and never reused. */
export const RULES = {
  ...GATES,
  ...READINESS,
  ...PARTIAL_RESYNC,
  ...CONTINUATION,
  ...FULL_RESYNC,
  ...SNAPSHOT_SCHEDULE,
  ...IDENTITY,
  ...BACKLOG,
  ...STREAM,
  ...REPLCONF,
  ...ACKNOWLEDGEMENT,
  ...LIVENESS,
  ...STATISTICS,
  ...OBSERVATION,
  ...HANDSHAKE,
  ...MASTER_LINK,
  ...APPLICATION,
  ...FAILOVER,
  ...RESTART,
  ...WRITE_SAFETY,
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

export const isRuleId = (text: string): text is RuleId => Object.hasOwn(RULES, text);

/** A rule of the registry, with the literal types of its fields forgotten. */
export const ruleOf = (id: RuleId): Rule => RULES[id];
