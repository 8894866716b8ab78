import { nextByte } from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expect } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { isCommand, showCommands } from '../stream-text.ts';
import { PeerError } from '../target/peer.ts';
import type { FakeReplica, StreamedWords } from '../target/replica.ts';

/** What was heard while the target's own clock went on for some seconds. Times in milliseconds. */
interface Seconds {
  /** After how long an online replica that said nothing was dropped; null where it was not. */
  readonly silentDropped: number | null;
  readonly newlinesDropped: boolean;
  readonly syncDropped: boolean;
  readonly pings: readonly StreamedWords[];
  /** What stood in the stream of an online replica that is no command; null where there was nothing of the kind. */
  readonly injected: string | null;
  /** Newlines that a replica heard while its snapshot was written to disk, and how long that took. */
  readonly keepAlives: number;
  readonly waited: number;
}

const CLOCK = 'its replication cron, which runs once a second';

const SNAPSHOT_MILLISECONDS = 2300;

/** Beyond repl-timeout 1, strictly and in whole seconds, at the next turn of the cron, and some slack. */
const LONGEST = 4500;

const SIGN_OF_LIFE_EVERY = 250;

/** A replica attached with SYNC, which has read its snapshot. */
const attachedWithSync = async (lab: Lab): Promise<FakeReplica> => {
  const replica = await lab.replica({ capabilities: [] });
  replica.peer.sendCommand('SYNC');
  await replica.snapshot();
  return replica;
};

type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

/** A promise that is awaited later; what goes wrong in the meantime is kept until then. */
const settled = <Value>(promise: Promise<Value>): Promise<Settled<Value>> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

const unsettled = <Value>(result: Settled<Value>): Value => {
  if ('error' in result) throw result.error;
  return result.value;
};

const hearsCommands = async (lab: Lab, replica: FakeReplica) => {
  try {
    return { commands: await lab.hears(replica), injected: null };
  } catch (error) {
    if (!(error instanceof PeerError) || error.problem !== 'malformed') throw error;
    return { commands: [], injected: error.message };
  }
};

/** Every kind of replica at once, for the time of one repl-timeout of a second and one slow snapshot. */
const listen = async (lab: Lab): Promise<Seconds> => {
  await lab.refuseWithOtherReplicas();
  await lab.settings.change('repl-ping-replica-period', '1');
  const synced = await attachedWithSync(lab);
  const [silent, newlines, acking] = [await lab.online(), await lab.online(), await lab.online()];
  await lab.settings.change('repl-timeout', '1');
  await lab.slowSnapshots(SNAPSHOT_MILLISECONDS);
  const waiting = await lab.replica();
  await waiting.psync('?', nextByte(-1));
  const begun = Date.now();
  const snapshot = settled(waiting.snapshot().then(() => Date.now() - begun));
  const pulse = setInterval(() => {
    newlines.peer.sendText('\n');
    acking.ack(acking.offset);
  }, SIGN_OF_LIFE_EVERY);
  const dropped = silent.peer.closes(LONGEST).then(
    () => Date.now() - begun,
    () => null,
  );
  try {
    const silentDropped = await dropped;
    const waited = unsettled(await snapshot);
    const { commands, injected } = await hearsCommands(lab, acking);
    return {
      silentDropped,
      newlinesDropped: newlines.peer.isClosed,
      syncDropped: synced.peer.isClosed,
      pings: commands.filter((command) => isCommand(command, 'PING')),
      injected,
      keepAlives: waiting.keepAlives,
      waited,
    };
  } finally {
    clearInterval(pulse);
  }
};

const heard = (
  rule: 'LIVE-1' | 'LIVE-2' | 'LIVE-3' | 'LIVE-4' | 'LIVE-5' | 'STREAM-8',
  name: string,
  title: string,
  judge: (seconds: Seconds) => void,
) =>
  check(rule, name, title, async (lab) => judge(await lab.once('seconds', listen)), {
    needs: ['keys', 'settings'],
    waitsFor: CLOCK,
  });

const closesOnReply = (name: string, title: string, ...words: string[]) =>
  check('LIVE-6', name, title, async (lab) => {
    const replica = await lab.online();
    replica.peer.sendCommand(...words);
    await replica.peer.closes();
  });

export const LIVENESS_CHECKS = [
  heard(
    'LIVE-1',
    'on-disk',
    'a replica whose snapshot is written to disk hears a newline about every second',
    ({ keepAlives, waited }) =>
      expect(
        keepAlives >= Math.floor(waited / 1000) - 1 && keepAlives > 0,
        `a snapshot that takes ${waited} ms`,
        'about one newline a second before its header',
        `${keepAlives} newlines`,
      ),
  ),
  heard(
    'LIVE-3',
    'silent',
    'an online replica that says nothing is dropped after repl-timeout',
    ({ silentDropped }) =>
      expect(
        silentDropped !== null,
        'nothing on an online link, with repl-timeout 1',
        'the link is closed after more than 1 s, at the next turn of the cron',
        `it is open after ${LONGEST} ms`,
      ),
  ),
  heard(
    'LIVE-3',
    'not-before',
    'a silent replica is not dropped before repl-timeout has passed',
    ({ silentDropped }) =>
      expect(
        silentDropped === null || silentDropped > 900,
        'nothing on an online link, with repl-timeout 1',
        'the link is open for a second',
        `it was closed after ${silentDropped} ms`,
      ),
  ),
  heard(
    'LIVE-4',
    'sync',
    'a replica attached with SYNC is not dropped for saying nothing',
    ({ syncDropped }) =>
      expect(
        !syncDropped,
        'nothing after SYNC, with repl-timeout 1',
        'an open link',
        'it was closed',
      ),
  ),
  heard(
    'LIVE-5',
    'newlines',
    'a replica that sends newlines is not dropped',
    ({ newlinesDropped }) =>
      expect(
        !newlinesDropped,
        `a newline every ${SIGN_OF_LIFE_EVERY} ms, with repl-timeout 1`,
        'an open link',
        'it was closed',
      ),
  ),
  heard(
    'STREAM-8',
    'period',
    'PING comes once a second with repl-ping-replica-period 1, counted in the offset',
    ({ pings, waited }) =>
      expect(
        pings.length >= Math.floor(waited / 1000) - 1 && pings.length > 0,
        `some ${waited} ms with repl-ping-replica-period 1`,
        'about one PING a second in the stream up to the offset of INFO',
        showCommands(pings),
      ),
  ),
  heard(
    'LIVE-2',
    'stream',
    'for seconds nothing but commands stands in the stream of an online replica',
    ({ injected, waited }) =>
      expect(
        injected === null,
        `some ${waited} ms on an online link`,
        'commands alone, up to the offset of INFO',
        injected ?? '',
      ),
  ),
  closesOnReply('ping', 'PING on a replica’s link closes it', 'PING'),
  closesOnReply(
    'replconf',
    'an option that would be acknowledged closes a replica’s link',
    'REPLCONF',
    'capa',
    'eof',
  ),
];
