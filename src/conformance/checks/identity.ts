import { idsAfterContinue, isDrawnReplid } from '../../../models/rules/identity.ts';
import { nextAfter, type ReplicationIds } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import type { Lab } from '../lab.ts';
import type { Observation } from '../target/observation.ts';

const show = ({ replid, replid2, secondReplOffset }: ReplicationIds): string =>
  `replid ${replid}, replid2 ${replid2 ?? 'none'}, second_repl_offset ${secondReplOffset ?? -1}`;

const sameIds = (one: ReplicationIds, other: ReplicationIds): boolean => show(one) === show(other);

const form = check('REPLID-1', 'drawn', 'the replid is 40 hexadecimal digits', async (lab) => {
  const { ids } = await lab.observe();
  expect(isDrawnReplid(ids.replid), 'INFO', '40 lowercase hexadecimal digits', ids.replid);
});

const unmoved = (name: string, title: string, serve: (lab: Lab) => Promise<void>) =>
  check('REPLID-4', name, title, async (lab) => {
    (await lab.online()).peer.close();
    const before = await lab.observe();
    await serve(lab);
    const after = await lab.observe();
    expect(sameIds(before.ids, after.ids), title, show(before.ids), show(after.ids));
  });

/** Promotes the target, and looks before and after. */
const promotion = (
  rule: 'PROMO-1' | 'PROMO-2' | 'PROMO-3' | 'PROMO-4',
  name: string,
  title: string,
  judge: (before: Observation, after: Observation) => void,
) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      (await lab.online()).peer.close();
      await lab.write();
      const before = await lab.observe();
      judge(before, await lab.promoted());
    },
    { needs: ['keys', 'role'] },
  );

const PROMOTED = 'REPLICAOF to us, +CONTINUE, REPLICAOF NO ONE';

const dropsReplicas = check(
  'PROMO-5',
  'links',
  'a promotion closes the links of replicas',
  async (lab) => {
    await lab.refuseWithOtherReplicas();
    (await lab.online()).peer.close();
    const { peer } = await lab.follow();
    peer.sendText('+CONTINUE\r\n');
    await lab.until(({ linkUp }) => linkUp, 'the link is up after +CONTINUE');
    const replica = await lab.online();
    await lab.promote();
    await replica.peer.closes();
  },
  { needs: ['role'] },
);

const masterStays = check(
  'PROMO-6',
  'no-one',
  'REPLICAOF NO ONE on a master changes nothing',
  async (lab) => {
    await lab.write();
    const replica = await lab.online();
    const before = await lab.observe();
    await lab.promote();
    const after = await lab.observe();
    expect(sameIds(before.ids, after.ids), 'REPLICAOF NO ONE', show(before.ids), show(after.ids));
    const { key } = await lab.write();
    const commands = await lab.hears(replica);
    expect(
      commands.some(({ words }) => words[1] === key),
      'REPLICAOF NO ONE, then SET',
      'an online replica stays online',
      'it hears nothing of the write',
    );
  },
  { needs: ['keys', 'role'] },
);

/** Answers the target's own PSYNC with a line, and compares what becomes of its identity. */
const adopts = (
  rule: 'ADOPT-1' | 'ADOPT-2',
  name: string,
  title: string,
  line: (lab: Lab, own: string) => string,
) =>
  check(
    rule,
    name,
    title,
    async (lab) => {
      (await lab.online()).peer.close();
      await lab.write();
      const before = await lab.observe();
      const { peer } = await lab.follow();
      const sent = line(lab, before.ids.replid);
      peer.sendText(`${sent}\r\n`);
      const after = await lab.until(({ linkUp }) => linkUp, `the link is up after ${sent}`);
      const named = sent.startsWith('+CONTINUE ') ? sent.slice('+CONTINUE '.length) : null;
      const predicted = idsAfterContinue(before.ids, before.offset, named);
      expect(sameIds(predicted, after.ids), sent, show(predicted), show(after.ids));
    },
    { needs: ['keys', 'role'] },
  );

