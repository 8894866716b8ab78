import { judgeHeader } from '../../../../models/rules/master-link.ts';
import { nextAfter, processedOffset } from '../../../../models/vocabulary/index.ts';
import { bytesOf } from '../../../wire/byte-queue.ts';
import { expect, expectEqual } from '../../expect.ts';
import { type Lead, type LoadOptions, showReaction } from '../../lead.ts';
import { notApplicable } from '../../outcome.ts';
import type { FollowedLink } from '../../target/followed-link.ts';
import { payloadOf } from '../../target/payload.ts';
import { led, loading } from './led.ts';

const MARK = 'psyncspec-end-mark-'.padEnd(40, '0123456789');

/** Announces a full resynchronization and says no more. */
const announced = async (
  lead: Lead,
): Promise<{ readonly link: FollowedLink; readonly replid: string; readonly offset: number }> => {
  const link = await lead.link();
  const replid = lead.lab.chance.hex(40);
  const offset = 1000 + lead.lab.chance.below(100_000);
  link.fullResync(replid, processedOffset(offset));
  return { link, replid, offset };
};

/** Sends a header, and then what the rules say that it announces. */
const header = (name: string, title: string, lineOf: (length: number) => string) =>
  loading('XFER-1', name, title, async (lead) => {
    const payload = payloadOf([]);
    const line = lineOf(payload.length);
    if (line.startsWith('$-') && lead.lab.dialect === 'valkey-9') {
      throw notApplicable('it leaves the transfer to a thread that takes any number for a length');
    }
    const { link } = await announced(lead);
    const verdict = judgeHeader(line);
    link.peer.sendText(`${line}\r\n`);
    const empty = verdict.header === 'length' && verdict.length === 0;
    if (verdict.header === 'refused' || empty) {
      // Redis notices that there is nothing to read only when there is something.
      link.peer.send(payload);
      const reaction = await lead.reaction(link.peer);
      expect(
        reaction.did === 'close',
        `${line} before a snapshot`,
        'the end of the link',
        showReaction(reaction),
      );
      return;
    }
    if (verdict.header === 'wait') {
      link.snapshot(payload);
      await link.settles();
      return;
    }
    const mark = verdict.header === 'mark' ? verdict.mark : null;
    link.noteSnapshot(`${line}\r\n`, payload, mark);
    link.peer.send(Buffer.concat([payload, bytesOf(mark ?? '')]));
    if (mark === null) await link.settles();
    else await link.acknowledgement();
  });

const keepAlives = (name: string, title: string, count: number, mark: string | null) =>
  loading('XFER-1', name, title, async (lead) => {
    const { link } = await announced(lead);
    link.keepAliveBeforeHeader(count);
    link.snapshot(payloadOf([]), mark);
    if (mark !== null) await link.acknowledgement();
    await link.settles();
  });

/** Loads a snapshot, and looks at what the target has become. */
const becomes = (
  name: string,
  title: string,
  judge: (
    lead: Lead,
    loaded: { readonly replid: string; readonly offset: number },
  ) => Promise<void>,
  options: LoadOptions = {},
) =>
  loading('REPLID-5', name, title, async (lead) => {
    const { link, replid, offset } = await lead.loaded(options);
    await link.settles();
    await judge(lead, { replid, offset });
  });

const SENT = '+FULLRESYNC and a snapshot';

const replacesData = loading('REPLID-5', 'data', 'the snapshot replaces the data', async (lead) => {
  const { lab } = lead;
  const [gone, come] = [lab.newKey(), lab.newKey()];
  const { link } = await lead.loaded({ keys: [gone] });
  const second = await lead.linkAfter(link);
  await lead.load(second, { keys: [come] });
  expectEqual(await lab.valueOf(gone), null, SENT, 'for a key of before');
  expectEqual(await lab.valueOf(come), come.value, SENT, 'for a key of the snapshot');
});

const streamDatabase = loading(
  'XFER-4',
  'named',
  'what follows the snapshot goes to the database of its repl-stream-db',
  async (lead) => {
    const { lab } = lead;
    const written = lab.newKey(3);
    const { link } = await lead.loaded({ auxiliary: [['repl-stream-db', '3']] });
    link.feed('SET', written.key, written.value);
    await link.settles();
    expectEqual(
      await lab.valueOf(written),
      written.value,
      'repl-stream-db 3, then SET',
      'in database 3',
    );
  },
);

