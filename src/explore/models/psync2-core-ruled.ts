import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextAfter,
  nextByte,
  processedOffset,
  type ReplicationIds,
} from '../../../models/vocabulary/index.ts';
import { tabulated, when } from '../model/declare.ts';
import { range } from '../model/domain.ts';
import type { Effect } from '../model/expression.ts';
import type { FlagTerm, IndexTerm, NumberLike, NumberTerm } from '../model/term.ts';
import { idNamed, idOf } from './numbered-ids.ts';
import type { CoreBounds, CoreRules, CoreState, CoreVariant } from './psync2-core-rules.ts';

/** The rules of the registry that decide something in the core model. */
export const CORE_CONSULTS = [
  'dropsReplicas',
  'idsAfterContinue',
  'idsAfterFullResync',
  'judgeGates',
  'judgePsync',
  'judgeReadiness',
  'newWindow',
  'offsetAfterFeed',
  'promotion',
  'shiftReplicationId',
  'windowAfterFeed',
] as const satisfies readonly (keyof Ruleset)[];

const DIALECT = 'redis-7';

/** The window of a backlog that holds the bytes after `bs`, up to `off`. */
const windowOf = (bs: number, off: number): BacklogWindow => ({
  firstByte: nextByte(bs + 1),
  histlen: Math.max(0, off - bs),
});

/** What a node calls its history; `so` is 0 where it has no second offset. */
const idsOf = (rid: number, rid2: number, so: number): ReplicationIds => ({
  replid: idOf(rid),
  replid2: rid2 === 0 ? null : idOf(rid2),
  secondReplOffset: so === 0 ? null : nextByte(so),
});

/** The three numbers of an identity, as terms before a step or after it. */
interface IdTerms {
  readonly rid: NumberTerm;
  readonly rid2: NumberTerm;
  readonly so: NumberTerm;
}

/** Every decision of the core model as the rules of a ruleset make it, asked in advance for all that can be asked. */
class RuledCore {
  readonly #rules: Ruleset;
  readonly #state: CoreState;
  readonly #standard: CoreRules;
  readonly #bounds: CoreBounds;

  constructor(rules: Ruleset, state: CoreState, standard: CoreRules, bounds: CoreBounds) {
    this.#rules = rules;
    this.#state = state;
    this.#standard = standard;
    this.#bounds = bounds;
  }

