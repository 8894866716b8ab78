import { always, min, never } from '../model/term.ts';
import type { CoreVariant } from './psync2-core-rules.ts';

/** The rules with one deliberate fault. */
export interface CoreMutant extends CoreVariant {
  /** What it is called in the agreed description of the model, if it is there. */
  readonly alias?: string;
  readonly fault: string;
  /** The property that it violates; others may be violated earlier. */
  readonly killedBy: string;
}

/** Faults in the decision, at the places where a partial resynchronization is judged. */
const DECISION: readonly CoreMutant[] = [
  {
    name: 'second-offset-one-too-far',
    alias: 'BUG=1',
    fault: 'replid2 is accepted one byte past second_repl_offset',
    killedBy: 'SAFE',
    change: ({ rid, rid2, off, so }) => ({
      previousHistory: (a, b) =>
        rid(b)
          .is(rid2(a))
          .and(off(b).plus(1).isAtMost(so(a).plus(1))),
    }),
  },
  {
    name: 'second-offset-one-too-near',
    fault: 'replid2 is refused at second_repl_offset itself',
    killedBy: 'OWED',
    change: ({ rid, rid2, off, so }) => ({
      previousHistory: (a, b) =>
        rid(b)
          .is(rid2(a))
          .and(off(b).plus(1).isBelow(so(a))),
    }),
  },
  {
    name: 'second-offset-ignored',
    fault: 'replid2 is accepted whatever the offset',
    killedBy: 'SAFE',
    change: ({ rid, rid2 }) => ({ previousHistory: (a, b) => rid(b).is(rid2(a)) }),
  },
  {
    name: 'replid2-ignored',
    fault: 'only replid is compared, as before Redis 4',
    killedBy: 'OWED',
    change: () => ({ previousHistory: () => never }),
  },
  {
    name: 'replid-ignored',
    fault: 'the window alone decides, whatever replid is named',
    killedBy: 'SAFE',
    change: () => ({ sameHistory: () => always }),
  },
  {
    name: 'lower-edge-one-too-far',
    fault: 'a replica that lacks one byte more than the backlog holds is continued',
    killedBy: 'HELD',
    change: ({ bs, off }) => ({ notBeforeWindow: (a, b) => bs(a).isAtMost(off(b).plus(1)) }),
  },
  {
    name: 'lower-edge-one-too-near',
    fault: 'a replica that lacks all that the backlog holds is not continued',
    killedBy: 'OWED',
    change: ({ bs, off }) => ({ notBeforeWindow: (a, b) => bs(a).isBelow(off(b)) }),
  },
  {
    name: 'upper-edge-one-too-far',
    fault: 'a replica that is one byte ahead is continued',
    killedBy: 'SAFE',
    change: ({ off }) => ({ notAfterWindow: (a, b) => off(b).isAtMost(off(a).plus(1)) }),
  },
  {
    name: 'upper-edge-one-too-near',
    fault: 'a replica that lacks nothing is not continued',
    killedBy: 'OWED',
    change: ({ off }) => ({ notAfterWindow: (a, b) => off(b).isBelow(off(a)) }),
  },
  {
    name: 'always-full',
    fault: 'nobody is ever continued',
    killedBy: 'OWED',
    change: () => ({ notAfterWindow: () => never }),
  },
];

/** Faults in what a node makes of its own identity, data and links. */
const CONDUCT: readonly CoreMutant[] = [
  {
    name: 'full-keeps-replid2',
    alias: 'BUG=2',
    fault: 'a full resynchronization leaves replid2 and second_repl_offset as they were',
    killedBy: 'SAFE',
    change: ({ rid, off, hist, bs }, { drop }) => ({
      fullResync: (i, a) => [
        rid(i).becomes(rid(a)),
        off(i).becomes(off(a)),
        hist(i).becomes(hist(a)),
        bs(i).becomes(off(a)),
        ...drop(i),
      ],
    }),
  },
  {
    name: 'full-keeps-links',
    fault: 'a full resynchronization leaves the links of the sub-replicas open',
    killedBy: 'LINKED',
    change: ({ rid, off, hist, rid2, so, bs }) => ({
      fullResync: (i, a) => [
        rid(i).becomes(rid(a)),
        off(i).becomes(off(a)),
        hist(i).becomes(hist(a)),
        rid2(i).becomes(0),
        so(i).becomes(0),
        bs(i).becomes(off(a)),
      ],
    }),
  },
  {
    name: 'promoted-keeps-replid',
    fault: 'a promoted replica goes on under the replid of its master',
    killedBy: 'SAFE',
    change: (_, { drop }) => ({ promote: (i) => drop(i) }),
  },
  {
    name: 'promoted-keeps-links',
    fault: 'a promoted replica leaves the links of its replicas open',
    killedBy: 'LINKED',
    change: (_, { shift }) => ({ promote: (i, id) => shift(i, id) }),
  },
  {
    name: 'shift-one-too-far',
    fault: 'second_repl_offset is set one byte too late',
    killedBy: 'SAFE',
    change: ({ rid, rid2, so, off }, _, { writes }) => ({
      shift: (i, id) => [
        rid2(i).becomes(rid(i)),
        so(i).becomes(min(off(i).plus(2), writes + 1)),
        rid(i).becomes(id),
      ],
    }),
  },
  {
    name: 'shift-one-too-near',
    fault: 'second_repl_offset is set one byte too early',
    killedBy: 'OWED',
    change: ({ rid, rid2, so, off }) => ({
      shift: (i, id) => [rid2(i).becomes(rid(i)), so(i).becomes(off(i)), rid(i).becomes(id)],
    }),
  },
  {
    name: 'continue-keeps-replid',
    fault: 'a replica that is continued under another replid keeps the one it has',
    killedBy: 'LINKED',
    change: () => ({ adopt: () => [] }),
  },
  {
    name: 'continue-keeps-links',
    fault: 'a replica that adopts a new replid leaves the links of its sub-replicas open',
    killedBy: 'LINKED',
    change: (_, { shift }) => ({ adopt: (i, id) => shift(i, id) }),
  },
  {
    name: 'replica-writes',
    fault: 'a replica appends writes of its own to the stream of its master',
    killedBy: 'SAFE',
    change: () => ({ mayWrite: () => always }),
  },
];

export const CORE_MUTANTS: readonly CoreMutant[] = [...DECISION, ...CONDUCT];
