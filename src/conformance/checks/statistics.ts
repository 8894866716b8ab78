import { judgePsync } from '../../../models/rules/partial-resync.ts';
import { countResync, type ResyncCounters } from '../../../models/rules/statistics.ts';
import { nextAfter, nextByte, type PsyncRequest } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { check } from '../check.ts';
import { expectEqual } from '../expect.ts';
import type { Lab } from '../lab.ts';
import type { Observation } from '../target/observation.ts';

const NOTHING: ResyncCounters = { syncFull: 0, syncPartialOk: 0, syncPartialErr: 0 };

const show = (counters: ResyncCounters): string =>
  `sync_full +${counters.syncFull}, sync_partial_ok +${counters.syncPartialOk}, sync_partial_err +${counters.syncPartialErr}`;

const difference = (after: ResyncCounters, before: ResyncCounters): ResyncCounters => ({
  syncFull: after.syncFull - before.syncFull,
  syncPartialOk: after.syncPartialOk - before.syncPartialOk,
  syncPartialErr: after.syncPartialErr - before.syncPartialErr,
});

/** Does something, and compares what the target added to its counters. */
const adds = async (
  lab: Lab,
  sent: string,
  predicted: ResyncCounters,
  act: () => Promise<unknown>,
): Promise<void> => {
  const before = await lab.observe();
  await act();
  const after = await lab.observe();
  expectEqual(
    show(difference(after.counters, before.counters)),
    show(predicted),
    sent,
    'counters:',
  );
};

const counted = (
  rule: 'STATS-1' | 'STATS-2' | 'STATS-3',
  name: string,
  title: string,
  ask: (seen: Observation, lab: Lab) => PsyncRequest,
) =>
  check(rule, name, title, async (lab) => {
    (await lab.online()).peer.close();
    const replica = await lab.replica();
    const seen = await lab.observe();
    const request = ask(seen, lab);
    const predicted = countResync(request.replid, judgePsync(request, seen.ids, seen.window));
    await adds(lab, `PSYNC ${request.replid} ${request.nextByte}`, predicted, () =>
      replica.psync(request.replid, request.nextByte),
    );
  });

const countsSync = check('STATS-4', 'sync', 'SYNC adds one to sync_full alone', async (lab) => {
  const replica = await lab.replica({ capabilities: [] });
  const predicted = countResync(null, { resync: 'full', because: 'requested' });
  await adds(lab, 'SYNC', predicted, async () => {
    replica.peer.sendCommand('SYNC');
    await lab.fence();
  });
});

const refusalIsFree = check(
  'STATS-5',
  'pending-replies',
  'a refused PSYNC moves no counter',
  async (lab) => {
    const peer = await lab.open();
    await adds(lab, 'PING and PSYNC ? -1 in one packet', NOTHING, async () => {
      peer.send(Buffer.concat([encodeCommand(['PING']), encodeCommand(['PSYNC', '?', '-1'])]));
      await peer.reply();
      await peer.reply();
    });
  },
);

const ignoredIsFree = check(
  'STATS-5',
  'second-psync',
  'a PSYNC that is ignored moves no counter',
  async (lab) => {
    const replica = await lab.online();
    await adds(lab, 'PSYNC ? -1 on an online link', NOTHING, async () => {
      replica.peer.sendCommand('PSYNC', '?', '-1');
      await lab.fence();
    });
  },
);

export const STATISTICS_CHECKS = [
  counted(
    'STATS-1',
    'continue',
    'a continuation adds one to sync_partial_ok alone',
    ({ ids, offset }) => ({
      replid: ids.replid,
      nextByte: nextAfter(offset),
    }),
  ),
  counted(
    'STATS-2',
    'unknown-replid',
    'an unknown replid adds one to sync_partial_err and one to sync_full',
    ({ offset }, lab) => ({
      replid: lab.chance.hex(40),
      nextByte: nextAfter(offset),
    }),
  ),
  counted(
    'STATS-2',
    'beyond',
    'a byte of the future adds one to sync_partial_err and one to sync_full',
    ({ ids, offset }) => ({
      replid: ids.replid,
      nextByte: nextByte(offset + 2),
    }),
  ),
  counted('STATS-3', 'question-mark', 'PSYNC ? -1 adds one to sync_full alone', () => ({
    replid: '?',
    nextByte: nextByte(-1),
  })),
  counted(
    'STATS-3',
    'more-characters',
    'a replid that only begins with ? adds one to sync_full alone',
    ({ offset }) => ({
      replid: '?psyncspec',
      nextByte: nextAfter(offset),
    }),
  ),
  countsSync,
  refusalIsFree,
  ignoredIsFree,
];
