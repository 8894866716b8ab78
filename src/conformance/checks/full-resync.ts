import {
  type Capability,
  nextByte,
  processedOffset,
  type SnapshotTarget,
} from '../../../models/vocabulary/index.ts';
import { readRdb } from '../../wire/rdb/reader.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import { showPsyncReply, stateOf } from '../lab.ts';
import { inconclusive, unsupported, Violation } from '../outcome.ts';
import { isCommand, isHousekeeping, setsKey, showCommands } from '../stream-text.ts';
import type { FakeReplica, HeardSnapshot, StreamedWords } from '../target/replica.ts';

const ASKED = 'PSYNC ? -1';

/** Asks for a full resynchronization and takes the line that announces it. */
const announced = async (replica: FakeReplica) => {
  const answer = await replica.psync('?', nextByte(-1));
  if (answer.answer !== 'fullresync') {
    throw new Violation({
      sent: ASKED,
      predicted: '+FULLRESYNC <replid> <offset>',
      heard: showPsyncReply(answer),
    });
  }
  replica.offset = processedOffset(answer.offset);
  return answer;
};

const writes = (commands: readonly StreamedWords[], key: string): boolean =>
  commands.some((command) => setsKey(command, key));

const announcesHistory = check(
  'FULL-1',
  'replid-and-offset',
  '+FULLRESYNC names the replid and offset that INFO shows',
  async (lab) => {
    const { result: answer, seen } = await lab.whileUnmoved(async () => {
      const replica = await lab.replica();
      const heard = await announced(replica);
      replica.peer.close();
      return heard;
    });
    expectEqual(answer.replid, seen.ids.replid, ASKED, 'the replid');
    expectEqual(answer.offset, seen.offset, ASKED, 'the offset');
  },
);

const syncHasNoLine = (name: string, title: string, ask: (replica: FakeReplica) => void) =>
  check('FULL-2', name, title, async (lab) => {
    const replica = await lab.replica({ capabilities: [] });
    ask(replica);
    const { target } = await replica.snapshot();
    expectEqual(target, 'disk', 'SYNC', 'a snapshot for');
  });

const framing = (
  rule: 'FULL-3' | 'FULL-4',
  name: string,
  title: string,
  diskless: 'yes' | 'no',
  capabilities: readonly Capability[],
  predicted: SnapshotTarget,
) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      await lab.settings.change('repl-diskless-sync', diskless);
      const replica = await lab.replica({ capabilities });
      await announced(replica);
      const { target } = await replica.snapshot();
      expect(
        target === predicted,
        `REPLCONF capa ${capabilities.join(' ')}, ${ASKED}, with repl-diskless-sync ${diskless}`,
        predicted === 'disk' ? '$<length>' : '$EOF:<mark>',
        target === 'disk' ? '$<length>' : '$EOF:<mark>',
      );
    },
    { needs: ['settings'] },
  );

const streamFollows = (name: string, title: string, diskless: 'yes' | 'no') =>
  check(
    'FULL-5',
    name,
    title,
    async (lab) => {
      await lab.settings.change('repl-diskless-sync', diskless);
      const replica = await lab.replica();
      await announced(replica);
      const during = await lab.write();
      const { target } = await replica.snapshot();
      if (target === 'socket') {
        await lab.until((seen) => stateOf(replica, seen) === 'online', 'the replica is online');
        replica.ack(replica.offset);
      }
      const after = await lab.write();
      const commands = await lab.hears(replica);
      expect(
        writes(commands, during.key) && writes(commands, after.key),
        `${ASKED}, SET ${during.key} during the snapshot, SET ${after.key} after it`,
        'both in the stream, which ends at the offset of INFO',
        showCommands(commands),
      );
      await lab.fence();
      expectEqual(replica.peer.unread, 0, 'nothing more', 'bytes beyond the offset of INFO:');
    },
    { needs: ['settings', 'keys'] },
  );

const selectsAgain = (name: string, title: string, whose: 'the replica' | 'other replicas') =>
  check(
    'FULL-6',
    name,
    title,
    async (lab) => {
      const online = await lab.online();
      await lab.write();
      await lab.hears(online);
      const { replica } = await lab.synced();
      const { key } = await lab.write();
      const listener = whose === 'the replica' ? replica : online;
      const commands = (await lab.hears(listener)).filter((command) => !isHousekeeping(command));
      const [first, second] = commands;
      expect(
        isCommand(first, 'SELECT') && setsKey(second, key),
        `${ASKED} by one replica, then SET ${key}`,
        `SELECT and then the SET on the link of ${whose}`,
        showCommands(commands),
      );
    },
    { needs: ['keys'] },
  );

