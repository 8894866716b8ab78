import { idsAfterContinue } from '../../../../models/rules/identity.ts';
import { judgeAnswer } from '../../../../models/rules/master-link.ts';
import { type ProcessedOffset, processedOffset } from '../../../../models/vocabulary/index.ts';
import { expect, expectEqual } from '../../expect.ts';
import { type Lead, showReaction } from '../../lead.ts';
import { payloadOf } from '../../target/payload.ts';
import { led, loading, REPLICA_CRON } from './led.ts';

const keepAlives = (name: string, title: string, text: string, count: number) =>
  loading('ANS-1', name, title, async (lead) => {
    const link = await lead.link();
    link.keepAlive(text.repeat(count));
    await lead.load(link);
  });

/** Answers with a +FULLRESYNC of some shape, and compares what the target takes from it with the rules. */
const fullResync = (
  rule: 'ANS-2' | 'ANS-3',
  name: string,
  title: string,
  lineOf: (replid: string) => string,
) =>
  loading(rule, name, title, async (lead) => {
    const { lab } = lead;
    const link = await lead.link();
    const line = lineOf(lab.chance.hex(40));
    const predicted = judgeAnswer(line, lab.dialect);
    if (predicted.means !== 'full-resync') throw new Error(`${line} is no +FULLRESYNC`);
    link.answer(line, predicted.offset);
    link.snapshot(payloadOf([]));
    await link.expectCounted(`${line}, a snapshot, GETACK`);
    if (!lab.isTold) return;
    const { ids } = await lab.observe();
    expectEqual(ids.replid, predicted.replid ?? '', line, 'a replid of');
  });

/** Answers PSYNC with a line that is neither +FULLRESYNC nor +CONTINUE. */
const refusal = (rule: 'ANS-5' | 'ANS-6', name: string, line: string) =>
  led(
    rule,
    name,
    rule === 'ANS-5'
      ? `${JSON.stringify(line)} in answer to PSYNC ends the attempt and no more`
      : `${JSON.stringify(line)} in answer to PSYNC makes the replica send SYNC`,
    async (lead) => {
      const link = await lead.link();
      link.peer.sendText(`${line}\r\n`);
      const reaction = await lead.reaction(link.peer);
      const { means } = judgeAnswer(line, lead.lab.dialect);
      const syncs = reaction.did === 'say' && reaction.words.join(' ').toUpperCase() === 'SYNC';
      expect(
        means === 'later' ? reaction.did === 'close' : syncs,
        `${JSON.stringify(line)} in answer to PSYNC`,
        means === 'later' ? 'the end of the link, without SYNC' : 'SYNC on the same link',
        showReaction(reaction),
      );
    },
  );

/** After an answer that means "not now" it asks another master for the very same. */
const asksTheSame = (name: string, line: string) =>
  led(
    'ANS-5',
    name,
    `after ${line.split(' ')[0]} the replica asks for the same as before`,
    async (lead) => {
      const link = await lead.link();
      link.peer.sendText(`${line}\r\n`);
      await link.peer.closes();
      const { request } = await lead.elsewhere();
      expectEqual(
        `${request.replid} ${request.offset}`,
        `${link.request.replid} ${link.request.offset}`,
        `${line} in answer to PSYNC, REPLICAOF to another port of ours`,
        'PSYNC',
      );
    },
  );

const asksTheSameLater = led(
  'LINK-1',
  'later',
  'after -NOMASTERLINK the replica comes back with the same question',
  async (lead) => {
    const link = await lead.link();
    link.peer.sendText('-NOMASTERLINK Can’t SYNC while not connected with my master\r\n');
    const { request } = await lead.linkAfter(link);
    expectEqual(
      `${request.replid} ${request.offset}`,
      `${link.request.replid} ${link.request.offset}`,
      '-NOMASTERLINK in answer to PSYNC',
      'PSYNC',
    );
  },
  { waitsFor: REPLICA_CRON },
);

const syncThenLoads = loading(
  'ANS-6',
  'then-loads',
  'the snapshot that answers SYNC is loaded, and the stream behind it applied',
  async (lead) => {
    const { lab } = lead;
    const link = await lead.link();
    const written = lab.newKey();
    link.answer('-ERR unknown command PSYNC', processedOffset(-1));
    expectEqual((await link.command()).join(' ').toUpperCase(), 'SYNC', '-ERR', 'the command');
    link.snapshot(payloadOf([written]));
    await link.settles();
    if (!lab.isTold) return;
    expectEqual(await lab.valueOf(written), written.value, '-ERR, then a snapshot', 'a value of');
  },
);

