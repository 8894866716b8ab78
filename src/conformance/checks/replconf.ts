import { encodeCommand } from '../../wire/resp.ts';
import { check } from '../check.ts';
import { expect, expectError, expectOk, showReply } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { showPsyncReply } from '../lab.ts';

type ReplconfRule = Parameters<typeof check>[0] & `REPLCONF-${string}`;

const answeredOk = (rule: ReplconfRule, name: string, title: string, ...options: string[]) =>
  check(rule, name, title, async (lab) => {
    const peer = await lab.open();
    expectOk(await peer.command('REPLCONF', ...options), `REPLCONF ${options.join(' ')}`);
  });

const answeredError = (rule: ReplconfRule, name: string, title: string, ...options: string[]) =>
  check(rule, name, title, async (lab) => {
    const peer = await lab.open();
    const sent = `REPLCONF ${options.map((word) => word.slice(0, 20)).join(' ')}`;
    expectError(await peer.command('REPLCONF', ...options), sent);
  });

/** Demands that the next thing heard is the reply to the ECHO behind a command. */
const unanswered = (rule: ReplconfRule, name: string, title: string, ...options: string[]) =>
  check(rule, name, title, async (lab) => {
    const peer = await lab.open();
    peer.send(
      Buffer.concat([encodeCommand(['REPLCONF', ...options]), encodeCommand(['ECHO', 'next'])]),
    );
    const reply = await peer.reply();
    expect(
      reply !== null && 'bulk' in reply && reply.bulk === 'next',
      `REPLCONF ${options.join(' ')}, ECHO next`,
      'the reply to ECHO alone',
      showReply(reply),
    );
  });

/** The same on a replica's link: the next thing heard must be the stream. */
const unansweredOnLink = (rule: ReplconfRule, name: string, title: string, ...options: string[]) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      const replica = await lab.online();
      replica.peer.sendCommand('REPLCONF', ...options);
      await lab.fence();
      await lab.write();
      const { offset } = await lab.observe();
      await replica.commandsTo(offset);
    },
    { needs: ['keys'] },
  );

const optionsBeforeBadOne = check(
  'REPLCONF-7',
  'capa',
  'capa psync2 holds although the option behind it is refused',
  async (lab) => {
    (await lab.online()).peer.close();
    const replica = await lab.replica({ capabilities: [] });
    const sent = 'REPLCONF capa psync2 psyncspec-no-such-option 1';
    expectError(await replica.peer.command(...sent.split(' ')), sent);
    const { ids, offset } = await lab.observe();
    replica.offset = offset;
    const answer = await replica.psync(ids.replid, replica.next);
    expect(
      answer.answer === 'continue' && answer.replid !== null,
      `${sent}, then PSYNC for the next byte`,
      '+CONTINUE with the replid, as with capa psync2',
      showPsyncReply(answer),
    );
  },
);

const shownPort = (
  name: string,
  title: string,
  shows: (lab: Lab, port: number) => Promise<boolean>,
) =>
  check('REPLCONF-10', name, title, async (lab) => {
    const replica = await lab.online();
    expect(
      await shows(lab, replica.port),
      `REPLCONF listening-port ${replica.port}, then PSYNC`,
      `port ${replica.port} is shown`,
      'it is not',
    );
  });

const ADDRESS = '192.0.2.77';

const shownAddress = (name: string, title: string, shows: (lab: Lab) => Promise<boolean>) =>
  check('REPLCONF-11', name, title, async (lab) => {
    await lab.online({ address: ADDRESS });
    expect(
      await shows(lab),
      `REPLCONF ip-address ${ADDRESS}, then PSYNC`,
      `${ADDRESS} is shown`,
      'it is not',
    );
  });

const roleShows = async (lab: Lab, text: string): Promise<boolean> =>
  JSON.stringify(await lab.control.command('ROLE')).includes(JSON.stringify(text));

export const REPLCONF_CHECKS = [
  answeredOk(
    'REPLCONF-1',
    'listening-port',
    'listening-port is acknowledged',
    'listening-port',
    '7777',
  ),
  answeredOk(
    'REPLCONF-1',
    'capa',
    'capa eof and psync2 are acknowledged with one +OK',
    'capa',
    'eof',
    'capa',
    'psync2',
  ),
  answeredOk(
    'REPLCONF-1',
    'several',
    'options of different kinds are acknowledged with one +OK',
    'listening-port',
    '7777',
    'capa',
    'eof',
  ),
  answeredOk(
    'REPLCONF-1',
    'case',
    'options are taken whatever their case',
    'LISTENING-PORT',
    '7777',
    'CAPA',
    'EOF',
  ),
  answeredOk(
    'REPLCONF-2',
    'unknown',
    'an unknown capability is acknowledged',
    'capa',
    'psyncspec-no-such-capability',
  ),
  answeredOk(
    'REPLCONF-2',
    'among-known',
    'an unknown capability among known ones is acknowledged',
    'capa',
    'eof',
    'capa',
    'psyncspec-no-such-capability',
    'capa',
    'psync2',
  ),
  answeredError('REPLCONF-3', 'odd', 'an option without its value is an error', 'capa'),
  answeredError(
    'REPLCONF-3',
    'odd-behind-pair',
    'an option without its value behind a whole one is an error',
    'capa',
    'eof',
    'listening-port',
  ),
  answeredOk('REPLCONF-4', 'empty', 'REPLCONF alone is acknowledged'),
  answeredError(
    'REPLCONF-5',
    'unknown',
    'an unknown option is an error',
    'psyncspec-no-such-option',
    '1',
  ),
  answeredError(
    'REPLCONF-6',
    'port',
    'a listening-port that is no number is an error',
    'listening-port',
    'x',
  ),
  answeredError(
    'REPLCONF-6',
    'address',
    'an ip-address of 300 characters is an error',
    'ip-address',
    'x'.repeat(300),
  ),
  answeredError('REPLCONF-6', 'rdb-only', 'rdb-only 2 is an error', 'rdb-only', '2'),
  optionsBeforeBadOne,
  unanswered(
    'REPLCONF-8',
    'from-client',
    'ACK from an ordinary client is not answered',
    'ACK',
    '1',
  ),
  unansweredOnLink('REPLCONF-8', 'from-replica', 'ACK from a replica is not answered', 'ACK', '0'),
  unanswered(
    'REPLCONF-9',
    'from-client',
    'GETACK from an ordinary client is not answered',
    'GETACK',
    '*',
  ),
  shownPort('info', 'INFO shows the announced port', async (lab, port) =>
    (await lab.observe()).replicas.some((replica) => replica.port === port),
  ),
  shownPort('role', 'ROLE shows the announced port', (lab, port) => roleShows(lab, String(port))),
  shownAddress('info', 'INFO shows the announced address', async (lab) =>
    (await lab.observe()).replicas.some((replica) => replica.ip === ADDRESS),
  ),
  shownAddress('role', 'ROLE shows the announced address', (lab) => roleShows(lab, ADDRESS)),
];
