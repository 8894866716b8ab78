import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextAfter,
  nextByte,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { tabulated, when } from '../model/declare.ts';
import type { Effect } from '../model/expression.ts';
import type { FlagTerm, IndexTerm, NumberLike } from '../model/term.ts';
import { IdentityTables, type IdTerms, idsOf } from './identity-tables.ts';
import { idOf } from './numbered-ids.ts';
import type { CoreBounds, CoreRules, CoreState, CoreVariant } from './psync2-core-rules.ts';
import { psyncGate, writeGate } from './readiness-tables.ts';

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

/** The window of a backlog that holds the bytes after `bs`, up to `off`. */
const windowOf = (bs: number, off: number): BacklogWindow => ({
  firstByte: nextByte(bs + 1),
  histlen: Math.max(0, off - bs),
});

/** Every decision of the core model as the rules of a ruleset make it, asked in advance for all that can be asked. */
class RuledCore {
  readonly #rules: Ruleset;
  readonly #state: CoreState;
  readonly #standard: CoreRules;
  readonly #bounds: CoreBounds;
  readonly #identity: IdentityTables;

  constructor(rules: Ruleset, state: CoreState, standard: CoreRules, bounds: CoreBounds) {
    this.#rules = rules;
    this.#state = state;
    this.#standard = standard;
    this.#bounds = bounds;
    this.#identity = new IdentityTables(rules, bounds);
  }

  readonly #isReplica = (i: IndexTerm): FlagTerm => this.#state.m(i).isNot(i);

  #canContinue(): CoreRules['canContinue'] {
    const { rid, rid2, so, bs, off } = this.#state;
    const { rid: ids, rid2: previousIds, so: seconds, offset } = this.#identity;
    const table = tabulated(
      'judgePsync',
      [ids, offset, ids, previousIds, seconds, offset, offset],
      (asked = 0, has = 0, own = 0, previous = 0, second = 0, start = 0, end = 0) =>
        this.#rules.judgePsync(
          { replid: idOf(asked), nextByte: nextAfter(processedOffset(has)) },
          idsOf(own, previous, second),
          windowOf(start, end),
        ).resync === 'partial',
    );
    return (a, b) => table(rid(b), off(b), rid(a), rid2(a), so(a), bs(a), off(a)).is(1);
  }

  #append(): CoreRules['append'] {
    const { hist, bs, off } = this.#state;
    const { offset } = this.#identity;
    const start = tabulated('windowAfterFeed', [offset, offset], (from = 0, end = 0) => {
      const window = windowOf(from, end);
      return this.#rules.windowAfterFeed(window, 1, this.#bounds.backlog).firstByte - 1;
    });
    const count = tabulated('offsetAfterFeed', [offset, offset], (from = 0, end = 0) =>
      this.#rules.offsetAfterFeed(processedOffset(end), 1, windowOf(from, end)),
    );
    return (i, x) => [
      hist(i).becomes(hist(i).append(x)),
      off(i).becomes(count(bs(i), off(i))),
      bs(i).becomes(start(bs(i), off(i))),
    ];
  }

  readonly #before = (i: IndexTerm): IdTerms => {
    const { rid, rid2, so } = this.#state;
    return { rid: rid(i), rid2: rid2(i), so: so(i) };
  };

  readonly #takes = (i: IndexTerm, after: IdTerms): Effect[] => {
    const { rid, rid2, so } = this.#state;
    return [rid(i).becomes(after.rid), rid2(i).becomes(after.rid2), so(i).becomes(after.so)];
  };

  #changes() {
    const rules = this.#rules;
    const identity = this.#identity;
    return {
      continued: identity.change('idsAfterContinue', (ids, offset, named) =>
        rules.idsAfterContinue(ids, processedOffset(offset), named),
      ),
      promoted: identity.change(
        'promotion',
        (ids, offset, fresh) =>
          rules.promotion({ ids, offset: processedOffset(offset), database: 0 }, fresh).ids,
      ),
      restarted: identity.change('shiftReplicationId', (ids, offset, fresh) =>
        rules.shiftReplicationId(ids, processedOffset(offset), fresh),
      ),
      resynchronized: identity.change('idsAfterFullResync', (ids, _, replid) =>
        rules.idsAfterFullResync(ids, replid),
      ),
    };
  }

  rules(): Partial<CoreRules> {
    const { rid, off, hist, bs, up } = this.#state;
    const { continued, promoted, restarted, resynchronized } = this.#changes();
    const drops = this.#identity.dropsReplicas();
    const emptyAt = tabulated(
      'newWindow',
      [this.#identity.offset],
      (offset = 0) => this.#rules.newWindow(processedOffset(offset)).firstByte - 1,
    );
    const change = (next: typeof continued) => (i: IndexTerm, id: NumberLike) => {
      const after = next(this.#before(i), off(i), id);
      return [
        ...this.#takes(i, after),
        when(drops(this.#before(i), after), this.#standard.drop(i)),
      ];
    };
    const mayWrite = writeGate(this.#rules);
    const mayServe = psyncGate(this.#rules);
    return {
      mayWrite: (i) => mayWrite(this.#isReplica(i)),
      mayServe: (a) => mayServe(this.#isReplica(a), up(a)),
      canContinue: this.#canContinue(),
      append: this.#append(),
      shift: (i, id) => this.#takes(i, restarted(this.#before(i), off(i), id)),
      promote: change(promoted),
      continued: (i, a) => change(continued)(i, rid(a)),
      fullResync: (i, a) => [
        ...this.#takes(i, resynchronized(this.#before(i), off(i), rid(a))),
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
