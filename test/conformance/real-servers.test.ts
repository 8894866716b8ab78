import test from 'ava';
import type { Need } from '../../src/conformance/check.ts';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { runChecks } from '../../src/conformance/runner.ts';
import { SERVER_NAMES } from '../../src/zoo/index.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';

for (const name of SERVER_NAMES) {
  test.serial(
    `${name} conforms to every rule that holds for it (seed ${SEED})`,
    realServer(name)(async (t, real) => {
      const { host, port } = await real.start({ config: { requirepass: 'secret' } });
      const { results, server, leftBehind } = await runChecks({
        address: { host, port, pass: 'secret' },
        checks: MASTER_CHECKS,
        seed: SEED,
        timeout: 5000,
        allowed: new Set<Need>(['keys', 'settings', 'role']),
      });
      t.true(server.endsWith(real.server.version), `${server} is ${real.server.version}`);
      t.deepEqual(leftBehind, []);
      const others = results.filter(
        ({ outcome }) => outcome.outcome !== 'conforms' && outcome.outcome !== 'not-applicable',
      );
      t.deepEqual(
        others.map(({ check, outcome }) => [check.id, outcome]),
        [],
      );
      const asked = results.filter(({ outcome }) => outcome.outcome === 'conforms').length;
      t.log(`${server}: ${asked} of ${results.length} checks conform, the others do not apply`);
      t.true(asked > 140);
    }),
  );
}
