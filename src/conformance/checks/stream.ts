import { nextByte, processedOffset } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import { type Lab, showPsyncReply } from '../lab.ts';
import { inconclusive } from '../outcome.ts';
import { isCommand, isHousekeeping, setsKey, showCommands } from '../stream-text.ts';
import type { FakeReplica, StreamedWords } from '../target/replica.ts';

/** The stream without what the master adds at any time. */
const ours = (commands: readonly StreamedWords[]): StreamedWords[] =>
  commands.filter((command) => !isHousekeeping(command));

/** An online replica whose stream has database 0 selected. */
const inDatabaseZero = async (lab: Lab): Promise<FakeReplica> => {
  const replica = await lab.online();
  await lab.write();
  await lab.hears(replica);
  return replica;
};

const countsBytes = check(
  'STREAM-1',
  'writes',
  'the offset grows by the bytes that a replica hears',
  async (lab) => {
    const replica = await lab.online();
    const before = replica.offset;
    const written = [];
    for (const database of [0, 1, 1, 0]) written.push(await lab.write(database));
    const commands = await lab.hears(replica);
    await lab.fence();
    const sent = `four writes in two databases from offset ${before}`;
    expectEqual(replica.peer.unread, 0, sent, 'bytes beyond the offset of INFO:');
    expect(
      written.every(({ key }) => commands.some((command) => setsKey(command, key))),
      sent,
      'all four in the stream up to the offset of INFO',
      showCommands(commands),
    );
  },
  { needs: ['keys'] },
);

const selects = (name: string, title: string, from: number, to: number) =>
  check(
    'STREAM-2',
    name,
    title,
    async (lab) => {
      const replica = await lab.online();
      await lab.write(from);
      await lab.hears(replica);
      const { key } = await lab.write(to);
      const [select, set] = ours(await lab.hears(replica));
      expect(
        isCommand(select, 'SELECT') && select?.words[1] === String(to) && setsKey(set, key),
        `SET in database ${from}, then SET ${key} in database ${to}`,
        `SELECT ${to}, then the SET`,
        showCommands([select, set].filter((command) => command !== undefined)),
      );
    },
    { needs: ['keys'] },
  );

const noNeedlessSelect = check(
  'STREAM-3',
  'same-database',
  'two writes to one database have one SELECT at most',
  async (lab) => {
    const replica = await inDatabaseZero(lab);
    const { key } = await lab.write();
    const commands = ours(await lab.hears(replica));
    expect(
      commands.length === 1 && setsKey(commands[0], key),
      `SET ${key} in the database that the stream has selected`,
      'the SET alone',
      showCommands(commands),
    );
  },
  { needs: ['keys'] },
);

/** Continues a second replica from a place in what a first one heard, and compares every byte. */
const backlogEqualsStream = (name: string, title: string, place: (length: number) => number) =>
  check(
    'STREAM-4',
    name,
    title,
    async (lab) => {
      const witness = await lab.online();
      const start = witness.offset;
      await lab.write();
      await lab.write(1);
      const { ids, offset } = await lab.observe();
      const heard = await witness.streamTo(offset);
      const skipped = place(heard.length);
      const replica = await lab.replica();
      const from = nextByte(start + skipped + 1);
      const answer = await replica.psync(ids.replid, from);
      if (answer.answer !== 'continue') {
        throw inconclusive(`byte ${from} was not continued: ${showPsyncReply(answer)}`);
      }
      replica.offset = processedOffset(start + skipped);
      const resent = await replica.streamTo(offset);
      const predicted = heard.subarray(skipped);
      const differs = predicted.findIndex((byte, index) => byte !== resent[index]);
      expect(
        differs === -1,
        `PSYNC ${ids.replid} ${from}`,
        'the bytes that an online replica heard at the same positions',
        `another byte at position ${from + differs}`,
      );
    },
    { needs: ['keys'] },
  );