/** Continues the target in some form of the line, and compares its identity with what the rules say. */
const continues = (
  rule: 'ADOPT-1' | 'ADOPT-2',
  name: string,
  title: string,
  lineOf: (lead: Lead) => string,
) =>
  led(rule, name, title, async (lead) => {
    const { lab } = lead;
    const link = await lead.asking();
    const before = await lab.observe();
    const line = lineOf(lead);
    const answer = judgeAnswer(line, lab.dialect);
    link.answer(line, link.asked ?? processedOffset(0));
    await link.settles();
    const after = await lab.observe();
    const named = answer.means === 'continue' ? answer.named : null;
    const predicted = idsAfterContinue(before.ids, before.offset, named);
    for (const field of ['replid', 'replid2', 'secondReplOffset'] as const) {
      expectEqual(after.ids[field], predicted[field], line, `a ${field} of`);
    }
  });

const goesOn = (name: string, title: string, line: string) =>
  led('ANS-4', name, title, async (lead) => {
    const link = await lead.asking();
    link.answer(line, link.asked ?? processedOffset(0));
    link.peer.lastSent = line;
    await link.expectCounted(`${JSON.stringify(line)}, GETACK`);
    link.feed('SELECT', '0');
    link.feed('PING');
    await link.expectCounted(`${JSON.stringify(line)}, SELECT, PING, GETACK`);
  });

const keepsData = loading(
  'ANS-4',
  'data',
  'a continuation keeps the data and takes the stream on top of it',
  async (lead) => {
    const { lab } = lead;
    const [kept, added] = [lab.newKey(), lab.newKey()];
    const { link } = await lead.loaded({ keys: [kept] });
    const next = await lead.linkAfter(link);
    next.goOn();
    next.feed('SET', added.key, added.value);
    await next.settles();
    expectEqual(await lab.valueOf(kept), kept.value, '+CONTINUE', 'for a key of the snapshot');
    expectEqual(await lab.valueOf(added), added.value, '+CONTINUE, SET', 'for a key of the stream');
  },
);

const newlinesBeforeContinue = led(
  'ANS-1',
  'before-continue',
  'empty lines before +CONTINUE count for nothing',
  async (lead) => {
    const link = await lead.asking();
    for (let sent = 0; sent < 5; sent += 1) link.keepAlive();
    link.goOn();
    await link.expectCounted('5 newlines, +CONTINUE, GETACK');
  },
);

const unasked = led(
  'ANS-4',
  'unasked',
  'a replica that asked for everything survives +CONTINUE',
  async (lead) => {
    const link = await lead.lacking();
    link.peer.sendText('+CONTINUE\r\n');
    await lead.reaction(link.peer);
    await lead.elsewhere();
  },
  { needs: ['data', 'life'] },
);

/** A line that begins and does not end: the target waits five seconds for the rest, and takes it for no answer at all. */
const halfLine = led(
  'ANS-7',
  'half-line',
  'half an answer and then silence is no refusal: the replica hangs up and asks the same again',
  async (lead) => {
    const link = await lead.link();
    link.peer.sendText('+CONT');
    await link.peer.closes(FREEZE);
    const { request } = await lead.elsewhere();
    expectEqual(
      `${request.replid} ${request.offset}`,
      `${link.request.replid} ${link.request.offset}`,
      '+CONT and no more, REPLICAOF to another port of ours',
      'PSYNC',
    );
  },
  { waitsFor: 'its line read, which gives a byte five seconds' },
);

/** Five seconds for a byte, the turn of a cron, and some slack, in milliseconds. */
const FREEZE = 9000;

const largest: ProcessedOffset = processedOffset(2 ** 53 - 2 ** 20);

