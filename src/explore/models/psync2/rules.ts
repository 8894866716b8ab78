import type { Ruleset } from '../../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextAfter,
  nextByte,
  processedOffset,
} from '../../../../models/vocabulary/index.ts';
import { tabulated } from '../../model/declare.ts';
import { range } from '../../model/domain.ts';
import type { FlagTerm, IndexTerm, NumberLike, NumberTerm } from '../../model/term.ts';
import { IdentityTables, idsOf } from '../identity-tables.ts';
import { idOf } from '../numbered-ids.ts';
import { MODEL_DIALECT, psyncGate, writeGate } from '../readiness-tables.ts';
import type { Psync2Bounds, Psync2State } from './state.ts';

/** The rules of the registry that decide something in this model. */
export const PSYNC2_CONSULTS = [
  'afterSnapshot',
  'backlogExpired',
  'completesUnit',
  'dropsReplicas',
  'idsAfterBacklogExpiry',
  'idsAfterContinue',
  'idsAfterFullResync',
  'idsForFullResync',
  'judgeGates',
  'judgePsync',
  'judgeReadiness',
  'newWindow',
  'offsetAfterFeed',
  'promotion',
  'shiftReplicationId',
  'windowAfterFeed',
  'windowAfterResize',
] as const satisfies readonly (keyof Ruleset)[];

const windowOf = (first: number, len: number): BacklogWindow | null =>
  first === 0 ? null : { firstByte: nextByte(first), histlen: len };

/** First byte and length of a backlog, as terms. */
interface WindowTerms {
  readonly first: NumberTerm;
  readonly len: NumberTerm;
}

const EMPTY: BacklogWindow = { firstByte: nextByte(1), histlen: 0 };

/** Every decision of the model, by the rules of a ruleset. */
export const decisionsOf = (rules: Ruleset, bounds: Psync2Bounds) => {
  const identity = new IdentityTables(rules, bounds);
  const { rid, rid2, so, offset } = identity;
  const first = range(0, bounds.writes + 1);
  const cap = range(1, bounds.backlog);
  const units = range(1, 2);
  /** A table for each edge of a window that a rule answers. */
  const edges = (
    name: string,
    axes: Parameters<typeof tabulated>[1],
    work: (...of: number[]) => BacklogWindow | null,
  ) => {
    const firstOf = tabulated(`${name}.firstByte`, axes, (...of) => work(...of)?.firstByte ?? 0);
    const lenOf = tabulated(`${name}.histlen`, axes, (...of) => work(...of)?.histlen ?? 0);
    return (...of: readonly NumberLike[]): WindowTerms => ({
      first: firstOf(...of),
      len: lenOf(...of),
    });
  };
  const judged = tabulated(
    'judgePsync',
    [rid, offset, rid, rid2, so, first, offset],
    (asked = 0, has = 0, own = 0, previous = 0, second = 0, from = 0, len = 0) =>
      rules.judgePsync(
        { replid: idOf(asked), nextByte: nextAfter(processedOffset(has)) },
        idsOf(own, previous, second),
        windowOf(from, len),
      ).resync === 'partial',
  );
  const completed = tabulated(
    'completesUnit',
    [range(0, 1), range(0, 1)],
    (opens = 0, closes = 0) =>
      rules.completesUnit({
        command: opens === 1 ? 'MULTI' : closes === 1 ? 'EXEC' : 'data',
        inTransaction: closes === 1,
      }),
  );
  const expired = tabulated('backlogExpired', [range(0, 1)], (hasReplica = 0) =>
    rules.backlogExpired({
      role: 'master',
      replicas: hasReplica,
      idleSeconds: 3601,
      ttlSeconds: 3600,
    }),
  );
  return {
    mayWrite: writeGate(rules),
    mayServe: psyncGate(rules),
    canContinue: (state: Psync2State, a: IndexTerm, b: IndexTerm): FlagTerm =>
      judged(
        state.rid(b),
        state.off(b),
        state.rid(a),
        state.rid2(a),
        state.so(a),
        state.first(a),
        state.len(a),
      ).is(1),
    completes: (opens: FlagTerm, closes: FlagTerm): FlagTerm =>
      completed(opens.asNumber(), closes.asNumber()).is(1),
    mayExpire: (hasReplica: FlagTerm): FlagTerm => expired(hasReplica.asNumber()).is(1),
    /** Whether the stream waits for the acknowledgement of a snapshot with an end mark. */
    awaitsAck: rules.afterSnapshot('socket', false, MODEL_DIALECT) === 'await-ack',
    keepsBacklog: rules.promotion(
      { ids: idsOf(1, 0, 0), offset: processedOffset(1), database: 0 },
      idOf(2),
    ).keepsBacklog,
    offsetAfterPromotion: tabulated(
      'promotion.offset',
      [offset],
      (at = 0) =>
        rules.promotion({ ids: idsOf(1, 0, 0), offset: processedOffset(at), database: 0 }, idOf(2))
          .offset,
    ),
    offsetAfterFeed: tabulated(
      'offsetAfterFeed',
      [offset, units, range(0, 1)],
      (at = 0, bytes = 0, hasBacklog = 0) =>
        rules.offsetAfterFeed(processedOffset(at), bytes, hasBacklog === 1 ? EMPTY : null),
    ),
    windowAfterFeed: edges(
      'windowAfterFeed',
      [first, offset, units, cap],
      (from = 0, len = 0, bytes = 0, capacity = 0) => {
        const window = windowOf(from, len);
        return window === null ? null : rules.windowAfterFeed(window, bytes, capacity);
      },
    ),
    windowAfterResize: edges(
      'windowAfterResize',
      [first, offset, cap, cap],
      (from = 0, len = 0, before = 0, after = 0) => {
        const window = windowOf(from, len);
        const capacity = { from: before, to: after };
        return window === null ? null : rules.windowAfterResize(window, capacity, MODEL_DIALECT);
      },
    ),
    newWindow: edges('newWindow', [offset], (at = 0) => rules.newWindow(processedOffset(at))),
    drops: identity.dropsReplicas(),
    continued: identity.change('idsAfterContinue', (ids, at, named) =>
      rules.idsAfterContinue(ids, processedOffset(at), named),
    ),
    promoted: identity.change(
      'promotion',
      (ids, at, fresh) =>
        rules.promotion({ ids, offset: processedOffset(at), database: 0 }, fresh).ids,
    ),
    restarted: identity.change('shiftReplicationId', (ids, at, fresh) =>
      rules.shiftReplicationId(ids, processedOffset(at), fresh),
    ),
    resynchronized: identity.change('idsAfterFullResync', (ids, _, named) =>
      rules.idsAfterFullResync(ids, named),
    ),
    servesWithBacklog: identity.change('idsForFullResync', (ids, _, fresh) =>
      rules.idsForFullResync(ids, EMPTY, fresh),
    ),
    servesWithout: identity.change('idsForFullResync without', (ids, _, fresh) =>
      rules.idsForFullResync(ids, null, fresh),
    ),
    expiredIds: identity.change('idsAfterBacklogExpiry', (ids, _, fresh) =>
      rules.idsAfterBacklogExpiry(ids, fresh),
    ),
  };
};

export type Psync2Decisions = ReturnType<typeof decisionsOf>;
