import test from 'ava';
import { STANDARD } from '../../models/rules/ruleset.ts';
import { campaign } from '../../properties/campaign.ts';
import { BUGS } from '../../properties/mutants/bugs.ts';
import { findMutant, rulesWith } from '../../properties/mutants/index.ts';
import { readToken, writeToken } from '../../properties/notation.ts';
import { runCase } from '../../properties/run.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { NetworkSystem } from '../../src/systems/network/network-system.ts';
import { realSource } from '../../src/systems/network/real-source.ts';
import { referenceSource } from '../../src/systems/network/reference-source.ts';
import { spawnedSource } from '../../src/systems/network/spawned-source.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';

/** Campaigns run for minutes. */
const RUNS = Number(process.env.LIVE_RUNS ?? 3);

/** What a few runs of chance may miss. */
const FIRST = [
  '0:disk:replicaof.1.0,replicaof.2.1,settle,cut.1.0,write.0.1.1,settle,promote.1,settle',
  '0:disk:replicaof.1.0,settle,transaction.0,restart.1.saved,settle,restart.0.saved,settle',
].map(readToken);

const holds = async (system: NetworkSystem): Promise<readonly unknown[]> => {
  try {
    const { found, inconclusive } = await campaign({
      system,
      properties: RUN_PROPERTIES,
      seed: SEED,
      runs: RUNS,
      first: FIRST,
      shrinkTries: 10,
    });
    return [
      ...found.map(({ property, smallest, why }) => [property.id, writeToken(smallest), why]),
      ...inconclusive,
    ];
  } finally {
    await system.close();
  }
};

test.serial(`our servers hold on TCP (seed ${SEED})`, async (t) => {
  t.deepEqual(await holds(new NetworkSystem(await referenceSource({ rules: STANDARD }))), []);
});

test.serial(
  `redis-server 7.0 holds (seed ${SEED})`,
  realServer('redis-7.0')(async (t, redis) => {
    t.timeout(300_000);
    t.deepEqual(await holds(new NetworkSystem(await realSource(redis.server))), []);
  }),
);

/** Bugs that Redis really had, in our server on TCP, and a run in which the suite sees each from outside. */
const STAND_INS: Readonly<Record<string, string>> = {
  'replid-kept-at-expiry': '0:disk:replicaof.2.0,settle,expire.0',
  'promotion-zeroes-offset': '0:disk:replicaof.1.0,settle,write.0.1.0,settle,promote.1',
  'restart-takes-name-for-its-own': '0:disk:replicaof.1.0,settle,restart.0.saved',
  'restart-without-backlog': '0:disk:replicaof.1.0,settle,restart.0.saved',
  'restart-forgets-history':
    '0:disk:replicaof.1.0,settle,write.0.1.0,settle,cut.1.0,restart.1.saved',
  'restart-names-nothing': '0:disk:replicaof.1.0,settle,write.0.1.0,settle,cut.1.0,restart.1.saved',
  'live-newlines-online': '0:disk:replicaof.1.0,settle,pass.1100',
};

test.serial('bugs that Redis really had are seen from outside, on TCP', async (t) => {
  t.timeout(300_000);
  for (const [name, token] of Object.entries(STAND_INS)) {
    const mutant = findMutant(name);
    t.not(mutant && BUGS[mutant.bug ?? ''], undefined, `${name} stands for a bug`);
    if (mutant === undefined) continue;
    const system = new NetworkSystem(await referenceSource({ rules: rulesWith(mutant) }));
    try {
      const { findings } = await runCase(system, readToken(token), RUN_PROPERTIES);
      t.true(findings.length > 0, `${name} (${mutant.bug}) goes unseen`);
      t.log(`${mutant.bug} ${name}: ${findings[0]?.property.id}: ${findings[0]?.why}`);
    } finally {
      await system.close();
    }
  }
});

test('a command that is no server is inconclusive, with the reason', async (t) => {
  const system = new NetworkSystem(await spawnedSource('false {port}', process.env));
  try {
    const { found, inconclusive } = await campaign({
      system,
      properties: RUN_PROPERTIES,
      seed: SEED,
      runs: 1,
    });
    t.deepEqual(found, []);
    t.regex([...inconclusive.keys()].join(), /"false \{port\}" ended before it answered/);
  } finally {
    await system.close();
  }
});
