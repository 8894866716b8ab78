import { type NextByte, nextByte } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { check } from '../check.ts';
import { expect, expectError, expectErrorLine, showReply } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { inconclusive, notApplicable, unsupported } from '../outcome.ts';
import type { Observation } from '../target/observation.ts';
import type { Peer } from '../target/peer.ts';

const FULL: readonly string[] = ['PSYNC', '?', '-1'];

/** A refused client is an ordinary client still: it is answered, and INFO shows no replica more than `before`. */
const expectStillClient = async (
  lab: Lab,
  peer: Peer,
  sent: string,
  before: Observation,
): Promise<void> => {
  const reply = await peer.command('ECHO', 'still here');
  expect(
    reply !== null && 'bulk' in reply && reply.bulk === 'still here',
    `${sent}, then ECHO`,
    'the reply to ECHO',
    showReply(reply),
  );
  const { attached } = await lab.observe();
  expect(
    attached <= before.attached,
    sent,
    `no replica more than the ${before.attached} before`,
    `connected_slaves:${attached}`,
  );
};

const refusedWords = (name: string, title: string, words: readonly string[]) =>
  check('GATE-1', name, title, async (lab) => {
    const peer = await lab.open();
    peer.sendCommand(...words);
    expectErrorLine(await peer.line(), words.join(' '));
  });

const beforeAuth = (name: string, title: string, words: readonly string[]) =>
  check('GATE-2', name, title, async (lab) => {
    if (!lab.needsPassword) throw notApplicable('the target is reached without a password');
    const peer = await lab.open({ authenticated: false });
    peer.sendCommand(...words);
    expectErrorLine(await peer.line(), `${words.join(' ')} without AUTH`, 'NOAUTH');
  });

/** Sends `words` on an online replica's link, and demands that nothing but the stream is heard from then on. */
const ignoredOnLink = (name: string, title: string, words: readonly string[]) =>
  check(
    'READY-1',
    name,
    title,
    async (lab) => {
      const replica = await lab.online();
      replica.peer.sendCommand(...words);
      await lab.fence();
      const { key } = await lab.write();
      const { offset } = await lab.observe();
      const commands = await replica.commandsTo(offset);
      const heard = commands.map((command) => command.words.join(' '));
      expect(
        heard.some((command) => command.includes(key)),
        `${words.join(' ')} on an online link, then SET ${key} elsewhere`,
        'the SET in the stream, and no reply',
        heard.join(' | '),
      );
    },
    { needs: ['keys'] },
  );

const failoverWord = (name: string, title: string, word: string) =>
  check('READY-2', name, title, async (lab) => {
    const before = await lab.observe();
    const peer = await lab.open();
    const words = ['PSYNC', before.ids.replid, String(before.offset + 1), word];
    expectError(await peer.command(...words), words.join(' '));
    await expectStillClient(lab, peer, words.join(' '), before);
  });

const badOffset = (name: string, title: string, offset: string) =>
  check('READY-8', name, title, async (lab) => {
    const before = await lab.observe();
    const peer = await lab.open();
    const sent = `PSYNC ? ${JSON.stringify(offset)}`;
    expectError(await peer.command('PSYNC', '?', offset), sent);
    await expectStillClient(lab, peer, sent, before);
    const after = await lab.observe();
    expect(
      after.counters.syncFull === before.counters.syncFull,
      sent,
      'no resynchronization',
      `sync_full went from ${before.counters.syncFull} to ${after.counters.syncFull}`,
    );
  });

const pipelined = (name: string, title: string, words: readonly string[]) =>
  check('READY-6', name, title, async (lab) => {
    const before = await lab.observe();
    const peer = await lab.open();
    peer.send(Buffer.concat([encodeCommand(['PING']), encodeCommand(words)]));
    const sent = `PING and ${words.join(' ')} in one packet`;
    const pong = await peer.reply();
    expect(pong !== null && 'simple' in pong, sent, '+PONG first', showReply(pong));
    expectErrorLine(await peer.line(), sent);
    await expectStillClient(lab, peer, sent, before);
  });

const whileLinkless = (
  name: string,
  title: string,
  words: (next: NextByte, id: string) => readonly string[],
) =>
  check(
    'READY-5',
    name,
    title,
    async (lab) => {
      const before = await lab.observe();
      await lab.follow();
      const peer = await lab.open();
      const asked = words(nextByte(before.offset + 1), before.ids.replid);
      const sent = `${asked.join(' ')} to a target whose link to its master is not established`;
      expectError(await peer.command(...asked), sent, 'NOMASTERLINK');
      await expectStillClient(lab, peer, sent, before);
    },
    { needs: ['role'] },
  );

const whileFailingOver = check(
  'READY-4',
  'psync',
  'PSYNC during FAILOVER is refused with -NOMASTERLINK',
  async (lab) => {
    await lab.refuseWithOtherReplicas();
    await lab.online();
    await lab.write();
    const started = await lab.control.command('FAILOVER');
    if (started && 'error' in started) throw unsupported(`FAILOVER: ${started.error}`);
    try {
      const { failover } = await lab.observe();
      if (failover !== 'waiting-for-sync') throw inconclusive(`the failover is ${failover}`);
      const peer = await lab.open();
      expectError(await peer.command(...FULL), 'PSYNC ? -1 during FAILOVER', 'NOMASTERLINK');
    } finally {
      await lab.control.command('FAILOVER', 'ABORT');
    }
  },
  { needs: ['keys', 'role'] },
);

