import { processedOffset } from '../../../../models/vocabulary/index.ts';
import { expect, expectEqual } from '../../expect.ts';
import type { Lead } from '../../lead.ts';
import type { FollowedLink } from '../../target/followed-link.ts';
import { payloadOf } from '../../target/payload.ts';
import type { Peer } from '../../target/peer.ts';
import { led, loading, REPLICA_CRON } from './led.ts';

const TIMEOUT_CLOCK = 'repl-timeout of a second, as its cron counts it';

/** Beyond repl-timeout 1, strictly and in whole seconds, at the next turn of the cron, and some slack. In milliseconds. */
const LONGEST = 5000;

/** For so long a target that hears newlines must not give up. In milliseconds. */
const KEPT_ALIVE = 2500;

const NEWLINE_EVERY = 200;

/** Demands that the target leaves a link on which nothing is said any more. */
const leaves = async (peer: Peer, sent: string): Promise<void> => {
  const begun = Date.now();
  const left = await peer.closes(LONGEST).then(
    () => true,
    () => false,
  );
  expect(
    left,
    `${sent}, then nothing, with repl-timeout 1`,
    'the end of the link',
    `it is open after ${Date.now() - begun} ms`,
  );
};

const newlinesFor = async (peer: Peer, milliseconds: number): Promise<void> => {
  const pulse = setInterval(() => peer.sendText('\n'), NEWLINE_EVERY);
  const closed = await peer.closes(milliseconds).then(
    () => true,
    () => false,
  );
  clearInterval(pulse);
  expect(
    !closed,
    `a newline every ${NEWLINE_EVERY} ms, with repl-timeout 1`,
    'an open link',
    'its end',
  );
};

const silent = (
  name: string,
  title: string,
  begin: (lead: Lead) => Promise<{ readonly peer: Peer; readonly sent: string }>,
) =>
  loading(
    'LINK-5',
    name,
    title,
    async (lead) => {
      await lead.lab.settings.change('repl-timeout', '1');
      const { peer, sent } = await begin(lead);
      await leaves(peer, sent);
    },
    { needs: ['settings'], waitsFor: TIMEOUT_CLOCK },
  );

/** Demands the offset of the ledger twice in a row; acknowledgements before it may have been on their way. */
const expectSteady = async (link: FollowedLink, sent: string): Promise<void> => {
  const { applied } = link.ledger;
  for (
    let late = 0;
    late < LATE_MAX && (await link.acknowledgement(CRON_PATIENCE)) < applied;
    late += 1
  );
  link.expectClaim(await link.acknowledgement(CRON_PATIENCE), applied, sent);
};

/** A second, and some slack, in milliseconds. */
const CRON_PATIENCE = 3000;

/** One of the cron's own, and the answer to a GETACK. */
const LATE_MAX = 3;

const retried = led(
  'LINK-1',
  'refused-ping',
  'a replica whose PING was refused dials again at the next turn of its cron',
  async (lead) => {
    const peer = await lead.dialled();
    peer.sendText('-ERR not now\r\n');
    await peer.closes();
    await lead.link();
  },
  { waitsFor: REPLICA_CRON },
);

const everySecond = loading(
  'ACK-6',
  'unasked',
  'a connected replica acknowledges its offset unasked, twice within three seconds',
  async (lead) => {
    const { link } = await lead.loaded();
    link.feed('PING');
    await link.settles();
    await expectSteady(link, 'a snapshot, PING, GETACK, then nothing');
  },
  { waitsFor: REPLICA_CRON },
);

const frozenInTransaction = loading(
  'ACK-6',
  'inside-transaction',
  'while a transaction is open the offset before its MULTI is acknowledged',
  async (lead) => {
    const { lab } = lead;
    const { link } = await lead.loaded();
    link.feed('PING');
    link.feed('MULTI');
    link.feed('SET', lab.newKey().key, 'x');
    await expectSteady(link, 'PING, MULTI, SET');
  },
  { waitsFor: REPLICA_CRON },
);

const nothingToAcknowledge = loading(
  'ANS-3',
  'no-acknowledgements',
  'a replica without an offset acknowledges nothing unasked',
  async (lead) => {
    const link = await lead.link();
    link.answer('+FULLRESYNC', processedOffset(-1));
    link.snapshot(payloadOf([]));
    // Valkey acknowledges any snapshot at once; the answer to a second GETACK comes behind that.
    for (let turn = 0; turn < 2; turn += 1) await link.settles();
    const spoke = await link.peer.speaks(KEPT_ALIVE);
    expect(
      !spoke,
      `a bare +FULLRESYNC, a snapshot, GETACK, then nothing for ${KEPT_ALIVE} ms`,
      'no acknowledgement',
      link.peer.transcript.lines().at(-1) ?? '',
    );
  },
  { waitsFor: REPLICA_CRON },
);

// Redis leaves when it next has something to say, Valkey when its patience is over.
const brokenCloses = loading(
  'LINK-9',
  'closes',
  'a replica that met an inline command leaves the link by itself, and asks for everything',
  async (lead) => {
    await lead.lab.settings.change('repl-timeout', '1');
    const { link } = await lead.loaded();
    await link.settles();
    link.peer.sendText('SET a b\r\n');
    await leaves(link.peer, 'an inline command in the stream');
    const { request } = await lead.link();
    expectEqual(
      `${request.replid} ${request.offset}`,
      '? -1',
      'an inline command in the stream',
      'PSYNC',
    );
  },
  { needs: ['settings'], waitsFor: TIMEOUT_CLOCK },
);

const timeoutKeepsHistory = loading(
  'LINK-5',
  'connected',
  'a replica leaves a silent master and asks to continue',
  async (lead) => {
    await lead.lab.settings.change('repl-timeout', '1');
    const { link, replid } = await lead.loaded();
    await link.settles();
    await leaves(link.peer, 'a snapshot');
    const next = await lead.link();
    link.expectAskedBy(next.request, replid, 'nothing for more than repl-timeout');
  },
  { needs: ['settings'], waitsFor: TIMEOUT_CLOCK },
);

export const CLOCK_CHECKS = [
  retried,
  everySecond,
  frozenInTransaction,
  nothingToAcknowledge,
  brokenCloses,
  timeoutKeepsHistory,
  silent('handshake', 'a replica leaves a master that never answers its PING', async (lead) => ({
    peer: await lead.dialled(),
    sent: 'nothing in answer to PING',
  })),
  silent(
    'awaiting-answer',
    'newlines before the answer to PSYNC hold the link, and only as long as they come',
    async (lead) => {
      const { peer } = await lead.link();
      await newlinesFor(peer, KEPT_ALIVE);
      return { peer, sent: 'newlines in answer to PSYNC' };
    },
  ),
  silent(
    'transfer',
    'newlines before the header hold the link, and a snapshot that stops does not',
    async (lead) => {
      const link = await lead.link();
      link.fullResync(lead.lab.chance.hex(40), processedOffset(5));
      await newlinesFor(link.peer, KEPT_ALIVE);
      link.peer.sendText('$1000\r\nREDIS');
      return { peer: link.peer, sent: 'half a snapshot' };
    },
  ),
];
