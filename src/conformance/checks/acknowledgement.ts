import { GETACK } from '../../../models/rules/acknowledgement.ts';
import { processedOffset } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { check } from '../check.ts';
import { expect, expectEqual, showReply } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { notApplicable } from '../outcome.ts';
import { showCommands } from '../stream-text.ts';
import type { Peer } from '../target/peer.ts';
import type { FakeReplica } from '../target/replica.ts';

/** A WAIT that is counted only for the sake of its answer, in milliseconds: a target that does not answer shows itself soon. */
const PATIENCE = '20000';

const shownOffset = async (lab: Lab, replica: FakeReplica): Promise<number | undefined> =>
  (await lab.observe()).replicas.find(({ port }) => port === replica.port)?.offset;

const neverFalls = check(
  'ACK-1',
  'highest',
  'a lower acknowledgement does not undo a higher one',
  async (lab) => {
    await lab.write();
    const replica = await lab.online();
    replica.ack(replica.offset);
    replica.ack(processedOffset(replica.offset - 1));
    await lab.fence();
    expectEqual(
      (await shownOffset(lab, replica)) ?? null,
      replica.offset,
      `REPLCONF ACK ${replica.offset}, then ACK ${replica.offset - 1}`,
      'an offset in INFO of',
    );
  },
  { needs: ['keys'] },
);

const isShown = check(
  'ACK-1',
  'shown',
  'INFO shows what a replica acknowledged',
  async (lab) => {
    await lab.write();
    const replica = await lab.online();
    for (const offset of [1, replica.offset]) {
      replica.ack(processedOffset(offset));
      await lab.fence();
      expectEqual(
        (await shownOffset(lab, replica)) ?? null,
        offset,
        `REPLCONF ACK ${offset}`,
        'an offset in INFO of',
      );
    }
  },
  { needs: ['keys'] },
);

/** A client that has written and then waits for replicas, with nobody else's replicas in its count. */
const waitAfterWrite = async (lab: Lab, replicas: number, patience: string): Promise<Peer> => {
  const client = await lab.open();
  const { key, value } = lab.newKey();
  await client.command('SET', key, value);
  client.sendCommand('WAIT', String(replicas), patience);
  await lab.fence();
  return client;
};

const asksForAck = check(
  'ACK-2',
  'getack',
  'a WAIT that has to wait puts REPLCONF GETACK * into the stream, counted',
  async (lab) => {
    const replica = await lab.online();
    const client = await waitAfterWrite(lab, 100, PATIENCE);
    const commands = await lab.hears(replica);
    expect(
      commands.some(({ words }) => words.join(' ').toUpperCase() === GETACK.join(' ')),
      'SET, WAIT 100',
      GETACK.join(' '),
      showCommands(commands),
    );
    client.close();
  },
  { needs: ['keys'] },
);

const endsWait = (name: string, title: string, beyond: number) =>
  check(
    'ACK-3',
    name,
    title,
    async (lab) => {
      await lab.refuseWithOtherReplicas();
      const replica = await lab.online();
      const client = await waitAfterWrite(lab, 1, PATIENCE);
      // The write ends where the stream stood before the GETACK that followed it.
      const heard = await lab.hears(replica);
      const written = heard.filter(({ words }) => words[0]?.toUpperCase() === 'SET').at(-1);
      if (written === undefined) throw notApplicable('the write is not in the stream');
      replica.ack(processedOffset(written.end + beyond));
      const reply = await client.reply();
      expect(
        reply !== null && 'integer' in reply && reply.integer === 1,
        `SET up to offset ${written.end}, WAIT 1, REPLCONF ACK ${written.end + beyond}`,
        ':1',
        showReply(reply),
      );
    },
    { needs: ['keys'] },
  );

const countsNoLaggard = check(
  'ACK-4',
  'one-short',
  'a replica that lacks the last byte of a write is not counted',
  async (lab) => {
    await lab.refuseWithOtherReplicas();
    const replica = await lab.online();
    const client = await waitAfterWrite(lab, 1, '100');
    const heard = await lab.hears(replica);
    const written = heard.filter(({ words }) => words[0]?.toUpperCase() === 'SET').at(-1);
    if (written === undefined) throw notApplicable('the write is not in the stream');
    replica.ack(processedOffset(written.end - 1));
    const reply = await client.reply();
    expect(
      reply !== null && 'integer' in reply && reply.integer === 0,
      `SET up to offset ${written.end}, WAIT 1 100, REPLCONF ACK ${written.end - 1}`,
      ':0 after 100 ms',
      showReply(reply),
    );
  },
  { needs: ['keys'], waitsFor: 'the timeout of WAIT, 100 ms' },
);

const answersAtOnce = check(
  'ACK-5',
  'wait-zero',
  'WAIT 0 is answered at once and asks for nothing',
  async (lab) => {
    const replica = await lab.online();
    const client = await lab.open();
    const { key, value } = lab.newKey();
    client.send(
      Buffer.concat([encodeCommand(['SET', key, value]), encodeCommand(['WAIT', '0', PATIENCE])]),
    );
    await client.reply();
    const reply = await client.reply();
    expect(reply !== null && 'integer' in reply, 'WAIT 0', 'a number', showReply(reply));
    const commands = await lab.hears(replica);
    expect(
      commands.every(({ words }) => words[0]?.toUpperCase() !== 'REPLCONF'),
      'SET, WAIT 0',
      'no GETACK in the stream',
      showCommands(commands),
    );
  },
  { needs: ['keys'] },
);

export const ACKNOWLEDGEMENT_CHECKS = [
  isShown,
  neverFalls,
  asksForAck,
  endsWait('exact', 'WAIT ends when a replica acknowledges the write', 0),
  endsWait('beyond', 'WAIT ends when a replica acknowledges more than the write', 37),
  countsNoLaggard,
  answersAtOnce,
];
