import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, provide } from '../../src/zoo/index.ts';
import { SEED } from '../seed.ts';
import { killOnce, newToll } from './killing.ts';
import { withReferenceMaster, withReferenceReplica } from './pairs.ts';

/**
 * Kills either side of a pair at random moments under load, half of the time with the reference as the master:
 *
 *     npm run faults -- [--kills 500]
 *
 * Prints a line every ten kills and what came of all. Ends with 1 where anything went wrong.
 */
const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' } } });
const kills = Number(values.kills);
const server = await provide('redis-7.0', {
  cacheFolder: cacheFolder(process.env, process.cwd()),
  env: process.env,
  onProgress: () => {},
});
const toll = newToll();
const crashes: string[] = [];
const show = (): string => JSON.stringify({ ...toll, reasons: [...toll.reasons], crashes });
process.stdout.write(`seed ${SEED}\n`);
for (const makePair of [withReferenceMaster, withReferenceReplica]) {
  const folder = mkdtempSync(join(tmpdir(), 'psyncspec-faults-'));
  for (const name of ['m', 'r']) mkdirSync(join(folder, name));
  const pair = await makePair(server, folder);
  try {
    for (let kill = 0; kill < kills / 2; kill += 1) {
      await killOnce(pair, SEED + kill, toll);
      if (toll.kills % 10 === 0) process.stdout.write(`${show()}\n`);
    }
  } finally {
    await pair.replica.kill();
    await pair.master.kill();
    crashes.push(...pair.master.crashes, ...pair.replica.crashes);
    rmSync(folder, { recursive: true, force: true });
  }
}
process.stdout.write(`${show()}\n`);
process.exitCode = toll.faults.length + crashes.length > 0 ? 1 : 0;
