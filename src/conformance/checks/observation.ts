import { nextByte } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import { type Lab, stateOf } from '../lab.ts';
import type { FakeReplica } from '../target/replica.ts';

/** A replica that waits for a snapshot which takes its time. */
const waiting = async (lab: Lab): Promise<FakeReplica> => {
  await lab.slowSnapshots(150);
  const replica = await lab.replica();
  await replica.psync('?', nextByte(-1));
  return replica;
};

const inRole = async (lab: Lab, replica: FakeReplica): Promise<boolean> =>
  JSON.stringify(await lab.control.command('ROLE')).includes(`"${replica.port}"`);

const showsWaiting = check(
  'INFO-1',
  'wait-bgsave',
  'a replica whose snapshot is being made is shown as wait_bgsave',
  async (lab) => {
    const replica = await waiting(lab);
    const state = stateOf(replica, await lab.observe());
    expectEqual(state, 'wait_bgsave', 'PSYNC ? -1 while snapshots take 150 ms', 'the state');
  },
  { needs: ['keys', 'settings'] },
);

const showsOnline = (name: string, title: string, attach: (lab: Lab) => Promise<FakeReplica>) =>
  check('INFO-1', name, title, async (lab) => {
    const replica = await attach(lab);
    await lab.until(
      (seen) => stateOf(replica, seen) === 'online',
      'the replica is shown as online',
    );
  });

const countsWaiting = check(
  'INFO-2',
  'waiting',
  'connected_slaves counts a replica that waits for its snapshot',
  async (lab) => {
    const replica = await waiting(lab);
    const { attached, replicas } = await lab.observe();
    expect(
      attached === replicas.length && replicas.some(({ port }) => port === replica.port),
      'PSYNC ? -1 while snapshots take 150 ms',
      'as many connected_slaves as there are slaveN lines, ours among them',
      `connected_slaves:${attached}, ${replicas.length} lines`,
    );
  },
  { needs: ['keys', 'settings'] },
);

const roleListsOnline = check('INFO-3', 'online', 'ROLE lists an online replica', async (lab) => {
  const replica = await lab.online();
  expect(await inRole(lab, replica), 'PSYNC for the next byte, ROLE', 'our port', 'no such port');
});

const roleOmitsWaiting = check(
  'INFO-3',
  'waiting',
  'ROLE does not list a replica that waits for its snapshot',
  async (lab) => {
    const replica = await waiting(lab);
    expect(
      !(await inRole(lab, replica)),
      'PSYNC ? -1 while snapshots take 150 ms, ROLE',
      'no line with our port',
      'our port',
    );
  },
  { needs: ['keys', 'settings'] },
);

const roleShowsAck = check(
  'INFO-3',
  'acknowledged',
  'ROLE shows what a replica acknowledged',
  async (lab) => {
    await lab.write();
    const replica = await lab.online();
    replica.ack(replica.offset);
    await lab.fence();
    const role = JSON.stringify(await lab.control.command('ROLE'));
    expect(
      role.includes(`"${replica.offset}"`),
      `REPLCONF ACK ${replica.offset}, ROLE`,
      `${replica.offset}`,
      role.slice(0, 200),
    );
  },
  { needs: ['keys'] },
);

const leaves = (
  rule: 'INFO-2' | 'INFO-3',
  name: string,
  title: string,
  shown: (lab: Lab, replica: FakeReplica) => Promise<boolean>,
) =>
  check(rule, name, title, async (lab) => {
    const replica = await lab.online();
    expect(await shown(lab, replica), 'PSYNC for the next byte', 'our port', 'no such port');
    replica.peer.close();
    await lab.until(
      ({ replicas }) => replicas.every(({ port }) => port !== replica.port),
      'INFO no longer shows a replica that has left',
    );
    expect(!(await shown(lab, replica)), 'the link closed', 'no line with our port', 'our port');
  });

export const OBSERVATION_CHECKS = [
  showsWaiting,
  showsOnline('online-continued', 'a replica that was continued is shown as online', (lab) =>
    lab.online(),
  ),
  showsOnline(
    'online-synced',
    'a replica that was sent its snapshot is shown as online',
    async (lab) => (await lab.synced()).replica,
  ),
  countsWaiting,
  roleListsOnline,
  roleOmitsWaiting,
  roleShowsAck,
  leaves(
    'INFO-2',
    'left',
    'INFO forgets a replica that has left',
    async (lab, replica) => stateOf(replica, await lab.observe()) !== null,
  ),
  leaves('INFO-3', 'left', 'ROLE forgets a replica that has left', inRole),
];
