import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../cli/serving.ts';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { killOnce, newToll } from './killing.ts';
import { withReferenceMaster, withReferenceReplica } from './pairs.ts';

const KILLS = 10;

for (const [what, makePair] of [
  ['a reference master and its real replica', withReferenceMaster],
  ['a real master and its reference replica', withReferenceReplica],
] as const) {
  test(
    `${what} outlive ${KILLS} kills of either under load, with the same data and no needless transfer (seed ${SEED})`,
    realServer('redis-7.0')(async (t, { server }) => {
      const folder = temporaryFolder(t);
      for (const name of ['m', 'r']) mkdirSync(join(folder, name));
      const pair = await makePair(server, folder);
      t.teardown(async () => {
        await pair.replica.kill();
        await pair.master.kill();
      });
      const toll = newToll();
      for (let kill = 0; kill < KILLS; kill += 1) await killOnce(pair, SEED + kill, toll);
      t.log(JSON.stringify({ ...toll, reasons: [...toll.reasons] }));
      t.deepEqual(toll.faults, []);
      t.deepEqual([...pair.master.crashes, ...pair.replica.crashes], []);
      t.is(toll.kills, KILLS);
      t.true(toll.partial + toll.full >= KILLS, 'every death ends a link');
    }),
  );
}
