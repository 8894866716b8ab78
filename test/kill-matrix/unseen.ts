const WIRE = 'it shows only to somebody who says what no replica says';
const SILENT = 'it shows only where a peer falls silent without its link breaking';
const INFO = 'it shows in a text that the simulated system reads elsewhere';

/**
 * Mutants that runs of honest nodes can’t tell from the rules as they are, and why. The live checks, which speak for
 * themselves, kill each of them (test/faulty).
 */
export const UNSEEN: Readonly<Record<string, string>> = {
  'gate-no-arity': WIRE,
  'gate-no-auth': WIRE,
  'gate-psync-in-multi': WIRE,
  'ready-answers-twice': WIRE,
  'ready-failover-of-any-history': WIRE,
  'ready-behind-pending-replies': WIRE,
  'ready-filter-without-eof': WIRE,
  'ready-resyncs-despite-error': WIRE,
  'replconf-knows-all-capabilities': WIRE,
  'replconf-odd': WIRE,
  'replconf-empty': WIRE,
  'replconf-any-option': WIRE,
  'replconf-any-value': WIRE,
  'replconf-all-or-nothing': WIRE,
  'replconf-answers-getack': WIRE,
  'replconf-forgets-address': WIRE,
  'continue-always-named': WIRE,
  'full-line-for-sync': WIRE,
  'full-mark-for-all': WIRE,
  'full-anyone-joins': WIRE,
  'full-rdb-only-stays': WIRE,
  'full-filter-to-disk': WIRE,
  'full-newest-form-for-all': WIRE,
  'adoption-of-any-length': WIRE,
  'ack-falls': WIRE,
  'ack-one-less-needed': WIRE,
  'live-never-times-out': SILENT,
  'live-times-out-sync': SILENT,
  'live-ignores-newlines': SILENT,
  'live-answers-replicas': WIRE,
  'stats-no-sync': WIRE,
  'stats-request-is-error':
    'honest nodes rarely ask for everything, and a request is counted before it is answered',
  'stats-counts-refusals': WIRE,
  'info-online-too-early': INFO,
  'info-counts-online-only': INFO,
  'role-lists-all': INFO,
};