export const ANSWER_CHECKS = [
  keepAlives('one', 'an empty line before the answer is passed over', '\n', 1),
  keepAlives('several', 'five empty lines before the answer are passed over', '\n', 5),
  keepAlives('with-cr', 'empty lines that end with CR LF are passed over', '\r\n', 3),
  keepAlives('many', 'a thousand empty lines before the answer are passed over', '\n', 1000),
  newlinesBeforeContinue,
  fullResync('ANS-2', 'zero', 'a +FULLRESYNC at offset 0 is taken', (id) => `+FULLRESYNC ${id} 0`),
  fullResync('ANS-2', 'one', 'a +FULLRESYNC at offset 1 is taken', (id) => `+FULLRESYNC ${id} 1`),
  fullResync(
    'ANS-2',
    'beyond-32-bits',
    'a +FULLRESYNC beyond 2^32 is taken',
    (id) => `+FULLRESYNC ${id} 4294967300`,
  ),
  fullResync(
    'ANS-2',
    'near-2^53',
    'a +FULLRESYNC near 2^53 is taken',
    (id) => `+FULLRESYNC ${id} ${largest}`,
  ),
  fullResync(
    'ANS-2',
    'capitals',
    'a replid in capitals is taken as it is',
    (id) => `+FULLRESYNC ${id.toUpperCase()} 4242`,
  ),
  fullResync(
    'ANS-2',
    'no-hex',
    'a replid of any 40 characters is taken',
    (id) => `+FULLRESYNC ${'xyz!'.repeat(5)}${id.slice(20)} 4242`,
  ),
  fullResync(
    'ANS-2',
    'trailing',
    'what stands behind the offset is passed over',
    (id) => `+FULLRESYNC ${id} 4242 and more`,
  ),
  fullResync(
    'ANS-2',
    'longer-word',
    'only the beginning of the word counts',
    (id) => `+FULLRESYNC_2 ${id} 4242`,
  ),
  fullResync(
    'ANS-3',
    'short',
    'a replid of 39 characters leaves the replica without an identity',
    (id) => `+FULLRESYNC ${id.slice(1)} 4242`,
  ),
  fullResync(
    'ANS-3',
    'long',
    'a replid of 41 characters leaves the replica without an identity',
    (id) => `+FULLRESYNC ${id}0 4242`,
  ),
  fullResync(
    'ANS-3',
    'no-offset',
    'a +FULLRESYNC without an offset leaves the replica without an identity',
    (id) => `+FULLRESYNC ${id}`,
  ),
  fullResync(
    'ANS-3',
    'bare',
    'a bare +FULLRESYNC leaves the replica without an identity',
    () => '+FULLRESYNC',
  ),
  fullResync(
    'ANS-3',
    'two-spaces',
    'two spaces before the replid leave the replica without an identity',
    (id) => `+FULLRESYNC  ${id} 4242`,
  ),
  goesOn('stream', 'after +CONTINUE the stream counts from the byte it asked for', '+CONTINUE'),
  goesOn('longer-word', 'only the beginning of +CONTINUE counts', '+CONTINUED'),
  keepsData,
  unasked,
  continues(
    'ADOPT-2',
    'two-spaces',
    'a replid behind two spaces is not adopted',
    ({ lab }) => `+CONTINUE  ${lab.chance.hex(40)}`,
  ),
  continues(
    'ADOPT-2',
    'long',
    '41 characters behind +CONTINUE are no replid',
    ({ lab }) => `+CONTINUE ${lab.chance.hex(41)}`,
  ),
  continues(
    'ADOPT-2',
    'with-offset',
    'a replid with an offset behind it is not adopted',
    ({ lab }) => `+CONTINUE ${lab.chance.hex(40)} 7`,
  ),
  continues(
    'ADOPT-1',
    'no-hex',
    'any 40 characters behind +CONTINUE are adopted',
    ({ lab }) => `+CONTINUE ${'xyz!'.repeat(5)}${lab.chance.hex(20)}`,
  ),
  refusal('ANS-5', 'no-master-link', '-NOMASTERLINK Can’t SYNC while not connected with my master'),
  refusal('ANS-5', 'bare-no-master-link', '-NOMASTERLINK'),
  refusal('ANS-5', 'loading', '-LOADING server is loading the dataset in memory'),
  refusal('ANS-5', 'longer-loading', '-LOADINGS'),
  asksTheSame('no-master-link-same', '-NOMASTERLINK not now'),
  asksTheSame('loading-same', '-LOADING not now'),
  asksTheSameLater,
  refusal('ANS-6', 'unknown', '-ERR unknown command PSYNC'),
  refusal('ANS-6', 'noperm', '-NOPERM this user has no permissions to run the psync command'),
  refusal('ANS-6', 'noauth', '-NOAUTH Authentication required.'),
  refusal('ANS-6', 'master-down', '-MASTERDOWN Link with MASTER is down'),
  refusal('ANS-6', 'busy', '-BUSY server is busy running a script'),
  refusal('ANS-6', 'inner-loading', '-ERR LOADING'),
  refusal('ANS-6', 'lower-case-loading', '-loading'),
  refusal('ANS-6', 'ok', '+OK'),
  refusal('ANS-6', 'pong', '+PONG'),
  refusal('ANS-6', 'lower-case', '+continue'),
  refusal('ANS-6', 'no-plus', 'CONTINUE'),
  refusal('ANS-6', 'half-word', '+FULL'),
  refusal('ANS-6', 'leading-space', ' +CONTINUE'),
  refusal('ANS-6', 'integer', ':0'),
  syncThenLoads,
  halfLine,
];