  get #ids() {
    const { ids, writes } = this.#bounds;
    return { rid: range(1, ids), rid2: range(0, ids), so: range(0, writes + 1) };
  }

  get #offsets() {
    return range(0, this.#bounds.writes);
  }

  /** Nobody asks for a byte past `writes + 1`, so a second offset beyond that bounds no more than that one. */
  #second({ secondReplOffset }: ReplicationIds): number {
    return Math.min(Math.max(secondReplOffset ?? 0, 0), this.#bounds.writes + 1);
  }

  readonly #isReplica = (i: IndexTerm): FlagTerm => this.#state.m(i).isNot(i);

  mayWrite(): CoreRules['mayWrite'] {
    const set = {
      name: 'set',
      words: 3,
      orMore: true,
      beforeAuth: false,
      notInTransaction: false,
      writes: true,
    };
    const client = { authenticated: true, inTransaction: false };
    const role = (replica: number) => (replica === 1 ? 'slave' : 'master');
    const table = tabulated('mayWrite', [range(0, 1)], (replica) => {
      const node = { role: role(replica), dialect: DIALECT } as const;
      return this.#rules.judgeGates(set, 3, client, node) === null;
    });
    return (i) => table(this.#isReplica(i).asNumber()).is(1);
  }

  mayServe(): CoreRules['mayServe'] {
    const request = {
      command: 'PSYNC',
      replid: idOf(1),
      nextByte: nextByte(1),
      failover: false,
    } as const;
    const client = {
      attached: false,
      pendingReplies: false,
      capabilities: ['eof', 'psync2'],
      exclusions: [],
    } as const;
    const table = tabulated('mayServe', [range(0, 1), range(0, 1)], (replica, up) => {
      const role = replica === 1 ? 'slave' : 'master';
      const server = { role, linkUp: up === 1, failingOver: false, replid: idOf(1) } as const;
      return this.#rules.judgeReadiness(request, client, server, DIALECT).answer === 'decide';
    });
    return (a) => table(this.#isReplica(a).asNumber(), this.#state.up(a).asNumber()).is(1);
  }

  canContinue(): CoreRules['canContinue'] {
    const { rid, rid2, so, bs, off } = this.#state;
    const of = this.#ids;
    const axes = [of.rid, this.#offsets, of.rid, of.rid2, of.so, this.#offsets, this.#offsets];
    const table = tabulated(
      'canContinue',
      axes,
      (asked = 0, has = 0, own = 0, previous = 0, second = 0, start = 0, end = 0) =>
        this.#rules.judgePsync(
          { replid: idOf(asked), nextByte: nextAfter(processedOffset(has)) },
          idsOf(own, previous, second),
          windowOf(start, end),
        ).resync === 'partial',
    );
    return (a, b) => table(rid(b), off(b), rid(a), rid2(a), so(a), bs(a), off(a)).is(1);
  }

  append(): CoreRules['append'] {
    const { hist, bs, off } = this.#state;
    const axes = [this.#offsets, this.#offsets];
    const start = tabulated('windowAfterFeed', axes, (from = 0, end = 0) => {
      const window = windowOf(from, end);
      return this.#rules.windowAfterFeed(window, 1, this.#bounds.backlog).firstByte - 1;
    });
    const offset = tabulated('offsetAfterFeed', axes, (from = 0, end = 0) =>
      this.#rules.offsetAfterFeed(processedOffset(end), 1, windowOf(from, end)),
    );
    return (i, x) => [
      hist(i).becomes(hist(i).append(x)),
      off(i).becomes(offset(bs(i), off(i))),
      bs(i).becomes(start(bs(i), off(i))),
    ];
  }

  /** An identity after a step that hangs on the one before, an offset and an ID that is drawn or named. */
  #identity(
    name: string,
    work: (ids: ReplicationIds, offset: number, id: string) => ReplicationIds,
  ): (i: IndexTerm, id: NumberLike) => IdTerms {
    const { rid, rid2, so, off } = this.#state;
    const of = this.#ids;
    const axes = [of.rid, of.rid2, of.so, this.#offsets, of.rid];
    const part = (field: string, read: (ids: ReplicationIds) => number) =>
      tabulated(`${name}.${field}`, axes, (own = 0, previous = 0, second = 0, at = 0, id = 0) =>
        read(work(idsOf(own, previous, second), at, idOf(id))),
      );
    const parts = {
      rid: part('replid', ({ replid }) => idNamed(replid)),
      rid2: part('replid2', ({ replid2 }) => (replid2 === null ? 0 : idNamed(replid2))),
      so: part('secondReplOffset', (ids) => this.#second(ids)),
    };
    return (i, id) => {
      const of5 = [rid(i), rid2(i), so(i), off(i), id];
      return { rid: parts.rid(...of5), rid2: parts.rid2(...of5), so: parts.so(...of5) };
    };
  }

  readonly #takes = (i: IndexTerm, after: IdTerms): Effect[] => {
    const { rid, rid2, so } = this.#state;
    return [rid(i).becomes(after.rid), rid2(i).becomes(after.rid2), so(i).becomes(after.so)];
  };

  /** Closes the links of a node's replicas where the change of its identity asks for that. */
  #dropping(): (i: IndexTerm, after: IdTerms) => readonly Effect[] {
    const { rid, rid2, so } = this.#state;
    const of = this.#ids;
    const table = tabulated(
      'dropsReplicas',
      [of.rid, of.rid2, of.so, of.rid, of.rid2, of.so],
      (own = 0, previous = 0, second = 0, own2 = 0, previous2 = 0, second2 = 0) =>
        this.#rules.dropsReplicas(idsOf(own, previous, second), idsOf(own2, previous2, second2)),
    );
    return (i, after) => [
      when(
        table(rid(i), rid2(i), so(i), after.rid, after.rid2, after.so).is(1),
        this.#standard.drop(i),
      ),
    ];
  }

  rules(): Partial<CoreRules> {
    const { rid, off, hist, bs } = this.#state;
    const rules = this.#rules;
    const dropping = this.#dropping();
    const continued = this.#identity('idsAfterContinue', (ids, offset, named) =>
      rules.idsAfterContinue(ids, processedOffset(offset), named),
    );
    const promoted = this.#identity(
      'promotion',
      (ids, offset, fresh) =>
        rules.promotion({ ids, offset: processedOffset(offset), database: 0 }, fresh).ids,
    );
    const restarted = this.#identity('shiftReplicationId', (ids, offset, fresh) =>
      rules.shiftReplicationId(ids, processedOffset(offset), fresh),
    );
    const resynchronized = this.#identity('idsAfterFullResync', (ids, _, replid) =>
      rules.idsAfterFullResync(ids, replid),
    );
    const emptyAt = tabulated(
      'newWindow',
      [this.#offsets],
      (offset = 0) => rules.newWindow(processedOffset(offset)).firstByte - 1,
    );
    const change = (next: typeof continued) => (i: IndexTerm, id: NumberLike) => {
      const after = next(i, id);
      return [...this.#takes(i, after), ...dropping(i, after)];
    };
    return {
      mayWrite: this.mayWrite(),
      mayServe: this.mayServe(),
      canContinue: this.canContinue(),
      append: this.append(),
      shift: (i, id) => this.#takes(i, restarted(i, id)),
      promote: change(promoted),
      continued: (i, a) => change(continued)(i, rid(a)),
      fullResync: (i, a) => [
        ...this.#takes(i, resynchronized(i, rid(a))),
        off(i).becomes(off(a)),
        hist(i).becomes(hist(a)),
        bs(i).becomes(emptyAt(off(a))),
        ...this.#standard.drop(i),
      ],
    };
  }
}

/** The core model with all decisions made by a ruleset. */
export const ruledCore = (name: string, rules: Ruleset): CoreVariant => ({
  name,
  change: (state, standard, bounds) => new RuledCore(rules, state, standard, bounds).rules(),
});
