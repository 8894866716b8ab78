import { HANDSHAKE_ROWS } from './handshake.ts';
import { MASTER_ROWS } from './master.ts';
import { REPLICA_ROWS } from './replica.ts';
import type { ProtocolRow } from './row.ts';

/** Every row of the tables of docs/protocol.md 1.4, 1.5, 1.7, 1.10, 1.11, 2.2, 2.6, 2.7 and 4.6. */
export const PROTOCOL_ROWS: readonly ProtocolRow[] = [
  ...HANDSHAKE_ROWS,
  ...REPLICA_ROWS,
  ...MASTER_ROWS,
];
