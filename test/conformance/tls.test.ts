import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Need } from '../../src/conformance/check.ts';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { PreflightFailure, preflight } from '../../src/conformance/preflight.ts';
import { runChecks } from '../../src/conformance/runner.ts';
import { realServer } from '../real-servers.ts';

/** A certificate for these tests alone: its key is no secret. */
const file = (name: string): string => fileURLToPath(new URL(`./tls/${name}`, import.meta.url));
const cacert = readFileSync(file('cert.pem'), 'utf8');

const CONFIG = {
  'tls-cert-file': file('cert.pem'),
  'tls-key-file': file('key.pem'),
  'tls-ca-cert-file': file('cert.pem'),
  'tls-auth-clients': 'no',
};

test(
  'a real server is checked over TLS, and its plain port is told apart',
  realServer('redis-7.0')(async (t, real) => {
    const { host, port } = await real.start({ config: CONFIG });
    const plain = await runChecks({
      address: { host, port },
      checks: [],
      seed: 1,
      timeout: 5000,
      allowed: new Set<Need>(['settings']),
    });
    t.regex(plain.server, /^redis 7/);
    // The port for TLS is opened by a setting, because only the plain one was free for sure.
    const { control } = await preflight({ host, port }, { timeout: 5000 });
    t.teardown(() => control.close());
    const tlsPort = port < 60_000 ? port + 1 : port - 1;
    await control.run('CONFIG', 'SET', 'tls-port', String(tlsPort));

    const trusting = { host, port: tlsPort, tls: { cacert, insecure: false } };
    const { results } = await runChecks({
      address: trusting,
      checks: MASTER_CHECKS.filter(({ rule }) => /^(PSYNC|CONT|FULL)-/.test(rule)),
      seed: 1,
      timeout: 5000,
      allowed: new Set<Need>(['keys', 'settings', 'role']),
    });
    t.deepEqual(
      results
        .filter(({ outcome }) => !['conforms', 'not-applicable'].includes(outcome.outcome))
        .map(({ check, outcome }) => [check.id, outcome]),
      [],
    );
    for (const [address, obstacle] of [
      [{ host, port: tlsPort }, 'tls'],
      [{ host, port: tlsPort, tls: { insecure: false } }, 'no-tls'],
      [{ host, port, tls: { cacert, insecure: false } }, 'no-tls'],
    ] as const) {
      const error = await t.throwsAsync(preflight(address, { timeout: 5000 }), {
        instanceOf: PreflightFailure,
      });
      t.is(error.obstacle, obstacle, error.message);
      t.log(error.message);
    }
  }),
);