const injectsNothing = check(
  'STREAM-5',
  'no-select',
  'after +CONTINUE the next write to the selected database has no SELECT',
  async (lab) => {
    const witness = await inDatabaseZero(lab);
    const replica = await lab.online();
    const { key } = await lab.write();
    for (const listener of [replica, witness]) {
      const commands = ours(await lab.hears(listener));
      expect(
        commands.length === 1 && setsKey(commands[0], key),
        `PSYNC for the next byte, then SET ${key}`,
        'the SET alone',
        showCommands(commands),
      );
    }
  },
  { needs: ['keys'] },
);

const sameForAll = check(
  'STREAM-4',
  'two-replicas',
  'two online replicas hear the same bytes',
  async (lab) => {
    const one = await lab.online();
    const other = await lab.online({ capabilities: [] });
    const start = Math.max(one.offset, other.offset);
    await one.streamTo(processedOffset(start));
    await other.streamTo(processedOffset(start));
    for (const database of [0, 1, 0]) await lab.write(database);
    const { offset } = await lab.observe();
    const [heard, alsoHeard] = [await one.streamTo(offset), await other.streamTo(offset)];
    expect(
      heard.equals(alsoHeard),
      'three writes in two databases',
      'the same bytes on both links',
      'different bytes',
    );
  },
  { needs: ['keys'] },
);

const onlyArrays = check(
  'LIVE-2',
  'arrays',
  'the stream consists of arrays of bulk strings',
  async (lab) => {
    const replica = await lab.online();
    await lab.write();
    const { key } = lab.newKey();
    await lab.inDatabase(0, ['SET', key, '1', 'EX', '1000'], ['INCR', key], ['DEL', key]);
    await lab.hears(replica);
  },
  { needs: ['keys'] },
);

const transaction = check(
  'STREAM-6',
  'multi-exec',
  'a transaction of two writes travels between MULTI and EXEC',
  async (lab) => {
    const replica = await inDatabaseZero(lab);
    const [first, second] = [lab.newKey(), lab.newKey()];
    await lab.inDatabase(
      0,
      ['MULTI'],
      ['SET', first.key, first.value],
      ['SET', second.key, second.value],
      ['EXEC'],
    );
    const commands = ours(await lab.hears(replica));
    const [multi, one, other, exec, ...more] = commands;
    expect(
      isCommand(multi, 'MULTI') &&
        setsKey(one, first.key) &&
        setsKey(other, second.key) &&
        isCommand(exec, 'EXEC') &&
        more.length === 0,
      `MULTI, SET ${first.key}, SET ${second.key}, EXEC`,
      'MULTI, both SETs and EXEC, in this order and alone',
      showCommands(commands),
    );
  },
  { needs: ['keys'] },
);

const selectsAfterPromotion = check(
  'STREAM-7',
  'first-write',
  'the first write after a promotion is preceded by SELECT',
  async (lab) => {
    (await lab.online()).peer.close();
    await lab.write();
    await lab.promoted();
    const replica = await lab.online();
    const { key } = await lab.write();
    const commands = ours(await lab.hears(replica));
    expect(
      isCommand(commands[0], 'SELECT') && setsKey(commands[1], key),
      `REPLICAOF NO ONE, then SET ${key}`,
      'SELECT, then the SET',
      showCommands(commands),
    );
  },
  { needs: ['keys', 'role'] },
);

export const STREAM_CHECKS = [
  countsBytes,
  selects('other', 'a write to another database is preceded by SELECT', 0, 1),
  selects('back', 'a write back to the first database is preceded by SELECT', 1, 0),
  noNeedlessSelect,
  backlogEqualsStream(
    'from-start',
    'a continuation repeats the stream from its first byte',
    () => 0,
  ),
  backlogEqualsStream(
    'inside-command',
    'a continuation from inside a command repeats the rest',
    () => 7,
  ),
  backlogEqualsStream(
    'half',
    'a continuation from the middle repeats the rest',
    (length) => length >> 1,
  ),
  backlogEqualsStream(
    'last-byte',
    'a continuation from the last byte repeats that byte',
    (length) => length - 1,
  ),
  injectsNothing,
  sameForAll,
  onlyArrays,
  transaction,
  selectsAfterPromotion,
];
