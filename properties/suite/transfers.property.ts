import { claimOf } from '../claim.ts';
import type { History } from '../oracle/history.ts';
import { called, demand, property, shortened, type Watcher } from '../run-property.ts';
import type { NodeView, Resync, Step } from '../system.ts';

/** A transfer that goes on. */
interface Open {
  readonly resync: Resync;
  /** Where its stream begins in the master’s history; null until its snapshot was sent. */
  from: number | null;
  /** How many pieces of it were looked at. */
  checked: number;
  /** The master’s history as it was last seen; null where nobody listens to it. */
  seen: History | null;
}

/** Watches everything that follows an answer, for as long as the run goes on. */
const transfers = (judge: (open: Open, step: Step) => void) => (): Watcher => {
  const open: Open[] = [];
  return {
    answer: (resync, ledger) => {
      if (resync.answer === 'refused' || !resync.transfer.heard) return;
      const claim = resync.answer === 'continued' ? claimOf(resync, ledger) : null;
      open.push({
        resync,
        from: claim?.length ?? null,
        checked: 0,
        seen: resync.before.master.history,
      });
    },
    step: (step) => {
      for (const each of open) judge(each, step);
    },
  };
};

export const STREAM_EXACT = property({
  id: 'the-stream-is-the-history',
  rules: ['FULL-1', 'FULL-5', 'FULL-9', 'FULL-11', 'STREAM-4', 'STREAM-5', 'PSYNC-3', 'PSYNC-4'],
  sentence:
    'The bytes behind an answer are those of the master’s history, from the byte asked for or the one behind the snapshot, without gap, repetition or intruder.',
  needsBytes: true,
  watch: transfers((open, { nodes }) => {
    const { resync } = open;
    const now = nodes[resync.master]?.history ?? null;
    const replaced = now !== null && open.seen !== null && !now.startsWith(open.seen);
    // A master that took another’s history within this step gave these bytes out before that.
    const history = replaced ? open.seen : now;
    open.seen = now;
    if (resync.answer === 'full' && open.from === null) open.from = endOfSnapshot(resync);
    if (history === null || open.from === null) return;
    const { stream } = resync.transfer;
    if (stream.length === open.checked || history.length < open.from) return;
    open.checked = stream.length;
    // Nobody saw what was added and replaced within one step.
    if (replaced && history.length < open.from + lengthOf(stream)) return;
    const from = open.from;
    demand(
      history.holdsAt(from, stream),
      () =>
        `${called(resync.master)} gives ${called(resync.replica)} bytes that are not those of its history`,
    );
  }),
});

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Where the snapshot of a full resynchronization ends, in bytes, which must be where it was announced to. */
const endOfSnapshot = ({ transfer, before, line, master }: Resync): number | null => {
  if (transfer.snapshot === null) return null;
  const { history, offset } = before.master;
  const end = transfer.snapshot.history.length;
  const shift = (history?.length ?? 0) - offset;
  demand(
    Number(line.split(' ')[2]) === end - shift,
    () =>
      `${called(master)} says "${shortenedLine(line)}", but the snapshot ends at ${end - shift}`,
  );
  return end;
};

const shortenedLine = (line: string): string => line.replace(/[0-9a-f]{40}/gi, shortened);

export const ONLY_COMMANDS_IN_STREAM = property({
  id: 'nothing-but-the-stream-on-a-link',
  rules: ['LIVE-2', 'LIVE-6', 'FULL-7', 'REPLCONF-8', 'REPLCONF-9'],
  sentence:
    'Behind an answer a link carries snapshot and stream alone, and nothing of the stream before the first acknowledgement of a snapshot with a mark.',
  needsBytes: true,
  watch: transfers(({ resync: { transfer, master } }) => {
    demand(
      transfer.intruders.length === 0,
      () => `${called(master)} puts ${JSON.stringify(transfer.intruders[0])} on a replica’s link`,
    );
    demand(
      !transfer.marked || (transfer.streamedBeforeAck ?? 0) === 0,
      () => `${called(master)} sends stream behind a mark before it is acknowledged`,
    );
  }),
});

