import test from 'ava';
import { STANDARD } from '../../models/rules/ruleset.ts';
import type { MachineCoverage } from '../../src/conformance/walk/coverage.ts';
import { walkLink } from '../../src/conformance/walk/walk-link.ts';
import { walkSession } from '../../src/conformance/walk/walk-session.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { realServer } from '../real-servers.ts';

type Rules = typeof STANDARD;

/** Serves the reference, with rules of one's own or without, while something is done to it. */
const withReference = async <Result>(
  rules: Partial<Rules>,
  work: (target: () => Promise<{ host: string; port: number }>) => Promise<Result>,
): Promise<Result> => {
  const server = await ReplicationServer.listen({
    dialect: 'redis-7',
    rules: { ...STANDARD, ...rules },
  });
  try {
    return await work(async () => ({ host: server.host, port: server.port }));
  } finally {
    await server.close();
  }
};

const of = ({ transitions }: MachineCoverage, outcome: string): string[] =>
  Object.entries(transitions)
    .filter(([, each]) => each.outcome === outcome)
    .map(([id]) => id);

/** Paths that hold what the faults below break, and take a moment. */
const SOME = [
  'REPLICAOF here | accept | -ERR to PING',
  'REPLICAOF here | accept | +PONG | -ERR | +OK | -NOMASTERLINK',
  'REPLICAOF here | accept | +PONG | -ERR | +OK | +CONTINUE | GETACK',
  'REPLICAOF here | accept | +PONG | -ERR | +OK | +CONTINUE | hang up',
  'REPLICAOF here | accept | +PONG | -ERR | +OK | +FULLRESYNC | -ERR for a header',
];

const few = { brief: true, attempts: 2, only: SOME };

test.serial('the reference takes the transitions of a replica’s link', async (t) => {
  t.timeout(120_000);
  const coverage = await withReference({}, (target) => walkLink({ target, ...few }));
  t.deepEqual(of(coverage, 'violated'), []);
  t.true(of(coverage, 'confirmed').length >= 15, of(coverage, 'confirmed').join('\n'));
});

/** Replicas with one fault, and the transition at which a walk has to notice it. */
const FAULTS: readonly (readonly [fault: string, rules: Partial<Rules>, transition: string])[] = [
  [
    'waits for the cron after a failed transfer',
    { reconnectsAtOnce: () => false },
    'following.reconnecting/always/dialsAtOnce',
  ],
  [
    'takes no error for a refusal of PING',
    { isAcceptablePong: () => true },
    'following.handshake.awaitingPong/LINE/otherwise',
  ],
  [
    'takes "not now" for "no"',
    {
      judgeAnswer: (line, dialect) =>
        STANDARD.judgeAnswer(line.replace('-NOMASTERLINK', '-ERR'), dialect),
    },
    'following.handshake.awaitingPsync/LINE/isLater',
  ],
  [
    'asks for the byte after the next one',
    {
      psyncCommand: (cached, handsOver, dialect) => {
        const [name = '', replid = '', next = '', ...more] = STANDARD.psyncCommand(
          cached,
          handsOver,
          dialect,
        );
        return [name, replid, String(Number(next) + 1), ...more];
      },
    },
    'following.handshake.asking/always',
  ],
];

for (const [fault, rules, transition] of FAULTS) {
  test.serial(`a walk notices a replica that ${fault}`, async (t) => {
    t.timeout(120_000);
    const coverage = await withReference(rules, (target) => walkLink({ target, ...few }));
    t.true(of(coverage, 'violated').includes(transition), of(coverage, 'violated').join('\n'));
  });
}

const SESSIONS = [
  'REPLCONF capa eof | PSYNC ? -1 | hang up',
  'REPLCONF capa eof | PSYNC ? -1 | SYNC again',
  'REPLCONF capa eof | PSYNC of what it has | PING on the link',
  'REPLCONF capa eof | PSYNC without a number',
];

test.serial('a walk notices a master that answers on a replica’s link', async (t) => {
  t.timeout(120_000);
  const walk = { brief: true, attempts: 1, only: SESSIONS };
  const sound = await withReference({}, (target) => walkSession({ target, ...walk }));
  t.deepEqual(of(sound, 'violated'), []);
  const faulty = await withReference({ replyOnReplicaLink: () => 'send' }, (target) =>
    walkSession({ target, ...walk }),
  );
  t.deepEqual(of(faulty, 'violated'), ['attached/REPLY_DUE/repliesCloseLink']);
});

test.serial(
  'redis-server takes the transitions of a replica’s link',
  realServer('redis-7.0')(async (t, redis) => {
    t.timeout(120_000);
    const { host, port } = await redis.start();
    const coverage = await walkLink({ target: async () => ({ host, port }), ...few });
    t.deepEqual(of(coverage, 'violated'), []);
    t.true(of(coverage, 'confirmed').length >= 15);
  }),
);
