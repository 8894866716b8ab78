import type { AfterSnapshot } from '../rules/full-resync.ts';
import type { ResyncVerdict } from '../rules/partial-resync.ts';
import type { ReplconfChange } from '../rules/replconf.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import type { ResyncCounters } from '../rules/statistics.ts';
import { nextByte } from '../vocabulary/index.ts';
import type { SessionContext, SessionEvent } from './replica-session-terms.ts';

export type Asked = Extract<SessionEvent, { type: 'PSYNC' | 'SYNC' }>;

export const judgeAsked = (
  rules: Ruleset,
  context: SessionContext,
  asked: Asked,
  attached: boolean,
) =>
  rules.judgeReadiness(
    asked.type === 'SYNC' ? { command: 'SYNC' } : { ...asked, command: 'PSYNC' },
    { ...context, attached, pendingReplies: asked.pendingReplies },
    { ...asked.master, replid: asked.master.ids.replid },
    context.dialect,
  );

export const refusalLine = (
  rules: Ruleset,
  context: SessionContext,
  asked: Asked,
  attached: boolean,
) => {
  const judged = judgeAsked(rules, context, asked, attached);
  return { line: 'line' in judged ? judged.line : '' };
};

/** SYNC asks for a full resynchronization, and so does a PSYNC whose offset is no number where that is not refused. */
export const judgeResync = (rules: Ruleset, asked: Asked): ResyncVerdict =>
  asked.type === 'SYNC' || asked.nextByte === null
    ? { resync: 'full', because: 'requested' }
    : rules.judgePsync(
        { replid: asked.replid, nextByte: asked.nextByte },
        asked.master.ids,
        asked.master.window,
      );

export const countRefused = (rules: Ruleset, asked: Asked): ResyncCounters =>
  rules.countResync(asked.type === 'SYNC' ? null : asked.replid, null);

export const continuation = (rules: Ruleset, context: SessionContext, asked: Asked) => {
  const verdict = judgeResync(rules, asked);
  return {
    line: rules.continueLine(asked.master.ids, context.capabilities),
    from: verdict.resync === 'partial' ? verdict.from : nextByte(0),
  };
};

export const countAsked = (rules: Ruleset, asked: Asked): ResyncCounters =>
  rules.countResync(asked.type === 'SYNC' ? null : asked.replid, judgeResync(rules, asked));

export const follows = (rules: Ruleset, context: SessionContext): AfterSnapshot =>
  rules.afterSnapshot(context.target ?? 'disk', context.rdbOnly, context.dialect);

export const withOption = (
  context: SessionContext,
  change: ReplconfChange,
): Partial<SessionContext> => {
  switch (change.set) {
    case 'listening-port':
      return { listeningPort: change.port };
    case 'ip-address':
      return { address: change.address };
    case 'capability':
      return { capabilities: [...new Set([...context.capabilities, change.capability])] };
    case 'rdb-only':
      return { rdbOnly: change.on };
    case 'version':
      return { version: change.version };
    case 'exclusions':
      return { exclusions: change.exclusions };
    default:
      return {};
  }
};