const adoptionDropsReplicas = check(
  'ADOPT-3',
  'links',
  'a new replid closes the links of replicas',
  async (lab) => {
    await lab.refuseWithOtherReplicas();
    const replica = await lab.online();
    const { peer } = await lab.follow();
    peer.sendText(`+CONTINUE ${lab.chance.hex(40)}\r\n`);
    await lab.until(({ linkUp }) => linkUp, 'the link is up after +CONTINUE');
    await replica.peer.closes();
  },
  { needs: ['role'] },
);

const offersOwnHistory = check(
  'ADOPT-4',
  'own-replid',
  'a master told to follow another asks for its own replid from its next byte',
  async (lab) => {
    (await lab.online()).peer.close();
    await lab.write();
    const { ids, offset } = await lab.observe();
    const { request } = await lab.follow();
    expectEqual(
      `${request.replid} ${request.offset}`,
      `${ids.replid} ${nextAfter(offset)}`,
      'REPLICAOF to us',
      'PSYNC',
    );
  },
  { needs: ['keys', 'role'] },
);

export const IDENTITY_CHECKS = [
  form,
  unmoved('continue', 'a continuation leaves the IDs as they are', async (lab) => {
    (await lab.online()).peer.close();
  }),
  unmoved('full', 'a full resynchronization leaves the IDs as they are', async (lab) => {
    (await lab.synced()).replica.peer.close();
  }),
  promotion('PROMO-1', 'replid2', 'a promotion keeps the old replid as replid2', (before, after) =>
    expectEqual(after.ids.replid2, before.ids.replid, PROMOTED, 'a replid2 of'),
  ),
  promotion(
    'PROMO-2',
    'bound',
    'a promotion sets second_repl_offset to the offset plus one',
    (before, after) =>
      expectEqual(
        after.ids.secondReplOffset,
        nextAfter(before.offset),
        PROMOTED,
        'a second_repl_offset of',
      ),
  ),
  promotion('PROMO-3', 'fresh', 'a promotion draws a new replid', (before, after) =>
    expect(
      after.ids.replid !== before.ids.replid && isDrawnReplid(after.ids.replid),
      PROMOTED,
      `a new replid in place of ${before.ids.replid}`,
      after.ids.replid,
    ),
  ),
  promotion('PROMO-4', 'offset', 'a promotion keeps the offset', (before, after) =>
    expectEqual(after.offset, before.offset, PROMOTED, 'an offset of'),
  ),
  promotion('PROMO-4', 'backlog', 'a promotion keeps the backlog', (before, after) =>
    expectEqual(
      after.window?.firstByte ?? null,
      before.window?.firstByte ?? null,
      PROMOTED,
      'a backlog from byte',
    ),
  ),
  dropsReplicas,
  masterStays,
  adopts(
    'ADOPT-1',
    'new',
    'another replid in +CONTINUE is adopted',
    (lab) => `+CONTINUE ${lab.chance.hex(40)}`,
  ),
  adopts(
    'ADOPT-1',
    'own-in-capitals',
    'its own replid in capitals is another one to a replica',
    (_, own) => `+CONTINUE ${own.toUpperCase()}`,
  ),
  adopts('ADOPT-2', 'bare', '+CONTINUE alone leaves the IDs as they are', () => '+CONTINUE'),
  adopts(
    'ADOPT-2',
    'same',
    '+CONTINUE with the same replid leaves the IDs as they are',
    (_, own) => `+CONTINUE ${own}`,
  ),
  adopts(
    'ADOPT-2',
    'short',
    '+CONTINUE with 39 characters leaves the IDs as they are',
    (_, own) => `+CONTINUE ${own.slice(1)}`,
  ),
  adoptionDropsReplicas,
  offersOwnHistory,
];
