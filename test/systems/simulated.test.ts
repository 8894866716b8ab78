import test from 'ava';
import { campaign, casesFrom } from '../../properties/campaign.ts';
import { findMutant, rulesWith } from '../../properties/mutants/index.ts';
import { readToken, writeToken } from '../../properties/notation.ts';
import { RUN_REACHES } from '../../properties/reach.ts';
import { runCase } from '../../properties/run.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import type { Step } from '../../properties/system.ts';
import { SimulatedSystem } from '../../src/systems/simulated/system.ts';
import { SEED } from '../seed.ts';

/** Enough to reach everything that must be; campaigns run longer. */
const OPERATIONS = Number(process.env.OPERATIONS ?? 4000);

/** What is rare is made sure of. */
const FIRST = [
  '0:disk:replicaof.1.0,settle,restart.1.killed,settle',
  '0:disk:replicaof.1.0,replicaof.2.1,settle,restart.0.saved,settle,restart.1.killed,settle',
  '1:disk:replicaof.1.0,settle,cut.1.75,transaction.0,pass.10,settle',
].map(readToken);

test(`the reference holds in every run, and runs reach what they must (seed ${SEED})`, async (t) => {
  t.timeout(600_000);
  const result = await campaign({
    system: new SimulatedSystem(),
    properties: RUN_PROPERTIES,
    seed: SEED,
    runs: Number.POSITIVE_INFINITY,
    first: FIRST,
    isOver: ({ operations }) => operations >= OPERATIONS,
  });
  t.deepEqual(
    result.found.map(({ property, smallest, why }) => [property.id, writeToken(smallest), why]),
    [],
  );
  t.deepEqual(
    RUN_REACHES.filter((label) => !result.reached.has(label)),
    [],
  );
  t.log(`${result.runs} runs, ${result.operations} operations`);
});

const shown = (steps: readonly Step[]): string =>
  JSON.stringify(steps, (key, value) => (key === 'transfer' ? undefined : value));

test(`the same case gives the same run, byte for byte (seed ${SEED})`, async (t) => {
  const [each] = casesFrom(SEED);
  t.not(each, undefined);
  if (each === undefined) return;
  const one = await runCase(new SimulatedSystem(), each, RUN_PROPERTIES);
  const other = await runCase(new SimulatedSystem(), each, RUN_PROPERTIES);
  t.is(shown(one.trace.steps), shown(other.trace.steps));
});

test('a fault is found, made small, and shown again by its token', async (t) => {
  const mutant = findMutant('replid-kept-at-expiry');
  t.not(mutant, undefined);
  if (mutant === undefined) return;
  const system = new SimulatedSystem({ rules: rulesWith(mutant) });
  const first = [
    readToken('7:socket:write.1.1.0,replicaof.2.0,settle,write.0.1.1,expire.0,heal.2'),
  ];
  const { found } = await campaign({
    system,
    properties: RUN_PROPERTIES,
    seed: SEED,
    runs: 0,
    first,
  });
  const failure = found.find(
    ({ property }) => property.id === 'without-a-backlog-the-history-has-a-new-name',
  );
  t.is(failure && writeToken(failure.smallest), '0:disk:replicaof.2.0,settle,expire.0');
  t.true(failure?.repeats);
});

test('any chunks of the network give the same end', async (t) => {
  const operations =
    'replicaof.1.0,replicaof.2.1,settle,write.0.9000.1,settle,transaction.0,settle,promote.1,settle,write.1.1.0,settle';
  const ends = new Set<string>();
  for (let seed = 0; seed < 12; seed += 1) {
    const run = readToken(`${seed}:disk:${operations}`);
    const { trace } = await runCase(new SimulatedSystem(), run, []);
    const nodes = trace.steps.at(-1)?.nodes ?? [];
    const same = nodes.map(({ role, data, linkUp, master, window, offset }) => {
      const afterWindow = window === null ? null : window.firstByte + window.histlen - offset;
      return [role, data, linkUp, master, afterWindow];
    });
    ends.add(JSON.stringify(same));
  }
  t.is(ends.size, 1);
});
