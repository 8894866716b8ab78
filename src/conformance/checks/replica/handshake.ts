import {
  isAcceptablePong,
  announcesVersion as isVersionAnnounced,
} from '../../../../models/rules/handshake.ts';
import { expect } from '../../expect.ts';
import { type Lead, showReaction } from '../../lead.ts';
import { notApplicable } from '../../outcome.ts';
import { WILLING } from '../../target/fake-master.ts';
import type { Peer } from '../../target/peer.ts';
import { led } from './led.ts';

const optionOf = (words: readonly string[]): string => (words[1] ?? '').toLowerCase();

const nameOf = (words: readonly string[]): string => (words[0] ?? '').toUpperCase();

/** The next command; an empty line in its place is passed over. */
const nextCommand = async (peer: Peer): Promise<readonly string[]> => {
  for (;;) {
    const read = await peer.streamed();
    if ('command' in read) return read.command;
  }
};

const expectCommand = (words: readonly string[], name: string, sent: string): void =>
  expect(nameOf(words) === name, sent, name, words.join(' '));

const pingFirst = led(
  'HAND-1',
  'alone',
  'PING is the first command, and nothing follows until it is answered',
  async (lead) => {
    const peer = await lead.dialled();
    expectCommand(await nextCommand(peer), 'PING', 'nothing on a new link');
    await lead.expectSilence(peer, 'nothing in answer to PING', 'nothing before PING is answered');
  },
);

/** Answers PING with a line, and compares what follows with what the rules say of that line. */
const pong = (name: string, line: string, then: 'goes on' | 'hangs up') =>
  led(
    'HAND-2',
    name,
    `a replica whose PING is answered with ${JSON.stringify(line)} ${then}`,
    async (lead) => {
      const peer = await lead.dialled();
      expectCommand(await nextCommand(peer), 'PING', 'nothing on a new link');
      peer.sendText(`${line}\r\n`);
      const reaction = await lead.reaction(peer);
      const goesOn = isAcceptablePong(line, lead.lab.dialect);
      expect(
        reaction.did === (goesOn ? 'say' : 'close'),
        `${JSON.stringify(line)} in answer to PING`,
        goesOn ? 'the next command of the handshake' : 'the end of the link',
        showReaction(reaction),
      );
    },
  );

/** What a target says up to the end of its link. */
const commandsUntilEnd = async (lead: Lead, peer: Peer): Promise<string[]> => {
  const heard: string[] = [];
  for (;;) {
    const reaction = await lead.reaction(peer);
    if (reaction.did === 'close') return heard;
    expect(
      reaction.did === 'say',
      'an error in answer to AUTH',
      'the end of the link',
      showReaction(reaction),
    );
    if (reaction.did === 'say') heard.push(reaction.words.join(' '));
  }
};

const authFirst = async (lead: Lead): Promise<Peer> => {
  await lead.lab.settings.change('masterauth', 'psyncspec');
  const peer = await lead.dialled();
  expectCommand(await nextCommand(peer), 'PING', 'nothing on a new link');
  peer.sendText('-NOAUTH Authentication required.\r\n');
  expectCommand(await nextCommand(peer), 'AUTH', '-NOAUTH in answer to PING, with masterauth set');
  return peer;
};

const refusedPassword = (name: string, line: string) =>
  led(
    'HAND-3',
    name,
    `a replica whose AUTH is answered with ${line.split(' ')[0]} hangs up`,
    async (lead) => {
      const peer = await authFirst(lead);
      peer.sendText(`${line}\r\n`);
      const heard = await commandsUntilEnd(lead, peer);
      expect(
        heard.every((command) => !command.toUpperCase().startsWith('PSYNC')),
        `${line} in answer to AUTH`,
        'the end of the link, and no PSYNC',
        heard.join(' | '),
      );
    },
    { needs: ['settings'] },
  );

const acceptedPassword = led(
  'HAND-3',
  'accepted',
  'a replica whose AUTH is accepted goes on to PSYNC',
  async (lead) => {
    const peer = await authFirst(lead);
    peer.sendText('+OK\r\n');
    for (;;) {
      const words = await nextCommand(peer);
      if (nameOf(words) === 'PSYNC') return;
      peer.sendText('+OK\r\n');
    }
  },
  { needs: ['settings'] },
);

/** Refuses some announcements; the handshake ends in PSYNC all the same, or the check is silent. */
const refused = (name: string, title: string, refuses: (option: string) => boolean, line: string) =>
  led('HAND-4', name, title, async (lead) => {
    await lead.link((words) =>
      nameOf(words) === 'REPLCONF' && refuses(optionOf(words)) ? `${line}\r\n` : WILLING(words),
    );
  });

const inOneGo = led(
  'HAND-5',
  'together',
  'all announcements come before the first of them is answered',
  async (lead) => {
    const peer = await lead.dialled();
    await nextCommand(peer);
    peer.sendText('+PONG\r\n');
    for (;;) {
      const words = await nextCommand(peer);
      if (words.some((word) => word.toLowerCase() === 'psync2')) return;
    }
  },
);

const oneByOne = led(
  'HAND-6',
  'alone',
  'each announcement waits for the answer to the one before',
  async (lead) => {
    const peer = await lead.dialled();
    await nextCommand(peer);
    peer.sendText('+PONG\r\n');
    for (;;) {
      const words = await nextCommand(peer);
      if (nameOf(words) === 'PSYNC') return;
      const sent = `nothing in answer to ${words.join(' ')}`;
      await lead.expectSilence(peer, sent, 'nothing before the answer');
      peer.sendText('+OK\r\n');
    }
  },
);