const silentUntilAck = check(
  'FULL-7',
  'silent',
  'after an end mark nothing is sent before the first acknowledgement',
  async (lab) => {
    await lab.settings.change('repl-diskless-sync', 'yes');
    const replica = await lab.replica();
    await announced(replica);
    await replica.snapshot();
    await lab.until((seen) => stateOf(replica, seen) === 'online', 'the replica is online');
    const { key } = await lab.write();
    await lab.fence();
    expectEqual(
      replica.peer.unread,
      0,
      `SET ${key} before any REPLCONF ACK`,
      'bytes of the stream:',
    );
  },
  { needs: ['settings', 'keys'] },
);

const anyAckOpens = (name: string, title: string, offset: (own: number) => number) =>
  check(
    'FULL-7',
    name,
    title,
    async (lab) => {
      await lab.settings.change('repl-diskless-sync', 'yes');
      const replica = await lab.replica();
      await announced(replica);
      await replica.snapshot();
      await lab.until((seen) => stateOf(replica, seen) === 'online', 'the replica is online');
      const { key } = await lab.write();
      replica.ack(processedOffset(offset(replica.offset)));
      const commands = await lab.hears(replica);
      expect(
        writes(commands, key),
        `SET ${key}, then REPLCONF ACK ${offset(replica.offset)}`,
        'the SET in the stream',
        showCommands(commands),
      );
    },
    { needs: ['settings', 'keys'] },
  );

const noAckNeeded = check(
  'FULL-8',
  'stream',
  'after a snapshot with a length the stream goes on without an acknowledgement',
  async (lab) => {
    await lab.settings.change('repl-diskless-sync', 'no');
    const replica = await lab.replica();
    await announced(replica);
    await replica.snapshot();
    const { key } = await lab.write();
    const commands = await lab.hears(replica);
    expect(writes(commands, key), `SET ${key}`, 'the SET in the stream', showCommands(commands));
  },
  { needs: ['settings', 'keys'] },
);

const joins = check(
  'FULL-9',
  'same-offset',
  'a replica that joins a snapshot gets its offset, its bytes and every write since',
  async (lab) => {
    await lab.slowSnapshots(150);
    const first = await lab.replica();
    const firstAnswer = await announced(first);
    const { key } = await lab.write();
    const second = await lab.replica();
    const secondAnswer = await announced(second);
    const sent = `${ASKED} by one replica, SET ${key}, ${ASKED} by another while the snapshot is made`;
    expectEqual(showPsyncReply(secondAnswer), showPsyncReply(firstAnswer), sent, 'the same line,');
    const [one, other] = [await first.snapshot(), await second.snapshot()];
    expect(
      one.bytes === null || other.bytes === null || one.bytes.equals(other.bytes),
      sent,
      'the same snapshot',
      `snapshots of ${one.length} and ${other.length} bytes that differ`,
    );
    const commands = await lab.hears(second);
    expect(writes(commands, key), sent, 'the SET on the second link', showCommands(commands));
  },
  { needs: ['settings', 'keys'] },
);

const mayNotJoin = check(
  'FULL-10',
  'without-eof',
  'a replica without capa eof does not join the snapshot of one with it',
  async (lab) => {
    await lab.slowSnapshots(150);
    const first = await lab.replica();
    const firstAnswer = await announced(first);
    const { key } = await lab.write();
    const second = await lab.replica({ capabilities: ['psync2'] });
    const secondAnswer = await announced(second);
    expect(
      secondAnswer.offset > firstAnswer.offset,
      `${ASKED} with capa eof, SET ${key}, ${ASKED} without it while the snapshot is made`,
      `a snapshot of its own, after offset ${firstAnswer.offset}`,
      `offset ${secondAnswer.offset}`,
    );
  },
  { needs: ['settings', 'keys'] },
);

/** What stands in a snapshot, if it was short enough to be kept. */
const read = ({ bytes, length }: HeardSnapshot) => {
  if (bytes === null) throw inconclusive(`a snapshot of ${length} bytes is too long to look into`);
  const rdb = readRdb(bytes);
  if ('malformed' in rdb) {
    throw new Violation({ sent: ASKED, predicted: 'a well-formed RDB', heard: rdb.malformed });
  }
  return rdb;
};

const holdsItsData = (name: string, title: string, diskless: 'yes' | 'no') =>
  check(
    'FULL-11',
    name,
    title,
    async (lab) => {
      await lab.settings.change('repl-diskless-sync', diskless);
      const before = await lab.write();
      const replica = await lab.replica();
      await announced(replica);
      const after = await lab.write();
      const { snapshot, rest } = read(await replica.snapshot());
      const keys = snapshot.databases.get(0);
      const held = keys?.get(before.key)?.value;
      const sent = `SET ${before.key}, ${ASKED}, SET ${after.key} behind its announcement`;
      expect(
        held?.type === 'string' && held.value === before.value,
        sent,
        'the first write in the snapshot',
        JSON.stringify(held ?? 'no such key'),
      );
      expect(!keys?.has(after.key), sent, 'the second not in it', 'it is');
      expectEqual(rest.length, 0, sent, 'bytes behind the end of the RDB:');
    },
    { needs: ['settings', 'keys'] },
  );