const failoverOfOther = check(
  'READY-3',
  'other-replid',
  'PSYNC with FAILOVER under another replid is refused by a replica',
  async (lab) => {
    await lab.follow();
    const peer = await lab.open();
    const words = ['PSYNC', lab.chance.hex(40), '1', 'FAILOVER'];
    expectError(await peer.command(...words), words.join(' '), 'ERR');
  },
  { needs: ['role'] },
);

const inTransaction = check(
  'GATE-3',
  'psync',
  'PSYNC inside MULTI is refused and starts nothing',
  async (lab) => {
    const before = await lab.observe();
    const peer = await lab.open();
    await peer.command('MULTI');
    expectError(await peer.command(...FULL), 'MULTI, PSYNC ? -1');
    expectError(await peer.command('EXEC'), 'MULTI, PSYNC ? -1, EXEC');
    await expectStillClient(lab, peer, 'MULTI, PSYNC ? -1, EXEC', before);
  },
);

const noWritesOnReplica = check(
  'GATE-4',
  'set',
  'SET to a replica is refused with -READONLY',
  async (lab) => {
    (await lab.online()).peer.close();
    const { peer } = await lab.follow();
    peer.sendText('+CONTINUE\r\n');
    await lab.until(({ linkUp }) => linkUp, 'the link is up after +CONTINUE');
    const { key, value } = lab.newKey();
    const client = await lab.open();
    expectError(await client.command('SET', key, value), 'REPLICAOF to us, SET', 'READONLY');
  },
  { needs: ['keys', 'role'] },
);

const filterWithoutEof = check(
  'READY-7',
  'functions',
  'a filtered snapshot without capa eof is refused',
  async (lab) => {
    const before = await lab.observe();
    const peer = await lab.open();
    const filter = await peer.command('REPLCONF', 'rdb-filter-only', 'functions');
    if (filter && 'error' in filter) throw unsupported(`REPLCONF rdb-filter-only: ${filter.error}`);
    const sent = 'REPLCONF rdb-filter-only functions, PSYNC ? -1';
    expectError(await peer.command(...FULL), sent);
    await expectStillClient(lab, peer, sent, before);
  },
);

const laterWelcome = check(
  'READY-6',
  'then-continue',
  'a client that was refused may still attach',
  async (lab) => {
    (await lab.online()).peer.close();
    const replica = await lab.replica();
    const sent = 'PING and PSYNC in one packet';
    replica.peer.send(Buffer.concat([encodeCommand(['PING']), encodeCommand(FULL)]));
    await replica.peer.reply();
    expectErrorLine(await replica.peer.line(), sent);
    const { ids, offset } = await lab.observe();
    const answer = await replica.psync(ids.replid, nextByte(offset + 1));
    expect(
      answer.answer === 'continue' || answer.answer === 'fullresync',
      `${sent}, then PSYNC alone`,
      'a resynchronization',
      JSON.stringify(answer),
    );
  },
);

export const READINESS_CHECKS = [
  refusedWords('psync-alone', 'PSYNC without words is an error', ['PSYNC']),
  refusedWords('psync-one-word', 'PSYNC with a replid only is an error', ['PSYNC', '?']),
  refusedWords('sync-with-word', 'SYNC with a word is an error', ['SYNC', '1']),
  beforeAuth('psync', 'PSYNC before AUTH is refused', FULL),
  beforeAuth('sync', 'SYNC before AUTH is refused', ['SYNC']),
  beforeAuth('replconf', 'REPLCONF before AUTH is refused', ['REPLCONF', 'capa', 'eof']),
  inTransaction,
  noWritesOnReplica,
  ignoredOnLink('psync', 'a second PSYNC on a link is ignored', FULL),
  ignoredOnLink('sync', 'SYNC on a replica’s link is ignored', ['SYNC']),
  failoverWord('word', 'PSYNC with FAILOVER is refused by a master', 'FAILOVER'),
  failoverWord('lower-case', 'the word failover counts in lower case too', 'failover'),
  failoverOfOther,
  whileFailingOver,
  whileLinkless(
    'psync',
    'PSYNC to a replica without its master is refused with -NOMASTERLINK',
    (next, id) => ['PSYNC', id, String(next)],
  ),
  whileLinkless(
    'sync',
    'SYNC to a replica without its master is refused with -NOMASTERLINK',
    () => ['SYNC'],
  ),
  pipelined('psync', 'PSYNC behind an unanswered PING is refused', FULL),
  pipelined('sync', 'SYNC behind an unanswered PING is refused', ['SYNC']),
  filterWithoutEof,
  badOffset('word', 'an offset that is a word is an error', 'abc'),
  badOffset('empty', 'an empty offset is an error', ''),
  badOffset('trailing', 'an offset with a letter behind it is an error', '12x'),
  laterWelcome,
];