const selectAfterwards = loading(
  'XFER-4',
  'select',
  'a SELECT in the stream moves on from the database of repl-stream-db',
  async (lead) => {
    const { lab } = lead;
    const written = lab.newKey(2);
    const { link } = await lead.loaded({ auxiliary: [['repl-stream-db', '3']] });
    link.feed('SELECT', '2');
    link.feed('SET', written.key, written.value);
    await link.settles();
    expectEqual(
      await lab.valueOf(written),
      written.value,
      'repl-stream-db 3, SELECT 2, SET',
      'in database 2',
    );
  },
);

/** Sends the beginning of a full resynchronization, and demands that the target could still continue what it had. */
const keepsHistory = (
  name: string,
  title: string,
  begin: (link: FollowedLink, payload: Buffer) => void,
) =>
  loading('XFER-2', name, title, async (lead) => {
    const { link, replid } = await lead.loaded();
    const { applied } = link.ledger;
    const second = await lead.linkAfter(link);
    second.fullResync(lead.lab.chance.hex(40), processedOffset(5));
    begin(second, payloadOf([]));
    const { request } = await lead.linkAfter(second);
    expectEqual(
      `${request.replid} ${request.offset}`,
      `${replid} ${nextAfter(applied)}`,
      `${title}; the link ends`,
      'PSYNC',
    );
  });

const stillReadable = loading(
  'XFER-2',
  'old-data',
  'until the snapshot is loaded the old data are read and the old identity is shown',
  async (lead) => {
    const { lab } = lead;
    const kept = lab.newKey();
    const { link, replid } = await lead.loaded({ keys: [kept] });
    const second = await lead.linkAfter(link);
    second.fullResync(lab.chance.hex(40), processedOffset(5));
    const payload = payloadOf([lab.newKey()]);
    second.peer.sendText(`$${payload.length}\r\n`);
    second.peer.send(payload.subarray(0, payload.length >> 1));
    expectEqual(await lab.valueOf(kept), kept.value, 'half a snapshot', 'for a key of before');
    const { ids, window } = await lab.observe();
    expectEqual(ids.replid, replid, 'half a snapshot', 'a replid of');
    expectEqual(window !== null, true, 'half a snapshot', 'a backlog:');
  },
);

/** A server that loads from a socket looks at its other clients once in a while only, so bytes have to come. */
const DRIP_EVERY = 5;
const DRIP = 2048;
const NOTHING = Buffer.alloc(0);

const slowly = (payload: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(payload.length / DRIP) }, (_, index) =>
    payload.subarray(index * DRIP, (index + 1) * DRIP),
  );

const swapped = (
  rule: 'XFER-2' | 'XFER-3',
  name: string,
  title: string,
  same: boolean,
  judge: (lead: Lead, fields: ReadonlyMap<string, string>) => Promise<void>,
) =>
  loading(
    rule,
    name,
    title,
    async (lead) => {
      const { lab } = lead;
      await lab.settings.change('repl-diskless-load', 'swapdb');
      await lab.settings.change('loading-process-events-interval-bytes', '1024');
      const { link, replid } = await lead.loaded();
      const { applied } = link.ledger;
      const second = await lead.linkAfter(link);
      second.fullResync(same ? replid : lab.chance.hex(40), applied);
      const drip = setInterval(() => second.peer.send(pieces.shift() ?? NOTHING), DRIP_EVERY);
      const pieces = slowly(payloadOf(Array.from({ length: 200 }, () => lab.newLargeKey())));
      second.peer.sendText(`$${pieces.reduce((sum, { length }) => sum + length, 0)}\r\n`);
      const loadingFlag = await lab
        .untilInfo(
          'persistence',
          (fields) => fields.get('loading') === '1' || fields.get('async_loading') === '1',
          'a load is under way',
        )
        .finally(() => clearInterval(drip));
      await judge(lead, loadingFlag);
      const { request } = await lead.linkAfter(second);
      expectEqual(
        `${request.replid} ${request.offset}`,
        `${replid} ${nextAfter(applied)}`,
        'half a snapshot with repl-diskless-load swapdb; the link ends',
        'PSYNC',
      );
    },
    { needs: ['settings'] },
  );

