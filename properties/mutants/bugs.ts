/** A bug that Redis or one of its kin really had, in our own words. */
export interface HistoricBug {
  readonly what: string;
  /** The change that mended it, and the first version with it. */
  readonly fix: string;
  /** The first version that has the bug. */
  readonly since: string;
}

/** Historic bugs that mutants stand for, by their numbers in docs/bugs.md. */
export const BUGS: Readonly<Record<string, HistoricBug>> = {
  A01: {
    what: 'PSYNC for an offset from the future is accepted',
    fix: '37e06bd95, 2.8.0-rc5',
    since: '2.8.0-rc1',
  },
  A06: {
    what: '+FULLRESYNC names the offset of the request in place of the fork’s',
    fix: '292fec058, 2.8.22 and 3.0.4',
    since: '2.8.0',
  },
  A08: {
    what: 'no SELECT after a later replica’s full resynchronization',
    fix: '15de6b108, 3.0.4',
    since: 'development of 3.0.4',
  },
  A10: {
    what: 'a change of role zeroes the offset',
    fix: '5b7d42fff, 4.0-rc1',
    since: 'development of 4.0',
  },
  A11: {
    what: 'the second replid is not reset at the start',
    fix: '5b7d42fff, 4.0-rc1',
    since: 'development of 4.0',
  },
  A13: {
    what: 'newlines go to online replicas and shift their offsets',
    fix: 'eab865a0a, 4.0-rc1',
    since: 'development of 4.0',
  },
  A14: {
    what: 'half a command is counted and handed on before it is applied',
    fix: '22be435ef, 4.0-rc3',
    since: '4.0-rc1',
  },
  A15: {
    what: 'a transaction that was cut survives the link and is queued twice',
    fix: '189a12afb, 4.0-rc3',
    since: 'development of 4.0-rc3',
  },
  A18: {
    what: 'a MULTI without its EXEC in the stream',
    fix: 'e74f0aa6d, 4.0.0',
    since: '4.0-rc1',
  },
  A19: {
    what: 'no backlog after a restart and a continuation',
    fix: 'b75ae0bbe, 4.0.2',
    since: '4.0-rc1',
  },
  A20: {
    what: 'a master takes the replid of another history from an RDB for its own',
    fix: 'c1c99e9f4, 4.0.2',
    since: '4.0-rc1',
  },
  A21: {
    what: 'the database of the stream is lost over a restart',
    fix: 'c1c99e9f4, 4.0.2',
    since: '4.0-rc1',
  },
  A23: {
    what: 'an RDB that is saved while the link is down names no history',
    fix: 'ea2e51c63, 4.0.3',
    since: '4.0.2',
  },
  A25: {
    what: 'a backlog expires and its replid stays',
    fix: '6ddf0ea29, 4.0.3',
    since: '4.0-rc1',
  },
  A30: {
    what: 'a restarted cluster replica does not use what it had saved',
    fix: '8f7e97258, 5.0.4',
    since: '4.0.2',
  },
  A38: {
    what: 'the history is given up as soon as +FULLRESYNC is read',
    fix: 'cee3d67f5, 7.0-rc1',
    since: '2.8.0',
  },
  A42: {
    what: 'an offset that is no number is answered with an error and a full resynchronization',
    fix: '344e41c92, 6.2.7 and 7.0-rc2',
    since: '2.8.0',
  },
  A47: {
    what: 'a continued stream begins later than asked for (Kvrocks)',
    fix: 'kvrocks db36ab15, 1.1.13',
    since: 'before 1.1.13',
  },
  B02: {
    what: 'PSYNC is served with replies pending',
    fix: '0ed6daa48, 2.8.0-rc1',
    since: 'development of 2.8',
  },
  B03: {
    what: 'replicas that sent SYNC are dropped for not acknowledging',
    fix: '8ca265cdb, 2.8.0-rc1',
    since: 'development of 2.8',
  },
  B11: {
    what: 'stream bytes behind a mark before the first acknowledgement',
    fix: '159875b5a, 2.8.20 and 3.0.0',
    since: '2.8.18',
  },
  B14: {
    what: 'waiting replicas hear too few newlines',
    fix: '55ba77270, 2.8.22 and 3.0.4',
    since: '2.8.0',
  },
  B28: {
    what: 'a refusal that is not final ends the handshake for good',
    fix: '13e50935a, 6.0.7',
    since: '6.0-rc1',
  },
  B33: {
    what: 'a replica that stops reading is never dropped',
    fix: 'd63d02601, 6.0.15 and 6.2.2',
    since: '6.0-rc1',
  },
  B46: {
    what: 'a manual failover never starts',
    fix: '725762c48, 6.2.2',
    since: '3.0.0',
  },
  B55: {
    what: 'a takeover does not wait for the replica that takes over (Dragonfly)',
    fix: 'dragonfly 62e9aa1b8',
    since: 'before 2025-11',
  },
  C11: {
    what: 'GETACK is also answered with +OK',
    fix: '13a92a5bb, 4.0-rc1',
    since: '2.8.0',
  },
};
