import { AS_MASTER } from './as-master.bench.ts';
import { AS_REPLICA } from './as-replica.bench.ts';
import { BACKLOG_FEED } from './backlog-feed.bench.ts';
import type { Bench } from './bench.ts';
import { CATCH_UP } from './catch-up.bench.ts';
import { PARTIAL_RESYNC } from './partial-resync.bench.ts';
import { findingText, machineText } from './report.ts';
import { Servers } from './servers.ts';

const BENCHES: readonly Bench[] = [BACKLOG_FEED, PARTIAL_RESYNC, AS_REPLICA, CATCH_UP, AS_MASTER];

/**
 * Compares the reference implementation with others, side by side: `npm run bench -- [name...]`. Medians are of several
 * turns; each turn's own numbers stand in brackets. A ratio that is not reached is said, and is no error.
 */
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => BENCHES.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  const names = BENCHES.map(({ name }) => name).join(', ');
  process.stderr.write(`There is no bench named ${unknown.join(', ')}. There are: ${names}.\n`);
  process.exit(64);
}

const chosen = BENCHES.filter(({ name }) => asked.length === 0 || asked.includes(name));
const used = new Set<string>();
for (const { name, about, run } of chosen) {
  process.stdout.write(`${name}: ${about}\n`);
  const servers = new Servers(used);
  try {
    for (const finding of await run(servers)) process.stdout.write(`${findingText(finding)}\n`);
  } finally {
    await servers.stop();
  }
}
process.stdout.write(`${machineText([...used])}\n`);
