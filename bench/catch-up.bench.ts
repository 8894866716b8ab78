import type { Bench, Comparison } from './bench.ts';
import { commandsFor, follow, load, NOBODY, observe, until, untilInStep } from './replication.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 300_000_000;
const TURNS = 3;

type Side = 'stream' | 'keyspace' | 'theirs';

const SIDES: readonly Side[] = ['stream', 'keyspace', 'theirs'];

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
  const replicas: Record<Side, Subject>[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const [stream, keyspace, theirs] = [
      await replicaOf(servers, 'stream'),
      await replicaOf(servers, 'keyspace'),
      await replicaOf(servers, 'theirs'),
    ];
    replicas.push({ stream, keyspace, theirs });
  }
  const all = replicas.flatMap((each) => SIDES.map((side) => each[side]));
  for (const replica of all) {
    await follow(replica, master);
    await untilInStep(master, replica);
  }
  for (const replica of all) await follow(replica, NOBODY);
  await load(redis, master, { commands: commandsFor(BYTES, size), size });

  const speeds: Record<Side, number[]> = { stream: [], keyspace: [], theirs: [] };
  for (const turn of replicas) {
    for (const side of SIDES) {
      speeds[side].push(await catchUp(master, turn[side]));
      await follow(turn[side], NOBODY);
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
  run: async (servers) => [...(await measure(servers, 3)), ...(await measure(servers, 100))],
};