const brokenMark = loading(
  'XFER-1',
  'broken-mark',
  'a snapshot straight from the socket whose end mark is another is given up',
  async (lead) => {
    const { lab } = lead;
    await lab.settings.change('repl-diskless-load', 'swapdb');
    const { link } = await announced(lead);
    const payload = payloadOf([]);
    link.peer.sendText(`$EOF:${MARK}\r\n`);
    link.peer.send(Buffer.concat([payload, bytesOf('x'.repeat(40))]));
    const reaction = await lead.reaction(link.peer);
    expect(
      reaction.did === 'close',
      'a snapshot with another end mark',
      'the end of the link',
      showReaction(reaction),
    );
  },
  { needs: ['settings'] },
);

const loadFails = loading(
  'ASK-2',
  'after-failed-load',
  'a replica that could not load a snapshot has no history left and asks for everything',
  async (lead) => {
    const link = await lead.link();
    link.fullResync(lead.lab.chance.hex(40), processedOffset(1000));
    link.snapshot(bytesOf('PSYNCSPEC: this is no RDB'));
    const { request } = await lead.linkAfter(link);
    expectEqual(
      `${request.replid} ${request.offset}`,
      '? -1',
      'a snapshot that is no RDB',
      'PSYNC',
    );
  },
);

const truncatedBody = loading(
  'XFER-1',
  'truncated-body',
  'a replica survives a snapshot of the right length that stops inside an entry',
  async (lead) => {
    const { link } = await announced(lead);
    const payload = payloadOf([lead.lab.newKey()]);
    const cut = payload.subarray(0, payload.length - 20);
    link.snapshot(cut);
    await lead.reaction(link.peer);
    await lead.elsewhere();
  },
  { needs: ['life'] },
);

const reconnectsAfter = (name: string, title: string, text: string) =>
  led('LINK-2', name, title, async (lead) => {
    const { lab } = lead;
    let link = await lead.link();
    const begun = performance.now();
    for (let turn = 0; turn < TURNS; turn += 1) {
      link.fullResync(lab.chance.hex(40), processedOffset(5));
      link.peer.sendText(text);
      await link.peer.closes();
      link = await lead.link();
    }
    const elapsed = performance.now() - begun;
    const predicted = lab.reconnectsAtOnce;
    expect(
      elapsed < TURNS * 700 === predicted,
      `${TURNS} transfers that fail`,
      predicted ? 'a new link at once after each' : 'a new link a second after each',
      `${TURNS} links in ${Math.round(elapsed)} ms`,
    );
  });

/** So often that the turns of a cron would show. */
const TURNS = 4;

/** By the time INFO shows the link as up, the acknowledgement must be on its way; with a cron it would be, by chance, once. */
const acknowledgesAtOnce = loading(
  'ACK-8',
  'at-once',
  'a snapshot with an end mark is acknowledged as soon as it is loaded',
  async (lead) => {
    const { lab } = lead;
    let link = await lead.link();
    for (let turn = 0; turn < TURNS; turn += 1) {
      link.fullResync(lab.chance.hex(40), lead.someOffset());
      link.snapshot(payloadOf([]), MARK);
      await lab.until(({ linkUp }) => linkUp, 'the link is up after the snapshot');
      await lab.fence();
      const sent = 'a snapshot with an end mark, until INFO shows the link as up';
      expect(link.peer.unread > 0, sent, 'an acknowledgement', 'none so far');
      link = await lead.linkAfter(link);
    }
  },
);

