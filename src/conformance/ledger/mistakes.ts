import type { RuleId } from '../../../models/rules/registry.ts';
import { type Ledger, type Outside, type Owner, type StreamEntry, sumOfUnits } from './ledger.ts';

/** A way in which replicas are known to miscount, and the offset at which a replica with just that fault would stand. */
export interface Mistake {
  readonly name: string;
  /** As a clause: what was done that should not have been, or the other way round. */
  readonly what: string;
  readonly rule: RuleId;
  readonly offset: (ledger: Ledger) => number;
}

const sizeInBytes = ({ bytes }: StreamEntry): number => bytes.length;

const total = (ledger: Ledger, sizeOf: (entry: StreamEntry) => number): number =>
  ledger.start.base + sumOfUnits(ledger.entries, sizeOf);

/** Pieces of some owners count for nothing. */
const overlooked = (name: string, what: string, rule: RuleId, ...owners: Owner[]): Mistake => ({
  name,
  what,
  rule,
  offset: (ledger) =>
    total(ledger, (entry) => (owners.includes(entry.owner) ? 0 : sizeInBytes(entry))),
});

/** Every piece counts for another size than its bytes. */
const measured = (
  name: string,
  what: string,
  rule: RuleId,
  sizeOf: (entry: StreamEntry) => number,
): Mistake => ({ name, what, rule, offset: (ledger) => total(ledger, sizeOf) });

/** Bytes that are no part of the stream count. */
const outside = (name: string, what: string, rule: RuleId, place: Outside): Mistake => ({
  name,
  what,
  rule,
  offset: (ledger) => ledger.applied + (ledger.outside.get(place) ?? 0),
});

const based = (
  name: string,
  what: string,
  rule: RuleId,
  baseOf: (ledger: Ledger) => number,
): Mistake => ({
  name,
  what,
  rule,
  offset: (ledger) => ledger.applied - ledger.start.base + baseOf(ledger),
});

const CRLF = /\r\n/g;

const lineEnds = ({ bytes }: StreamEntry): number =>
  bytes.toString('latin1').match(CRLF)?.length ?? 0;

const argumentBytes = ({ words }: StreamEntry): number =>
  words.reduce((sum, word) => sum + word.length, 0);

/** Every mistake that is recognised. Their order is that of likelihood, which decides where several fit. */
export const MISTAKES: readonly Mistake[] = [
  overlooked('ping', 'a PING in the stream was not counted', 'APPLY-1', 'ping'),
  overlooked('select', 'a SELECT was not counted', 'APPLY-1', 'select'),
  overlooked('getack', 'the GETACK answered earlier was not counted', 'ACK-7', 'getack'),
  overlooked('transaction-words', 'MULTI and EXEC were not counted', 'APPLY-2', 'multi', 'exec'),
  overlooked('newline', 'a newline in the stream was not counted', 'APPLY-3', 'newline'),
  overlooked(
    'empty-array',
    'an empty array in the stream was not counted',
    'APPLY-3',
    'empty-array',
  ),
  overlooked('failing', 'a command that failed was not counted', 'APPLY-5', 'failing'),
  measured(
    'characters',
    'characters were counted instead of bytes',
    'APPLY-1',
    ({ bytes }) => [...bytes.toString('utf8')].length,
  ),
  measured(
    'arguments',
    'the arguments were counted without the protocol around them',
    'APPLY-1',
    argumentBytes,
  ),
  measured(
    'line-ends',
    'each line end was counted as one byte instead of two',
    'APPLY-1',
    (entry) => sizeInBytes(entry) - lineEnds(entry),
  ),
  measured('commands', 'commands were counted instead of bytes', 'APPLY-1', ({ words }) =>
    words.length > 0 ? 1 : 0,
  ),
  {
    name: 'open-transaction',
    what: 'the commands of an open transaction were counted before its EXEC',
    rule: 'APPLY-2',
    offset: ({ start, entries }) =>
      start.base + sumOfUnits(entries, sizeInBytes, ({ command }) => command !== null),
  },
  {
    name: 'half-command',
    what: 'bytes of a command were counted whose end had not arrived',
    rule: 'APPLY-1',
    offset: (ledger) => ledger.applied + ledger.begun.length,
  },
  {
    name: 'pending-newline',
    what: 'a newline was counted before the command behind it',
    rule: 'APPLY-3',
    offset: ({ start, entries }) =>
      start.base +
      sumOfUnits(entries, sizeInBytes, ({ command, inTransaction }) =>
        command === null
          ? !inTransaction
          : command === 'EXEC' || (!inTransaction && command !== 'MULTI'),
      ),
  },
  outside(
    'handshake-ping',
    'a PING before the snapshot was counted',
    'ANS-2',
    'the handshake’s own PING',
  ),
  outside(
    'keep-alive-before-answer',
    'a newline before the answer to PSYNC was counted',
    'ANS-1',
    'keep-alives before the answer',
  ),
  outside(
    'keep-alive-before-header',
    'a newline before the snapshot’s header was counted',
    'XFER-1',
    'keep-alives before the header',
  ),
  outside('answer', 'the line that answers PSYNC was counted', 'ANS-2', 'the answer to PSYNC'),
  outside('header', 'the header of the snapshot was counted', 'ANS-2', 'the header'),
  outside('payload', 'the snapshot itself was counted', 'ANS-2', 'the payload'),
  outside('mark', 'the end mark of the snapshot was counted', 'ANS-2', 'the end mark'),
  outside(
    'own-acknowledgements',
    'its own acknowledgements were counted',
    'ACK-7',
    'the replica’s own acknowledgements',
  ),
  based(
    'base-forgotten',
    'counting began at 0 instead of the offset in +FULLRESYNC',
    'ANS-2',
    () => 0,
  ),
  based(
    'old-base-kept',
    'counting went on from the offset it had before +FULLRESYNC',
    'ANS-2',
    ({ start }) => start.asked ?? Number.NaN,
  ),
];
