import { claimOf } from '../claim.ts';
import { called, demand, everyAnswer, shortened } from '../run-property.ts';
import type { Resync } from '../system.ts';

const request = ({ asked, replica, master }: Resync): string =>
  `${called(replica)} asks ${called(master)} for byte ${asked.nextByte} of ${shortened(asked.replid)}`;

export const CONTINUED_PREFIX = everyAnswer({
  id: 'continue-only-onto-a-retained-prefix',
  rules: ['PSYNC-1', 'PSYNC-2', 'PSYNC-3', 'PSYNC-4', 'PSYNC-9', 'PROMO-2', 'PROMO-3', 'ADOPT-1'],
  sentence:
    'Who is continued has a history that is the beginning of its master’s, and its master still holds the rest.',
  needsBytes: true,
  judge: (resync, ledger) => {
    if (resync.answer !== 'continued') return;
    const { master } = resync.before;
    const claim = claimOf(resync, ledger);
    demand(
      claim !== null,
      () => `${request(resync)} and is continued, but nobody ever had what it says it has`,
    );
    if (claim === null) return;
    demand(
      master.history?.startsWith(claim) ?? true,
      () => `${request(resync)} and is continued, but has other bytes`,
    );
    demand(
      ledger.retains(resync.master, claim.length),
      () => `${request(resync)} and is continued, but the master no longer holds what it lacks`,
    );
  },
});

export const NO_NEEDLESS_FULL_RUN = everyAnswer({
  id: 'no-needless-full-resynchronization',
  rules: [
    'PSYNC-5',
    'PSYNC-6',
    'BACKLOG-2',
    'BACKLOG-3',
    'PROMO-1',
    'PROMO-2',
    'ADOPT-1',
    'ADOPT-4',
  ],
  sentence:
    'Who has the beginning of its master’s history, of which the master holds the rest and knows the name, is continued.',
  needsBytes: true,
  judge: (resync, ledger) => {
    if (resync.answer !== 'full') return;
    const { master } = resync.before;
    const claim = claimOf(resync, ledger);
    const known = ledger.knows(resync.master, nameOf(resync));
    if (claim === null || known === null || master.history === null) return;
    const owed =
      claim.length <= known &&
      master.history.startsWith(claim) &&
      ledger.retains(resync.master, claim.length);
    demand(!owed, () => `${request(resync)} and is resynchronized in full without need`);
  },
});

/** The name of what the one who asked has, whatever it asked for. */
const nameOf = ({ before, asked }: Resync): string =>
  before.replica?.replid ?? asked.replid.toLowerCase();

export const ASKS_FOR_THE_NEXT_BYTE = everyAnswer({
  id: 'asks-for-what-it-lacks',
  rules: ['ASK-1', 'ADOPT-4', 'LINK-3', 'LINK-6', 'XFER-2', 'ANS-5'],
  sentence: 'A node that has a history asks for the byte behind its last one, by the name it has.',
  needsBytes: true,
  judge: ({ replica, before, asked }) => {
    if (before.replica === null) return;
    const { replid, offset, history, window } = before.replica;
    const hasNothing = window === null && history?.length === 0;
    demand(
      (hasNothing && asked.replid === '?') ||
        (asked.replid === replid && asked.nextByte === offset + 1),
      () =>
        `${called(replica)} is at ${shortened(replid)}:${offset} and asks for byte ${asked.nextByte} of ${shortened(asked.replid)}`,
    );
  },
});

export const NO_SERVICE_WITHOUT_MASTER = everyAnswer({
  id: 'no-service-without-a-master',
  rules: ['READY-4', 'READY-5', 'PSYNC-9'],
  sentence:
    'Nobody is served by a replica whose own link is down or by a master that hands over, and nobody is continued without a backlog.',
  needsBytes: true,
  judge: ({ master, before, answer, asked }) => {
    const { role, linkUp, window, failingOver } = before.master;
    const isServed = answer !== 'refused';
    // A request with the word FAILOVER makes a master of the one who is asked, before it answers.
    demand(
      !isServed || role === 'master' || linkUp || asked.failover,
      () => `${called(master)} serves others while its own link is down`,
    );
    demand(!isServed || !failingOver, () => `${called(master)} serves others while it hands over`);
    demand(
      answer !== 'continued' || window !== null,
      () => `${called(master)} continues somebody without a backlog`,
    );
  },
});
