import type { Bench, Comparison } from './bench.ts';
import { cpuSeconds } from './process.ts';
import {
  commandsFor,
  follow,
  type Load,
  NOBODY,
  observe,
  until,
  untilInStep,
  write,
} from './replication.ts';
import { megabytes } from './report.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 300_000_000;
const TURNS = 3;

/** With the keyspace a replica is slow enough for a tenth to say the same. */
const KEYSPACE_SHARE = 0.1;

/** What ours does with the stream: takes part in replication only, or applies it too. */
type Layer = 'stream' | 'keyspace';

/** How fast a replica gets what it lacks, in bytes a second of the clock and of its own CPU time. */
interface Speed {
  readonly byClock: number;
  readonly byCpu: number;
}

const catchUp = async (master: Subject, replica: Subject): Promise<Speed> => {
  const [{ offset: target }, { offset: before }] = [await observe(master), await observe(replica)];
  const cpuBefore = cpuSeconds(replica);
  const begun = process.hrtime.bigint();
  await follow(replica, master);
  await until('the replica has caught up', async () => (await observe(replica)).offset >= target);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const bytes = target - before;
  return { byClock: bytes / seconds, byCpu: bytes / (cpuSeconds(replica) - cpuBefore) };
};

/** Lets replicas of both kinds follow a master, go away, and come back one after another to the same backlog. */
async function* measure(servers: Servers, layer: Layer, load: Load): AsyncGenerator<Comparison> {
  const redis = await servers.redis();
  const master = await servers.real({
    'repl-backlog-size': '400mb',
    'repl-diskless-sync-delay': 0,
    'client-output-buffer-limit': 'replica 0 0 0',
  });
  const pairs: (readonly [ours: Subject, theirs: Subject])[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const ours = await servers.reference({ keepsData: layer === 'keyspace' });
    pairs.push([ours, await servers.real()]);
  }
  for (const replica of pairs.flat()) {
    await follow(replica, master);
    await untilInStep(master, replica);
  }
  for (const replica of pairs.flat()) await follow(replica, NOBODY);
  await write(redis, master, load);

  const [ours, theirs]: [Speed[], Speed[]] = [[], []];
  for (const [one, other] of pairs) {
    ours.push(await catchUp(master, one));
    theirs.push(await catchUp(master, other));
  }
  const { counters } = await observe(master);
  if (counters.syncFull !== pairs.length * 2) throw new Error('a replica was not continued');
  for (const [measured, what] of [
    ['byClock', 'by the clock'],
    ['byCpu', 'by the CPU time of the replica'],
  ] as const) {
    yield {
      what,
      ours: ours.map((speed) => speed[measured]),
      theirs: theirs.map((speed) => speed[measured]),
      reach: layer === 'stream' && measured === 'byClock' ? 3 : null,
    };
  }
}

const bench = (name: string, layer: Layer, size: number): Bench => {
  const bytes = layer === 'stream' ? BYTES : BYTES * KEYSPACE_SHARE;
  const how = layer === 'stream' ? 'at the stream layer' : 'with the keyspace';
  return {
    name,
    about: `a replica that lacks ${megabytes(bytes)} of SETs of ${size} bytes of the backlog of a redis-server, ours ${how}, against a redis-server`,
    run: (servers, share) =>
      measure(servers, layer, { commands: commandsFor(bytes * share, size), size }),
  };
};

export const CATCH_UPS: readonly Bench[] = [
  bench('catch-up', 'stream', 100),
  bench('catch-up-small', 'stream', 3),
  bench('catch-up-keyspace', 'keyspace', 100),
  bench('catch-up-small-keyspace', 'keyspace', 3),
];
