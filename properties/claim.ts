import type { History } from './oracle/history.ts';
import type { Ledger } from './oracle/ledger.ts';
import type { Resync } from './system.ts';

/**
 * What the one who asked has: a node’s own bytes; for a probe the bytes that someone has had under the name it gave.
 * Null where nobody ever had so much under that name.
 */
export const claimOf = ({ replica, before, asked }: Resync, ledger: Ledger): History | null => {
  if (replica !== null) return before.replica?.history ?? null;
  const known = ledger.named(asked.replid.toLowerCase());
  if (known === undefined) return null;
  const length = known.history.length - known.offset + asked.nextByte - 1;
  return length < 0 || length > known.history.length ? null : known.history.upTo(length);
};
