import type { RuleId } from '../../../models/rules/registry.ts';
import { nextAfter } from '../../../models/vocabulary/index.ts';
import type { Check } from '../check.ts';
import { expect, expectEqual, expectErrorLine } from '../expect.ts';
import { showPsyncReply } from '../lab.ts';
import type { Lead } from '../lead.ts';
import type { FollowedLink } from '../target/followed-link.ts';
import type { FakeReplica } from '../target/replica.ts';
import { loading } from './replica/led.ts';

/** The target between a master and a replica of ours. */
interface Chain {
  readonly lead: Lead;
  readonly link: FollowedLink;
  readonly replid: string;
  readonly below: FakeReplica;
}

const chained = (
  rule: RuleId,
  name: string,
  title: string,
  run: (chain: Chain) => Promise<void>,
): Check =>
  loading(rule, name, title, async (lead) => {
    const { link, replid } = await lead.loaded();
    await link.settles();
    await run({ lead, link, replid, below: await lead.lab.online() });
  });

/** Feeds something from above, and demands the very same bytes below. */
const handsOn = (
  name: string,
  title: string,
  feed: (link: FollowedLink, lead: Lead) => void,
): Check =>
  chained('APPLY-4', name, title, async ({ lead, link, below }) => {
    const at = below.offset;
    const before = link.ledger.entries.length;
    feed(link, lead);
    const fed = link.ledger.entries.slice(before).map(({ bytes }) => bytes);
    await link.expectCounted(`${link.ledger.shown()}, GETACK`);
    const sent = Buffer.concat(fed);
    const heard = await below.peer.bytes(sent.length);
    expect(
      heard.equals(sent),
      `${link.ledger.shown()}, with a replica of the target at offset ${at}`,
      JSON.stringify(sent.toString('latin1').slice(0, 300)),
      JSON.stringify(heard.toString('latin1').slice(0, 300)),
    );
  });

const set = ({ lab }: Lead): string[] => {
  const { key, value } = lab.newKey();
  return ['SET', key, value];
};

/** Feeds what must not be handed on yet: nothing is heard below until it is whole. */
const holdsBack = (
  rule: 'APPLY-1' | 'APPLY-2',
  name: string,
  title: string,
  words: (lead: Lead) => string[][],
): Check =>
  chained(rule, name, title, async ({ lead, link, below }) => {
    for (const each of words(lead)) link.feed(...each);
    await lead.lab.fence();
    expectEqual(below.peer.unread, 0, link.ledger.shown(), 'bytes below:');
  });

const halfCommand = chained(
  'APPLY-1',
  'chain-half',
  'half a command is not handed on',
  async ({ lead, link, below }) => {
    link.feedHalf(link.entered(set(lead)).subarray(0, -3));
    await lead.lab.fence();
    expectEqual(below.peer.unread, 0, 'half a SET from above', 'bytes below:');
  },
);

const sharesIdentity = chained(
  'APPLY-4',
  'identity',
  'a replica of the target is resynchronized under the replid and at the offset of the top',
  async ({ lead, link, replid }) => {
    const { lab } = lead;
    link.feed(...set(lead));
    await link.settles();
    const replica = await lab.replica();
    const answer = await replica.psync(replid, nextAfter(link.ledger.applied));
    expect(
      answer.answer === 'continue' && answer.replid === replid,
      `PSYNC ${replid} ${nextAfter(link.ledger.applied)} to a target that follows us`,
      `+CONTINUE ${replid}`,
      showPsyncReply(answer),
    );
  },
);

const newReplidDrops = chained(
  'ADOPT-3',
  'chain-new-replid',
  'a replica of the target is dropped when the target is continued under another replid, and continues under the old one',
  async ({ lead, link, replid, below }) => {
    const { lab } = lead;
    const { applied } = link.ledger;
    const next = await lead.linkAfter(link);
    next.goOn(lab.chance.hex(40));
    await next.settles();
    await below.peer.closes();
    const again = await lab.replica();
    const answer = await again.psync(replid, nextAfter(applied));
    expect(
      answer.answer === 'continue',
      `PSYNC ${replid} ${nextAfter(applied)}`,
      '+CONTINUE',
      showPsyncReply(answer),
    );
  },
);

const keepsOverContinue = chained(
  'LINK-3',
  'chain-kept',
  'a replica of the target stays attached while its link is lost and continued',
  async ({ lead, link, below }) => {
    const next = await lead.linkAfter(link);
    next.goOn();
    await next.expectCounted('a lost link, +CONTINUE, GETACK');
    await lead.expectOpen(below.peer, 'a lost link, +CONTINUE');
  },
);

const linkless = chained(
  'READY-5',
  'chain-linkless',
  'a target that has lost its master refuses new replicas with -NOMASTERLINK',
  async ({ lead, link }) => {
    await lead.linkAfter(link);
    const peer = await lead.lab.open();
    peer.sendCommand('PSYNC', '?', '-1');
    expectErrorLine(
      await peer.line(),
      'PSYNC ? -1 while its own PSYNC is unanswered',
      'NOMASTERLINK',
    );
  },
);

const promotedServes = chained(
  'PROMO-2',
  'chain-siblings',
  'after its promotion the target continues siblings that have what it had, and no others',
  async ({ lead, link, replid }) => {
    const { lab } = lead;
    link.feed(...set(lead));
    await link.settles();
    const { applied } = link.ledger;
    await lab.promote();
    for (const [beyond, answer] of [
      [0, 'continue'],
      [1, 'fullresync'],
    ] as const) {
      const sibling = await lab.replica();
      const next = nextAfter(applied);
      const heard = await sibling.psync(replid, lead.byteBeyond(next, beyond));
      expect(
        heard.answer === answer,
        `REPLICAOF NO ONE, PSYNC ${replid} ${next + beyond}`,
        answer === 'continue' ? '+CONTINUE' : '+FULLRESYNC',
        showPsyncReply(heard),
      );
      sibling.peer.close();
    }
  },
);

/** Every check of a target between a master and a replica. */
export const CHAIN_CHECKS: readonly Check[] = [
  handsOn('command', 'a command is handed on byte by byte', (link, lead) =>
    link.feed(...set(lead)),
  ),
  handsOn('lower-case', 'a command in lower case is handed on as it came', (link, lead) =>
    link.feed('set', ...set(lead).slice(1)),
  ),
  handsOn('ping', 'PING is handed on', (link) => link.feed('PING')),
  handsOn('select', 'SELECT is handed on', (link) => link.feed('SELECT', '3')),
  handsOn('transaction', 'a transaction is handed on whole', (link, lead) => {
    for (const words of [['MULTI'], set(lead), set(lead), ['EXEC']]) link.feed(...words);
  }),
  handsOn('newline', 'an empty line is handed on with the command behind it', (link, lead) => {
    link.feedNothing('\n');
    link.feed(...set(lead));
  }),
  handsOn('failing', 'a command that failed is handed on', (link) =>
    link.feedFailing('PSYNCSPEC.NO.SUCH', 'a'),
  ),
  holdsBack('APPLY-2', 'chain-open', 'an open transaction is not handed on', (lead) => [
    ['MULTI'],
    set(lead),
  ]),
  halfCommand,
  sharesIdentity,
  keepsOverContinue,
  newReplidDrops,
  linkless,
  promotedServes,
];