/** Leaves the last announcement, or all of them, unanswered for a while. */
const psyncWaits = (name: string, title: string, holds: (option: string) => boolean) =>
  led('HAND-7', name, title, async (lead) => {
    const peer = await lead.dialled();
    let held = 0;
    for (let last = ''; last !== 'capa'; ) {
      const words = await nextCommand(peer);
      last = optionOf(words);
      if (holds(last)) held += 1;
      else peer.sendText(WILLING(words) ?? '');
    }
    if (lead.lab.dialect.startsWith('valkey')) {
      await nextCommand(peer);
      held += 1;
    }
    const sent = `no answer to ${held} of its announcements`;
    await lead.expectSilence(peer, sent, 'no PSYNC before every answer');
    peer.sendText('+OK\r\n'.repeat(held));
    expectCommand(await nextCommand(peer), 'PSYNC', `${sent}, and then all answers`);
  });

/** What stands in the announcements. */
const announces = (
  name: string,
  title: string,
  wanted: (lead: Lead) => readonly string[],
  setting?: readonly [string, string],
) =>
  led(
    'HAND-8',
    name,
    title,
    async (lead) => {
      if (setting !== undefined) await lead.lab.settings.change(...setting);
      const { request } = await lead.link();
      const words = wanted(lead);
      const heard = request.announced.join(' ');
      expect(
        ` ${heard.toLowerCase()} `.includes(` ${words.join(' ')} `),
        '+PONG, and +OK to every REPLCONF',
        `REPLCONF ${words.join(' ')}`,
        heard === '' ? 'no announcement' : heard,
      );
    },
    { needs: setting === undefined ? [] : ['settings'] },
  );

const announcesVersion = led(
  'HAND-8',
  'version',
  'a Valkey replica announces its version',
  async (lead) => {
    if (!isVersionAnnounced(lead.lab.dialect)) throw notApplicable('it came with Valkey 8');
    const { request } = await lead.link();
    const at = request.announced.findIndex((word) => word.toLowerCase() === 'version');
    expect(
      at >= 0 && /^\d+\.\d+\.\d+$/.test(request.announced[at + 1] ?? ''),
      '+PONG, and +OK to every REPLCONF',
      'REPLCONF version and three numbers',
      request.announced.join(' '),
    );
  },
);

export const HANDSHAKE_CHECKS = [
  pingFirst,
  pong('pong', '+PONG', 'goes on'),
  pong('any-status', '+hello', 'goes on'),
  pong('empty-status', '+', 'goes on'),
  pong('noauth', '-NOAUTH Authentication required.', 'goes on'),
  pong('noperm', '-NOPERM this user has no permissions to run the command', 'goes on'),
  pong('old-noauth', '-ERR operation not permitted', 'goes on'),
  pong('error', '-ERR max number of clients reached', 'hangs up'),
  pong('loading', '-LOADING server is loading the dataset in memory', 'hangs up'),
  pong('master-down', '-MASTERDOWN Link with MASTER is down', 'hangs up'),
  pong('misconf', '-MISCONF Errors writing to the AOF file', 'hangs up'),
  pong('denied', '-DENIED server is running in protected mode', 'hangs up'),
  pong('integer', ':1', 'hangs up'),
  pong('bulk', '$4', 'hangs up'),
  pong('empty', '', 'hangs up'),
  pong('bare-word', 'PONG', 'hangs up'),
  refusedPassword('wrong-password', '-WRONGPASS invalid username-password pair'),
  refusedPassword('no-password-set', '-ERR AUTH called without any password configured'),
  acceptedPassword,
  refused(
    'port',
    'a refused listening-port is passed over',
    (option) => option === 'listening-port',
    '-ERR Unrecognized REPLCONF option: listening-port',
  ),
  refused(
    'capa',
    'refused capabilities are passed over',
    (option) => option === 'capa',
    '-ERR Unrecognized REPLCONF option: capa',
  ),
  refused(
    'all',
    'a master that refuses every announcement is asked all the same',
    () => true,
    '-ERR unknown command REPLCONF',
  ),
  refused(
    'not-permitted',
    'announcements that an ACL forbids are passed over',
    () => true,
    '-NOPERM this user has no permissions to run the replconf command',
  ),
  inOneGo,
  oneByOne,
  psyncWaits('last-answer', 'PSYNC waits for the last answer', (option) => option === 'capa'),
  psyncWaits(
    'all-answers',
    'PSYNC waits while several answers are missing',
    (option) => option !== '' && option !== 'listening-port',
  ),
  announces('port', 'the port where it listens is announced', ({ lab }) =>
    lab.isTold ? ['listening-port', String(lab.address.port)] : ['listening-port'],
  ),
  announces('eof', 'capa eof is announced', () => ['capa', 'eof']),
  announces('psync2', 'capa psync2 is announced', () => ['capa', 'psync2']),
  announces('address', 'a configured address is announced', () => ['ip-address', '192.0.2.7'], [
    'replica-announce-ip',
    '192.0.2.7',
  ]),
  announces(
    'other-port',
    'a configured port is announced in place of its own',
    () => ['listening-port', '7'],
    ['replica-announce-port', '7'],
  ),
  announcesVersion,
];
