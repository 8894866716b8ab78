import type { Bench, Comparison } from './bench.ts';
import { commandsFor, follow, load, NOBODY, observe, until, untilInStep } from './replication.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 300_000_000;
const TURNS = 3;

type Side = 'stream' | 'keyspace' | 'theirs';

type Turn = Readonly<Partial<Record<Side, Subject>>>;

const replicaOf = (servers: Servers, side: Side): Promise<Subject> =>
  side === 'theirs' ? servers.real() : servers.reference({ keepsData: side === 'keyspace' });

/** How fast a replica that was away gets what it lacks, in bytes a second. */
const catchUp = async (master: Subject, replica: Subject): Promise<number> => {
  const [{ offset: target }, { offset: before }] = [await observe(master), await observe(replica)];
  const begun = process.hrtime.bigint();
  await follow(replica, master);
  await until('the replica has caught up', async () => (await observe(replica)).offset >= target);
  return (target - before) / (Number(process.hrtime.bigint() - begun) / 1e9);
};

/** Lets replicas of every kind follow a master, go away, and come back one after another to the same backlog. */
const measure = async (servers: Servers, size: number): Promise<Comparison[]> => {
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
  await load(redis, master, { commands: commandsFor(BYTES, size), size });

  const speeds: Record<Side, number[]> = { stream: [], keyspace: [], theirs: [] };
  for (const turn of replicas) {
    for (const [side, replica] of Object.entries(turn)) {
      speeds[side as Side].push(await catchUp(master, replica)); // Its keys are sides, by its type.
      await follow(replica, NOBODY);
    }
  }
  const { counters } = await observe(master);
  if (counters.syncFull !== all.length) throw new Error('a replica was not continued');
  const { stream, keyspace, theirs } = speeds;
  return [
    { what: `values of ${size} bytes, at the stream layer`, ours: stream, theirs, reach: 3 },
    { what: `values of ${size} bytes, with the keyspace`, ours: keyspace, theirs, reach: null },
  ];
};

export const CATCH_UP: Bench = {
  name: 'catch-up',
  about:
    'a replica that lacks 300 MB of SETs of the backlog of a redis-server, against a redis-server',
  run: async function* (servers) {
    for (const size of [3, 100]) yield* await measure(servers, size);
  },
};
