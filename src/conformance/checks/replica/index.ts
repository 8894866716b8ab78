import type { Check } from '../../check.ts';
import { ACCOUNTING_CHECKS } from './accounting.ts';
import { ANSWER_CHECKS } from './answers.ts';
import { CLOCK_CHECKS } from './clocks.ts';
import { HANDSHAKE_CHECKS } from './handshake.ts';
import { LINK_CHECKS } from './link.ts';
import { PIECES_CHECKS } from './pieces.ts';
import { TRANSFER_CHECKS } from './transfer.ts';

/** Every check of a replica, in the order in which they are run. */
export const REPLICA_CHECKS: readonly Check[] = [
  ...HANDSHAKE_CHECKS,
  ...ANSWER_CHECKS,
  ...TRANSFER_CHECKS,
  ...ACCOUNTING_CHECKS,
  ...LINK_CHECKS,
  ...PIECES_CHECKS,
  ...CLOCK_CHECKS,
];
