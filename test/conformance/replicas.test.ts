import test from 'ava';
import type { Check, Need } from '../../src/conformance/check.ts';
import { CHAIN_CHECKS } from '../../src/conformance/checks/chain.ts';
import { REPLICA_CHECKS } from '../../src/conformance/checks/replica/index.ts';
import { PIECES_CHECKS, spread } from '../../src/conformance/checks/replica/pieces.ts';
import { type CheckedRole, type RunResult, runChecks } from '../../src/conformance/runner.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import type { ServerName } from '../../src/zoo/index.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';

/** Without those that wait for the target’s clocks, which would take half a minute a server. */
const PROMPT = REPLICA_CHECKS.filter(
  (check) => check.waitsFor === null && !PIECES_CHECKS.includes(check),
);

const run = (
  port: number,
  checks: readonly Check[] = PROMPT,
  role: CheckedRole = 'replica',
): Promise<RunResult> =>
  runChecks({
    role,
    address: { host: '127.0.0.1', port },
    checks,
    seed: SEED,
    timeout: 3000,
    allowed: new Set<Need>(['keys', 'settings', 'role']),
  });

const others = ({ results }: RunResult) =>
  results.flatMap(({ check, outcome }) =>
    outcome.outcome === 'conforms' || outcome.outcome === 'not-applicable'
      ? []
      : [[check.id, outcome]],
  );

/** From Valkey 9 on and before Redis 6.2 every reconnection waits for a cron, so that a whole run takes minutes. */
const SWIFT: readonly ServerName[] = ['redis-7.0', 'redis-8.0', 'valkey-8.1'];

for (const name of SWIFT) {
  test.serial(
    `${name} conforms as a replica to every rule that needs no clock (seed ${SEED})`,
    realServer(name)(async (t, real) => {
      const { port } = await real.start();
      const result = await run(port);
      t.deepEqual(others(result), []);
      t.deepEqual(result.leftBehind, []);
      const conforming = result.results.filter(({ outcome }) => outcome.outcome === 'conforms');
      t.log(`${result.server}: ${conforming.length} of ${result.results.length} checks conform`);
      t.true(conforming.length > 160);
    }),
  );
}

test('the reference server conforms as a replica, but for what it does not have', async (t) => {
  const server = await ReplicationServer.listen();
  t.teardown(() => server.close());
  const result = await run(server.port);
  t.deepEqual(
    others(result).map((found) => JSON.stringify(found).replace(/"why":.*/, '')),
    [
      'XFER-1/broken-mark',
      'XFER-3/same-history',
      'XFER-2/swap-other-history',
      'APPLY-6/paused',
      'LINK-3/killed',
    ].map((id) => `["${id}",{"outcome":"unsupported",`),
  );
});

test(
  'redis-7.0 takes the same bytes in every division, and loses nothing wherever it is cut',
  realServer('redis-7.0')(async (t, real) => {
    const { port } = await real.start();
    t.deepEqual(others(await run(port, PIECES_CHECKS)), []);
  }),
);

for (const name of SWIFT) {
  test.serial(
    `${name} conforms between a master and a replica`,
    realServer(name)(async (t, real) => {
      const { port } = await real.start();
      t.deepEqual(others(await run(port, CHAIN_CHECKS, 'chain')), []);
    }),
  );
}

test('positions are all visited, and the first ones lie far apart', (t) => {
  for (const count of [1, 2, 7, 64, 100]) {
    const visited = spread(count);
    t.deepEqual(
      [...visited].sort((a, b) => a - b),
      Array.from({ length: count }, (_, at) => at),
    );
  }
  const first = spread(100).slice(0, 4);
  t.deepEqual(first, [0, 64, 32, 96]);
});