const saysItsIdentity = check(
  'FULL-11',
  'identity',
  'a snapshot carries the replid and offset that were announced with it',
  async (lab) => {
    const replica = await lab.replica();
    const answer = await announced(replica);
    const { auxiliary } = read(await replica.snapshot()).snapshot;
    expectEqual(
      `${auxiliary.get('repl-id')} ${auxiliary.get('repl-offset')}`,
      `${answer.replid} ${answer.offset}`,
      ASKED,
      'repl-id and repl-offset of',
    );
  },
);

const rdbOnly = (name: string, title: string, diskless: 'yes' | 'no') =>
  check(
    'FULL-12',
    name,
    title,
    async (lab) => {
      await lab.settings.change('repl-diskless-sync', diskless);
      const replica = await lab.replica();
      const option = await replica.peer.command('REPLCONF', 'rdb-only', '1');
      if (option && 'error' in option) throw unsupported(`REPLCONF rdb-only: ${option.error}`);
      await announced(replica);
      await replica.snapshot();
      await replica.peer.closes();
    },
    { needs: ['settings'] },
  );

const filtered = check(
  'FULL-13',
  'functions',
  'a snapshot of functions alone comes with an end mark, also where snapshots go to disk',
  async (lab) => {
    await lab.settings.change('repl-diskless-sync', 'no');
    const replica = await lab.replica();
    const option = await replica.peer.command('REPLCONF', 'rdb-filter-only', 'functions');
    if (option && 'error' in option) throw unsupported(`REPLCONF rdb-filter-only: ${option.error}`);
    await announced(replica);
    const snapshot = await replica.snapshot();
    const sent = `REPLCONF rdb-filter-only functions, ${ASKED}`;
    expectEqual(snapshot.target, 'socket', sent, 'a snapshot for');
    expectEqual(read(snapshot).snapshot.databases.size, 0, sent, 'databases in it:');
  },
  { needs: ['settings'] },
);

const olderForm = check(
  'FULL-14',
  'no-version',
  'a replica that announces no version gets an older snapshot with an end mark',
  async (lab) => {
    await lab.settings.change('repl-diskless-sync', 'no');
    const replica = await lab.replica({ version: null });
    await announced(replica);
    const { target } = await replica.snapshot();
    expectEqual(target, 'socket', `${ASKED} without REPLCONF version`, 'a snapshot for');
  },
  { needs: ['settings'] },
);

export const FULL_RESYNC_CHECKS = [
  announcesHistory,
  syncHasNoLine('array', 'SYNC is answered with a snapshot and no status line', (replica) =>
    replica.peer.sendCommand('SYNC'),
  ),
  syncHasNoLine(
    'inline',
    'an inline SYNC is answered with a snapshot and no status line',
    (replica) => replica.peer.sendText('SYNC\r\n'),
  ),
  framing(
    'FULL-3',
    'no-capability',
    'without capa eof a snapshot has a length, also where snapshots are diskless',
    'yes',
    ['psync2'],
    'disk',
  ),
  framing(
    'FULL-3',
    'disk',
    'where snapshots go to disk a snapshot has a length',
    'no',
    ['eof', 'psync2'],
    'disk',
  ),
  framing(
    'FULL-4',
    'mark',
    'with capa eof a diskless snapshot stands between two marks',
    'yes',
    ['eof', 'psync2'],
    'socket',
  ),
  streamFollows('disk', 'the stream goes on right after a snapshot with a length', 'no'),
  streamFollows('diskless', 'the stream goes on right after a snapshot with a mark', 'yes'),
  selectsAgain('own-link', 'the first write after a snapshot is preceded by SELECT', 'the replica'),
  selectsAgain(
    'other-links',
    'the first write after a snapshot is preceded by SELECT for replicas that were online before, too',
    'other replicas',
  ),
  silentUntilAck,
  anyAckOpens('ack', 'an acknowledgement of the snapshot’s offset opens the stream', (own) => own),
  anyAckOpens('ack-zero', 'an acknowledgement of 0 opens the stream', () => 0),
  noAckNeeded,
  joins,
  mayNotJoin,
  holdsItsData(
    'disk',
    'a snapshot with a length holds what was written before it and nothing after',
    'no',
  ),
  holdsItsData(
    'diskless',
    'a snapshot with a mark holds what was written before it and nothing after',
    'yes',
  ),
  saysItsIdentity,
  rdbOnly('disk', 'rdb-only closes the link after a snapshot with a length', 'no'),
  rdbOnly('diskless', 'rdb-only closes the link after a snapshot with a mark', 'yes'),
  filtered,
  olderForm,
];
