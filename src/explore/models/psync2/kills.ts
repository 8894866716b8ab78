/**
 * The faults of `properties/mutants` that change a decision of this model, each with a property that it violates. A test
 * holds this list to be complete.
 */
export const PSYNC2_KILLS = {
  'gate-replica-writes': 'LINKED',
  'psync-ignores-replid': 'SAFE',
  'psync-compares-prefix': 'SAFE',
  'psync-second-one-past': 'SAFE',
  'psync-second-unbounded': 'SAFE',
  'psync-one-before': 'HELD',
  'psync-no-lower-edge': 'HELD',
  'psync-one-beyond': 'SAFE',
  'psync-future-within-size': 'SAFE',
  'psync-always-partial': 'SAFE',
  'psync-first-byte-refused': 'OWED',
  'psync-next-byte-refused': 'OWED',
  'psync-always-full': 'OWED',
  'psync-second-ignored': 'OWED',
  'psync-second-one-short': 'OWED',
  'psync-without-backlog': 'SAFE',
  'full-stream-before-ack': 'KEPT',
  'replid-kept-at-expiry': 'ONE',
  'replid-drawn-for-every-replica': 'LINKED',
  'replid2-kept-after-full': 'SAFE',
  'promotion-forgets-old-replid': 'OWED',
  'promotion-bound-one-less': 'OWED',
  'promotion-bound-one-more': 'SAFE',
  'promotion-keeps-replid': 'ONE',
  'promotion-zeroes-offset': 'KEPT',
  'promotion-keeps-links': 'LINKED',
  'adoption-ignored': 'LINKED',
  'adoption-bound-one-less': 'OWED',
  'adoption-keeps-links': 'LINKED',
  'backlog-begins-early': 'KEPT',
  'backlog-ends-early': 'KEPT',
  'backlog-of-half-size': 'KEPT',
  'backlog-emptied-by-growing': 'KEPT',
  'apply-transaction-in-parts': 'WHOLE',
} as const;

/** Faults that change a decision of this model and that none of its properties sees, with the reason. */
export const PSYNC2_SURVIVORS = {
  'ready-without-master': 'a sub-replica of a replica without a link is late, which is no harm',
  'replid-kept-at-first-replica':
    'the ID was drawn when the backlog expired, so nobody else has it',
  'promotion-frees-backlog': 'a node without a backlog owes a continuation to nobody',
  'backlog-never-expires': 'a backlog that is kept for longer does no harm',
  'stream-counts-one-more': 'it leaves the bounds of the model, which says so',
  'stream-counts-without-backlog':
    'a new ID is drawn before anybody hears of what was counted without a backlog',
} as const;
