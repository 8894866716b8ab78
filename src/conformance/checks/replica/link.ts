import { nextAfter } from '../../../../models/vocabulary/index.ts';
import { expect, expectEqual, showReply } from '../../expect.ts';
import type { Lead, Loaded } from '../../lead.ts';
import { unsupported } from '../../outcome.ts';
import type { FollowedLink } from '../../target/followed-link.ts';
import { led, loading } from './led.ts';

/** Loses a link in some way, and demands that the target asks to continue what it had. */
const continuesAfter = (
  rule: 'LINK-3' | 'LINK-6' | 'ASK-1',
  name: string,
  title: string,
  sent: string,
  lose: (lead: Lead, loaded: Loaded) => Promise<FollowedLink>,
) =>
  loading(rule, name, title, async (lead) => {
    const loaded = await lead.loaded();
    loaded.link.feed('PING');
    await loaded.link.settles();
    const next = await lose(lead, loaded);
    loaded.link.expectAskedBy(next.request, loaded.replid, sent);
  });

const killed = async (lead: Lead): Promise<FollowedLink> => {
  const reply = await lead.lab.control.command('CLIENT', 'KILL', 'TYPE', 'master');
  if (reply === null || !('integer' in reply) || reply.integer !== 1) {
    throw unsupported(`CLIENT KILL TYPE master: ${showReply(reply)}`);
  }
  return lead.link();
};

const keepsDatabase = loading(
  'LINK-3',
  'database',
  'the database that the stream had selected is kept over a lost link',
  async (lead) => {
    const { lab } = lead;
    const written = lab.newKey(5);
    const { link } = await lead.loaded();
    link.feed('SELECT', '5');
    await link.settles();
    const next = await lead.linkAfter(link);
    next.goOn();
    next.feed('SET', written.key, written.value);
    await next.settles();
    expectEqual(
      await lab.valueOf(written),
      written.value,
      'SELECT 5, a cut, +CONTINUE, SET',
      'in database 5',
    );
  },
);

const twice = loading(
  'LINK-3',
  'again-and-again',
  'five lost links in a row lose and repeat nothing',
  async (lead) => {
    const { lab } = lead;
    const counter = lab.newKey();
    let { link, replid } = await lead.loaded();
    for (let turn = 0; turn < 5; turn += 1) {
      link.feed('INCR', counter.key);
      const next = await lead.linkAfter(link);
      link.expectAskedBy(next.request, replid, 'INCR; the link ends');
      next.goOn();
      link = next;
    }
    await link.expectCounted('five continuations, GETACK');
    if (lab.isTold)
      expectEqual(await lab.valueOf(counter), '5', 'five times INCR and a cut', 'a counter of');
  },
);

/** Sends bytes that are no command, and demands that the history is given up. */
const broken = (name: string, title: string, bytes: string) =>
  loading('LINK-4', name, title, async (lead) => {
    const { link } = await lead.loaded();
    await link.settles();
    link.peer.sendText(bytes);
    const { request } = await lead.linkAfter(link);
    expectEqual(
      `${request.replid} ${request.offset}`,
      '? -1',
      `${JSON.stringify(bytes)} in the stream; the link ends`,
      'PSYNC',
    );
  });

const sameMaster = loading(
  'LINK-7',
  'same',
  'REPLICAOF the master that it follows is answered +OK and leaves the link open',
  async (lead) => {
    const { lab } = lead;
    const { link } = await lead.loaded();
    const [host, port] = lead.address;
    const reply = await lab.control.command('REPLICAOF', host, port);
    expect(
      reply !== null && 'simple' in reply && reply.simple.startsWith('OK'),
      'REPLICAOF to the same address',
      '+OK',
      showReply(reply),
    );
    link.feed('PING');
    await link.expectCounted('REPLICAOF to the same address, PING, GETACK');
  },
);

