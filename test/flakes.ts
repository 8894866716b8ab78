import type { Need } from '../src/conformance/check.ts';
import { MASTER_CHECKS } from '../src/conformance/checks/index.ts';
import { runChecks } from '../src/conformance/runner.ts';
import { cacheFolder, provide, serverNamed, start } from '../src/zoo/index.ts';

/**
 * Checks one real server again and again, and counts the verdicts that differ from the first run:
 * `npm run flakes -- [runs] [server]`. Exits with 1 where any does.
 */
const [runs = '50', name = 'redis-7.0'] = process.argv.slice(2);

const server = await provide(serverNamed(name), {
  cacheFolder: cacheFolder(process.env, process.cwd()),
  env: process.env,
});
const running = await start(server, { config: { requirepass: 'secret' } });

const verdicts = async (seed: number): Promise<{ lines: string[]; milliseconds: number }> => {
  const { results, milliseconds } = await runChecks({
    address: { host: running.host, port: running.port, pass: 'secret' },
    checks: MASTER_CHECKS,
    seed,
    timeout: 5000,
    allowed: new Set<Need>(['keys', 'settings', 'role']),
  });
  return {
    lines: results.map(({ check, outcome }) => `${check.id} ${outcome.outcome}`),
    milliseconds,
  };
};

try {
  const times: number[] = [];
  const differing: string[] = [];
  const { lines: first } = await verdicts(1);
  for (let run = 1; run <= Number(runs); run += 1) {
    const { lines, milliseconds } = await verdicts(run);
    times.push(milliseconds);
    differing.push(...lines.filter((line, index) => line !== first[index]));
    process.stderr.write(`\r${run}/${runs} runs, ${differing.length} verdicts differ`);
  }
  process.stderr.write('\n');
  times.sort((one, other) => one - other);
  const median = times[times.length >> 1] ?? 0;
  process.stdout.write(
    `${server.name} ${server.version}: ${runs} runs of ${first.length} checks, ${differing.length} verdicts differ; median ${(median / 1000).toFixed(1)} s a run\n`,
  );
  for (const line of differing) process.stdout.write(`  ${line}\n`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  await running.stop();
}