export const TRANSFER_CHECKS = [
  header('length', 'a length before the snapshot is taken', (length) => `$${length}`),
  header(
    'length-then-letters',
    'letters behind the length are passed over',
    (length) => `$${length}xyz`,
  ),
  header(
    'length-with-blank',
    'blanks before the length are passed over',
    (length) => `$ ${length}`,
  ),
  header('mark', 'an end mark before the snapshot is taken', () => `$EOF:${MARK}`),
  header(
    'mark-and-more',
    'the first 40 characters are the mark, whatever follows them',
    () => `$EOF:${MARK}and-more`,
  ),
  header('minus-one', 'a negative length leaves the replica waiting for a header', () => '$-1'),
  header('short-mark', 'a mark that is too short ends the transfer', () => '$EOF:short'),
  header('no-mark', 'an empty mark ends the transfer', () => '$EOF:'),
  header('lower-case-eof', 'the word EOF in lower case is no mark', () => `$eof:${MARK}`),
  header('no-number', 'a length that is no number ends the transfer', () => '$abc'),
  header('zero', 'a length of zero ends the transfer', () => '$0'),
  header(
    'error',
    'an error in place of the header ends the transfer',
    () => '-ERR BGSAVE failed, replication can’t continue',
  ),
  header('status', 'a status in place of the header ends the transfer', () => '+OK'),
  header('bare-number', 'a number without $ ends the transfer', (length) => `${length}`),
  header('array', 'an array in place of the header ends the transfer', () => '*1'),
  keepAlives('newline', 'an empty line before a length is passed over', 1, null),
  keepAlives('newlines', 'a thousand empty lines before a length are passed over', 1000, null),
  keepAlives('newlines-before-mark', 'empty lines before a mark are passed over', 5, MARK),
  brokenMark,
  truncatedBody,
  loadFails,
  becomes('replid', 'the replid of +FULLRESYNC becomes its own', async ({ lab }, { replid }) =>
    expectEqual((await lab.observe()).ids.replid, replid, SENT, 'a replid of'),
  ),
  becomes(
    'replid-with-mark',
    'the replid becomes its own after a snapshot with a mark too',
    async ({ lab }, { replid }) =>
      expectEqual((await lab.observe()).ids.replid, replid, SENT, 'a replid of'),
    { withMark: true },
  ),
  becomes('no-replid2', 'replid2 is forgotten', async ({ lab }) => {
    const { ids } = await lab.observe();
    expectEqual(ids.replid2, null, SENT, 'a replid2 of');
  }),
  becomes(
    'auxiliary',
    'the identity inside the snapshot is passed over',
    async ({ lab }, { replid }) =>
      expectEqual(
        (await lab.observe()).ids.replid,
        replid,
        'a snapshot with another repl-id',
        'a replid of',
      ),
    {
      auxiliary: [
        ['repl-stream-db', '0'],
        ['repl-id', 'f'.repeat(40)],
        ['repl-offset', '7'],
      ],
    },
  ),
  becomes('backlog', 'the backlog begins behind the snapshot', async ({ lab }, { offset }) => {
    const { window } = await lab.observe();
    expectEqual(
      window?.firstByte ?? null,
      nextAfter(processedOffset(offset)),
      SENT,
      'a backlog from byte',
    );
  }),
  replacesData,
  streamDatabase,
  selectAfterwards,
  keepsHistory(
    'announced',
    'a history is kept when a full resynchronization is announced',
    () => {},
  ),
  keepsHistory(
    'header-heard',
    'a history is kept when the header of a snapshot is heard',
    (link, payload) => link.peer.sendText(`$${payload.length}\r\n`),
  ),
  keepsHistory(
    'half-payload',
    'a history is kept when half a snapshot has arrived',
    (link, payload) => {
      link.peer.sendText(`$${payload.length}\r\n`);
      link.peer.send(payload.subarray(0, payload.length >> 1));
    },
  ),
  keepsHistory(
    'last-byte',
    'a history is kept when all but the last byte of a snapshot has arrived',
    (link, payload) => {
      link.peer.sendText(`$${payload.length}\r\n`);
      link.peer.send(payload.subarray(0, -1));
    },
  ),
  keepsHistory(
    'half-mark',
    'a history is kept when half the end mark has arrived',
    (link, payload) => {
      link.peer.sendText(`$EOF:${MARK}\r\n`);
      link.peer.send(Buffer.concat([payload, bytesOf(MARK.slice(0, 20))]));
    },
  ),
  stillReadable,
  swapped(
    'XFER-3',
    'same-history',
    'with swapdb and its own replid it serves the old data while it loads',
    true,
    async (_, fields) =>
      expectEqual(
        fields.get('async_loading') ?? '0',
        '1',
        'half a snapshot under its own replid',
        'async_loading',
      ),
  ),
  swapped(
    'XFER-2',
    'swap-other-history',
    'with swapdb and another replid it keeps its history while it loads',
    false,
    async (_, fields) =>
      expectEqual(
        fields.get('loading') ?? '0',
        '1',
        'half a snapshot under another replid',
        'loading',
      ),
  ),
  reconnectsAfter(
    'bad-header',
    'transfers that end at the header are repeated as fast as its version repeats them',
    ':5\r\n',
  ),
  acknowledgesAtOnce,
];