export const OFFSETS_CONSERVED = property({
  id: 'bytes-sent-are-offset-gained',
  rules: [
    'STREAM-1',
    'FULL-1',
    'FULL-5',
    'FULL-8',
    'FULL-9',
    'CONT-1',
    'APPLY-1',
    'APPLY-3',
    'ANS-2',
    'ANS-4',
  ],
  sentence:
    'The offset at which a link began plus the bytes sent over it is the offset of the master, and of the replica as soon as nothing is under way.',
  needsBytes: true,
  watch: transfers(({ resync }, { nodes, quiet }) => {
    const { replica, master, transfer, answer } = resync;
    if (replica === null || !isCurrent(resync, nodes)) return;
    const begin = answer === 'continued' ? resync.asked.nextByte - 1 : announcedBy(resync);
    const end = transfer.stream.reduce((sum, { length }) => sum + length, begin);
    const isStreaming =
      answer === 'continued' || (transfer.snapshotAt !== null && !transfer.marked);
    const ends = [...(isStreaming || quiet ? [master] : []), ...(quiet ? [replica] : [])];
    for (const node of ends) {
      const offset = nodes[node]?.offset ?? 0;
      demand(
        offset === end,
        () =>
          `${end - begin} bytes were sent from ${begin} on, and ${called(node)} is at ${offset} in place of ${end}`,
      );
    }
  }),
});

const announcedBy = ({ line }: Resync): number => Number(line.split(' ')[2]);

export const DATABASE_SAID_AGAIN = property({
  id: 'the-stream-behind-a-snapshot-says-its-database',
  rules: ['FULL-6', 'STREAM-7'],
  sentence: 'The first command that a master writes behind a snapshot is preceded by a SELECT.',
  needsBytes: true,
  watch: transfers(({ resync: { answer, transfer, before, master } }) => {
    if (answer !== 'full' || before.master.role !== 'master') return;
    const text = textOf(transfer.stream.slice(0, FIRST_PIECES));
    const first = text.replace(SAYS_NOTHING, '');
    demand(
      first === '' || first.startsWith(SELECT),
      () => `${called(master)} does not say its database behind a snapshot`,
    );
  }),
});

const FIRST_PIECES = 8;
const SELECT = '*2\r\n$6\r\nSELECT';

/** PING, GETACK and MULTI belong to no database. */
const SAYS_NOTHING =
  /^(\*1\r\n\$[45]\r\n(ping|multi)\r\n|\*3\r\n\$8\r\nREPLCONF\r\n\$6\r\nGETACK\r\n\$1\r\n\*\r\n)*/i;

/** Bytes as text, one character each. */
const textOf = (pieces: readonly Uint8Array[]): string =>
  pieces.map((piece) => String.fromCharCode(...piece.subarray(0, PIECE_SHOWN))).join('');

const PIECE_SHOWN = 100;

/** Whether a link is still the one by which its replica follows its master. */
const isCurrent = ({ replica, master, transfer }: Resync, nodes: readonly NodeView[]): boolean =>
  transfer.isOpen() && nodes[replica ?? -1]?.master === master;

export const SIGNS_OF_LIFE = property({
  id: 'waiting-replicas-hear-of-their-master',
  rules: ['LIVE-1'],
  sentence: 'A replica hears a newline about every second while it waits for a snapshot on disk.',
  needsBytes: true,
  watch: transfers(({ resync: { transfer, answer, master, replica } }) => {
    if (answer !== 'full' || transfer.snapshotAt === null || transfer.marked) return;
    const seconds = Math.floor((transfer.snapshotAt - transfer.answeredAt) / 1000);
    demand(
      transfer.newlines >= seconds,
      () =>
        `${called(replica)} waits ${seconds} seconds for the snapshot of ${called(master)} and hears ${transfer.newlines} newlines`,
    );
  }),
});
