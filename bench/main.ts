import { parseArgs } from 'node:util';
import { AS_MASTER } from './as-master.bench.ts';
import { AS_REPLICA } from './as-replica.bench.ts';
import { BACKLOG_FEED } from './backlog-feed.bench.ts';
import type { Bench } from './bench.ts';
import { CATCH_UPS } from './catch-up.bench.ts';
import { PARTIAL_RESYNC } from './partial-resync.bench.ts';
import { findingText, machineText } from './report.ts';
import { Servers } from './servers.ts';

const BENCHES: readonly Bench[] = [
  BACKLOG_FEED,
  PARTIAL_RESYNC,
  AS_REPLICA,
  ...CATCH_UPS,
  AS_MASTER,
];

/**
 * Compares the reference implementation with others, side by side: `npm run bench -- [--share=0.1] [name...]`. Medians are of
 * several turns; each turn's own numbers stand in brackets. A ratio that is not reached is said, and is no error.
 * `--share` takes so much of the bytes only: a small one shows that a bench works, and its numbers say little.
 */
const { values, positionals: asked } = parseArgs({
  options: { share: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const share = Number(values.share);
if (!(share > 0 && share <= 1)) {
  process.stderr.write(`--share is a number above 0, and 1 at most: ${values.share}.\n`);
  process.exit(64);
}
const unknown = asked.filter((name) => BENCHES.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  const names = BENCHES.map(({ name }) => name).join(', ');
  process.stderr.write(`There is no bench named ${unknown.join(', ')}. There are: ${names}.\n`);
  process.exit(64);
}

const chosen = BENCHES.filter(({ name }) => asked.length === 0 || asked.includes(name));
const used = new Set<string>();
for (const { name, about, run } of chosen) {
  process.stdout.write(`${name}${share < 1 ? ` (${share} of the bytes)` : ''}: ${about}\n`);
  const servers = new Servers(used);
  try {
    for await (const finding of run(servers, share))
      process.stdout.write(`${findingText(finding)}\n`);
  } finally {
    await servers.stop();
  }
}
process.stdout.write(`${machineText([...used])}\n`);
