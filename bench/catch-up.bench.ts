import type { Bench, Comparison } from './bench.ts';
import { cpuSeconds } from './process.ts';
import { commandsFor, follow, load, NOBODY, observe, until, untilInStep } from './replication.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 300_000_000;
const TURNS = 3;

type Side = 'stream' | 'keyspace' | 'theirs';

const NAMES: Readonly<Record<Side, string>> = {
  stream: 'at the stream layer',
  keyspace: 'with the keyspace',
  theirs: 'redis-server',
};

type Turn = Readonly<Partial<Record<Side, Subject>>>;

const replicaOf = (servers: Servers, side: Side): Promise<Subject> =>
  side === 'theirs' ? servers.real() : servers.reference({ keepsData: side === 'keyspace' });

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

/** Lets replicas of every kind follow a master, go away, and come back one after another to the same backlog. */
const measure = async (servers: Servers, share: number, size: number): Promise<Comparison[]> => {
  const redis = await servers.redis();
  const master = await servers.real({
    'repl-backlog-size': '400mb',
    'repl-diskless-sync-delay': 0,
    'client-output-buffer-limit': 'replica 0 0 0',
  });
  const replicas: Turn[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    replicas.push({
      stream: await replicaOf(servers, 'stream'),
      theirs: await replicaOf(servers, 'theirs'),
      // The slowest by far, and compared for information only.
      ...(turn === 0 ? { keyspace: await replicaOf(servers, 'keyspace') } : {}),
    });
  }
  const all = replicas.flatMap((turn) => Object.values(turn));
  for (const replica of all) {
    await follow(replica, master);
    await untilInStep(master, replica);
  }
  for (const replica of all) await follow(replica, NOBODY);
  await load(redis, master, { commands: commandsFor(BYTES * share, size), size });

  const speeds: Record<Side, Speed[]> = { stream: [], keyspace: [], theirs: [] };
  for (const turn of replicas) {
    for (const [side, replica] of Object.entries(turn)) {
      speeds[side as Side].push(await catchUp(master, replica)); // Its keys are sides, by its type.
      await follow(replica, NOBODY);
    }
  }
  const { counters } = await observe(master);
  if (counters.syncFull !== all.length) throw new Error('a replica was not continued');
  const compared = (side: Side, measured: keyof Speed): Comparison => ({
    what: `values of ${size} bytes, ${NAMES[side]}, by ${measured === 'byClock' ? 'the clock' : 'the replica’s CPU time'}`,
    ours: speeds[side].map((speed) => speed[measured]),
    theirs: speeds.theirs.map((speed) => speed[measured]),
    reach: side === 'stream' && measured === 'byClock' ? 3 : null,
  });
  return (['stream', 'keyspace'] as const).flatMap((side) => [
    compared(side, 'byClock'),
    compared(side, 'byCpu'),
  ]);
};

export const CATCH_UP: Bench = {
  name: 'catch-up',
  about:
    'a replica that lacks 300 MB of SETs of the backlog of a redis-server, against a redis-server',
  run: async function* (servers, share) {
    for (const size of [3, 100]) yield* await measure(servers, share, size);
  },
};
