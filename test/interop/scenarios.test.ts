import test from 'ava';
import { realServer } from '../real-servers.ts';
import { SEED } from '../seed.ts';
import { play, SCENARIOS } from './scenarios.ts';
import { Scene } from './scene.ts';

/** The other servers have their turn in `npm run interop`. */
for (const scenario of SCENARIOS) {
  test(
    `${scenario.title} (redis-7.0, seed ${SEED})`,
    realServer('redis-7.0')(async (t, { server }) => {
      const scene = new Scene(server, SEED);
      try {
        const counts = await play(scenario, scene);
        t.log(`${counts.full} full, ${counts.partial} partial`);
        t.pass();
      } finally {
        await scene.end();
      }
    }),
  );
}
