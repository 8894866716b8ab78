import { isDrawnReplid } from '../../../models/rules/identity.ts';
import { type NextByte, nextAfter, processedOffset } from '../../../models/vocabulary/index.ts';
import type { PsyncReply } from '../../wire/psync-reply.ts';
import { check } from '../check.ts';
import { expect, expectEqual } from '../expect.ts';
import { type Lab, showPsyncReply } from '../lab.ts';
import type { Observation } from '../target/observation.ts';

/** A target's backlog from its last replica to its next first one. */
interface Expiry {
  readonly before: Observation;
  /** How long after the last replica left the backlog was still there, at least, in milliseconds. */
  readonly keptFor: number;
  readonly expired: Observation;
  /** After a write that nobody counts. */
  readonly written: Observation;
  /** The answer to a request for the next byte under the replid that INFO showed then. */
  readonly answer: PsyncReply;
  readonly asked: NextByte;
  readonly renewed: Observation;
}

/** In seconds: more than a turn of the cron, so that one which does not wait for it shows. */
const TTL = 2;

const CLOCK = `repl-backlog-ttl, ${TTL} s and more`;

const LONGEST = 6000;

const expire = async (lab: Lab): Promise<Expiry> => {
  await lab.refuseWithOtherReplicas();
  await lab.write();
  const last = await lab.online();
  await lab.settings.change('repl-backlog-ttl', String(TTL));
  const before = await lab.observe();
  last.peer.close();
  const left = Date.now();
  let keptFor = 0;
  const expired = await lab.until(
    ({ window }) => {
      if (window !== null) keptFor = Date.now() - left;
      return window === null;
    },
    'the backlog is freed after repl-backlog-ttl',
    LONGEST,
  );
  await lab.write();
  const written = await lab.observe();
  const replica = await lab.replica();
  const asked = nextAfter(written.offset);
  const answer = await replica.psync(written.ids.replid, asked);
  const renewed = await lab.observe();
  return { before, keptFor, expired, written, answer, asked, renewed };
};

const afterExpiry = (
  rule: 'BACKLOG-1' | 'BACKLOG-6' | 'PSYNC-9' | 'REPLID-2' | 'REPLID-3' | 'STREAM-9',
  name: string,
  title: string,
  judge: (expiry: Expiry) => void,
) =>
  check(rule, name, title, async (lab) => judge(await lab.once('expiry', expire)), {
    needs: ['keys', 'settings'],
    waitsFor: CLOCK,
  });

const EXPIRED = `the last replica leaves, with repl-backlog-ttl ${TTL}`;

export const EXPIRY_CHECKS = [
  afterExpiry(
    'BACKLOG-6',
    'freed',
    'the backlog is freed more than a ttl after the last replica left',
    ({ keptFor }) =>
      expect(
        keptFor > (TTL - 0.5) * 1000,
        EXPIRED,
        `a backlog for more than ${TTL} s`,
        `it was freed after ${keptFor} ms`,
      ),
  ),
  afterExpiry(
    'REPLID-3',
    'new-replid',
    'the replid changes when the backlog expires',
    ({ before, expired }) =>
      expect(
        expired.ids.replid !== before.ids.replid && isDrawnReplid(expired.ids.replid),
        EXPIRED,
        `another replid than ${before.ids.replid}`,
        expired.ids.replid,
      ),
  ),
  afterExpiry(
    'REPLID-3',
    'no-replid2',
    'replid2 is forgotten when the backlog expires',
    ({ expired }) => expectEqual(expired.ids.replid2, null, EXPIRED, 'a replid2 of'),
  ),
  afterExpiry(
    'REPLID-3',
    'same-offset',
    'the offset stays when the backlog expires',
    ({ before, expired }) => expectEqual(expired.offset, before.offset, EXPIRED, 'an offset of'),
  ),
  afterExpiry(
    'STREAM-9',
    'uncounted',
    'a write without a backlog does not move the offset',
    ({ expired, written }) =>
      expectEqual(written.offset, expired.offset, `${EXPIRED}, then SET`, 'an offset of'),
  ),
  afterExpiry(
    'PSYNC-9',
    'own-replid',
    'without a backlog even its own replid is not continued',
    ({ answer, written, asked }) =>
      expectEqual(
        answer.answer,
        'fullresync',
        `${EXPIRED}, then PSYNC ${written.ids.replid} ${asked}`,
        'to',
      ),
  ),
  afterExpiry(
    'REPLID-2',
    'new-replid',
    'the first replica after an expiry is told a new replid',
    ({ written, answer }) =>
      expect(
        answer.answer === 'fullresync' && answer.replid !== written.ids.replid,
        `${EXPIRED}, then PSYNC`,
        `+FULLRESYNC with another replid than ${written.ids.replid}`,
        showPsyncReply(answer),
      ),
  ),
  afterExpiry(
    'REPLID-2',
    'no-replid2',
    'the first replica after an expiry finds no replid2',
    ({ renewed }) =>
      expectEqual(renewed.ids.replid2, null, `${EXPIRED}, then PSYNC`, 'a replid2 of'),
  ),
  afterExpiry(
    'BACKLOG-1',
    'empty',
    'the backlog after an expiry begins empty at the next byte',
    ({ renewed, answer }) => {
      const offset =
        answer.answer === 'fullresync' ? processedOffset(answer.offset) : renewed.offset;
      expectEqual(
        renewed.window?.firstByte ?? null,
        nextAfter(offset),
        `${EXPIRED}, then PSYNC`,
        'a backlog from byte',
      );
    },
  ),
];
