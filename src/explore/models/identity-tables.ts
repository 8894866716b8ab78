import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { nextByte, type ReplicationIds } from '../../../models/vocabulary/index.ts';
import { tabulated } from '../model/declare.ts';
import { type NumberDomain, range } from '../model/domain.ts';
import type { FlagTerm, NumberLike, NumberTerm } from '../model/term.ts';
import { idNamed, idOf } from './numbered-ids.ts';

/** The three numbers of an identity, before a step or after it; 0 for no replid2 and no second offset. */
export interface IdTerms {
  readonly rid: NumberTerm;
  readonly rid2: NumberTerm;
  readonly so: NumberTerm;
}

/** How many IDs a model has, and how long its streams become. */
export interface IdentityBounds {
  readonly ids: number;
  readonly writes: number;
}

/** What a node calls its history, from the numbers that stand for it. */
export const idsOf = (rid: number, rid2: number, so: number): ReplicationIds => ({
  replid: idOf(rid),
  replid2: rid2 === 0 ? null : idOf(rid2),
  secondReplOffset: so === 0 ? null : nextByte(so),
});

/** Identities as a ruleset changes them, asked in advance for all identities that a model can have. */
export class IdentityTables {
  readonly #rules: Ruleset;
  readonly #writes: number;
  readonly rid: NumberDomain;
  readonly rid2: NumberDomain;
  readonly so: NumberDomain;
  readonly offset: NumberDomain;

  constructor(rules: Ruleset, { ids, writes }: IdentityBounds) {
    this.#rules = rules;
    this.#writes = writes;
    this.rid = range(1, ids);
    this.rid2 = range(0, ids);
    this.so = range(0, writes + 1);
    this.offset = range(0, writes);
  }

  /** Nobody asks for a byte past `writes + 1`, so a second offset beyond that bounds no more than that one. */
  #second({ secondReplOffset }: ReplicationIds): number {
    return Math.min(Math.max(secondReplOffset ?? 0, 0), this.#writes + 1);
  }

  /** An identity after a step that hangs on the one before, an offset, and an ID that is drawn or named. */
  change(
    name: string,
    work: (ids: ReplicationIds, offset: number, id: string) => ReplicationIds,
  ): (before: IdTerms, offset: NumberTerm, id: NumberLike) => IdTerms {
    const axes = [this.rid, this.rid2, this.so, this.offset, this.rid];
    const part = (field: string, read: (ids: ReplicationIds) => number) =>
      tabulated(`${name}.${field}`, axes, (own = 0, previous = 0, second = 0, at = 0, id = 0) =>
        read(work(idsOf(own, previous, second), at, idOf(id))),
      );
    const rid = part('replid', ({ replid }) => idNamed(replid));
    const rid2 = part('replid2', ({ replid2 }) => (replid2 === null ? 0 : idNamed(replid2)));
    const so = part('secondReplOffset', (ids) => this.#second(ids));
    return (before, offset, id) => {
      const of = [before.rid, before.rid2, before.so, offset, id];
      return { rid: rid(...of), rid2: rid2(...of), so: so(...of) };
    };
  }

  /** Whether a change of identity closes the links of a node's replicas. */
  dropsReplicas(): (before: IdTerms, after: IdTerms) => FlagTerm {
    const table = tabulated(
      'dropsReplicas',
      [this.rid, this.rid2, this.so, this.rid, this.rid2, this.so],
      (own = 0, previous = 0, second = 0, next = 0, previous2 = 0, second2 = 0) =>
        this.#rules.dropsReplicas(idsOf(own, previous, second), idsOf(next, previous2, second2)),
    );
    return (before, after) =>
      table(before.rid, before.rid2, before.so, after.rid, after.rid2, after.so).is(1);
  }
}