const sameWhileDown = led(
  'LINK-7',
  'same-in-handshake',
  'REPLICAOF the same master during a handshake leaves the handshake as it is',
  async (lead) => {
    const link = await lead.link();
    const [host, port] = lead.address;
    await lead.lab.control.command('REPLICAOF', host, port);
    link.peer.sendText('-ERR no PSYNC here\r\n');
    expectEqual(
      (await link.command()).join(' ').toUpperCase(),
      'SYNC',
      'REPLICAOF to the same address, -ERR in answer to PSYNC',
      'the command',
    );
  },
);

const keepsReplicas = loading(
  'LINK-8',
  'online',
  'REPLICAOF another master leaves its own replicas attached',
  async (lead) => {
    const { lab } = lead;
    const { link } = await lead.loaded();
    await link.settles();
    const replica = await lab.online();
    await lead.elsewhere();
    await lead.expectOpen(replica.peer, 'REPLICAOF to another port of ours');
  },
);

const asksOverall = loading(
  'ASK-1',
  'after-continue',
  'a replica that was continued asks to go on from where it has come',
  async (lead) => {
    const link = await lead.asking();
    const { replid } = link.request;
    link.goOn();
    link.feed('PING');
    link.feed('SELECT', '0');
    const next = await lead.linkAfter(link);
    link.expectAskedBy(next.request, replid, '+CONTINUE, PING, SELECT; the link ends');
  },
);

const asksUnderNewId = loading(
  'ASK-1',
  'after-new-replid',
  'a replica that was continued under another replid asks for that one',
  async (lead) => {
    const named = lead.lab.chance.hex(40);
    const link = await lead.asking();
    link.goOn(named);
    link.feed('PING');
    const next = await lead.linkAfter(link);
    link.expectAskedBy(next.request, named, `+CONTINUE ${named}, PING; the link ends`);
  },
);

const asksBeforeStream = loading(
  'ASK-1',
  'nothing-streamed',
  'a replica that heard nothing after its snapshot asks for the byte behind it',
  async (lead) => {
    const { link, replid, offset } = await lead.loaded({ withMark: true });
    const { request } = await lead.linkAfter(link);
    expectEqual(
      `${request.replid} ${request.offset}`,
      `${replid} ${nextAfter(offset)}`,
      '+FULLRESYNC and a snapshot; the link ends',
      'PSYNC',
    );
  },
);

export const LINK_CHECKS = [
  asksBeforeStream,
  asksOverall,
  asksUnderNewId,
  continuesAfter(
    'LINK-3',
    'ended',
    'a link that its master ends is asked to be continued',
    'the link ends',
    (lead, { link }) => lead.linkAfter(link),
  ),
  continuesAfter(
    'LINK-3',
    'reset',
    'a link that is reset is asked to be continued',
    'the link is reset',
    (lead, { link }) => {
      link.close();
      return lead.link();
    },
  ),
  continuesAfter(
    'LINK-3',
    'killed',
    'a link that CLIENT KILL ends is asked to be continued',
    'CLIENT KILL TYPE master',
    killed,
  ),
  keepsDatabase,
  twice,
  broken('inline', 'an inline command in the stream ends the history', 'SET a b\r\n'),
  broken('reply', 'a reply in the stream ends the history', '+OK\r\n'),
  broken('array-of-no-number', 'an array without a number ends the history', '*x\r\n'),
  continuesAfter(
    'LINK-6',
    'connected',
    'a connected replica asks another master to continue',
    'REPLICAOF to another port of ours',
    (lead) => lead.elsewhere(),
  ),
  continuesAfter(
    'LINK-6',
    'link-down',
    'a replica without a link asks another master to continue',
    'the link is refused, REPLICAOF to another port of ours',
    async (lead, { link }) => {
      const next = await lead.linkAfter(link);
      next.peer.sendText('-NOMASTERLINK\r\n');
      await next.peer.closes();
      return lead.elsewhere();
    },
  ),
  sameMaster,
  sameWhileDown,
  keepsReplicas,
];
