/**
 * The faults of `properties/mutants` that change a decision of the core model, each with a property that it violates. A
 * test holds this list to be complete.
 */
export const CORE_KILLS = {
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
  'replid2-kept-after-full': 'SAFE',
  'promotion-bound-one-less': 'OWED',
  'promotion-bound-one-more': 'SAFE',
  'promotion-keeps-replid': 'SAFE',
  'promotion-keeps-links': 'LINKED',
  'adoption-ignored': 'LINKED',
  'adoption-keeps-links': 'LINKED',
} as const;

/** Faults that change a decision of the core model and that none of its properties sees, with the reason. */
export const CORE_SURVIVORS = {
  'ready-without-master': 'a sub-replica of a replica without a link is late, which is no harm',
  'promotion-forgets-old-replid': 'OWED asks by IDs, so what a node forgot it owes to nobody',
  'adoption-bound-one-less': 'OWED speaks of masters, and only replicas adopt IDs',
  'backlog-begins-early': 'it leaves the bounds of the model, which says so',
  'backlog-ends-early': 'OWED asks by the backlog that there is, not by the one there should be',
  'backlog-of-half-size': 'OWED asks by the backlog that there is, not by the one there should be',
  'stream-counts-one-more': 'it leaves the bounds of the model, which says so',
} as const;
