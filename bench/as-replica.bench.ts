import type { Bench, Comparison } from './bench.ts';
import { commandsFor, follow, observe, until, untilInStep, write } from './replication.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 20_000_000;
const TURNS = 3;

/** What a master asks for and waits for at most, in milliseconds, until it looks again. */
const ACK_WAIT = '5';

/** When each replica has acknowledged what the master has come to, in seconds from the first moment of the load. */
const measure = async (
  master: Subject,
  replicas: readonly Subject[],
  write: () => Promise<void>,
): Promise<{ readonly bytes: number; readonly seconds: number[] }> => {
  const { offset: before } = await observe(master);
  const begun = process.hrtime.bigint();
  await write();
  // WAIT asks for acknowledgements of what its own connection wrote last.
  await master.client.run('SET', 'last', 'written');
  const { offset } = await observe(master);
  const seconds = replicas.map(() => Number.NaN);
  await until('all replicas have acknowledged', async () => {
    await master.client.run('WAIT', String(replicas.length), ACK_WAIT);
    const { replicas: known } = await observe(master);
    for (const [at, { port }] of replicas.entries()) {
      const acknowledged = known.find((each) => each.port === port)?.offset ?? -1;
      if (!Number.isNaN(seconds[at]) || acknowledged < offset) continue;
      seconds[at] = Number(process.hrtime.bigint() - begun) / 1e9;
    }
    return seconds.every((each) => !Number.isNaN(each));
  });
  return { bytes: offset - before, seconds };
};

const compare = async (
  servers: Servers,
  share: number,
  { size, keepsData }: { readonly size: number; readonly keepsData: boolean },
): Promise<Comparison> => {
  const redis = await servers.redis();
  const config = { 'repl-diskless-sync-delay': 0, 'client-output-buffer-limit': 'replica 0 0 0' };
  const master = await servers.real(config);
  const replicas = [await servers.reference({ keepsData }), await servers.real()];
  for (const replica of replicas) {
    await follow(replica, master);
    await untilInStep(master, replica);
  }
  const commands = commandsFor(BYTES * share, size);
  const turns: (readonly [number, number])[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { bytes, seconds } = await measure(master, replicas, () =>
      write(redis, master, { commands, size }),
    );
    const [ours = Number.NaN, theirs = Number.NaN] = seconds.map((each) => bytes / each);
    turns.push([ours, theirs]);
  }
  return {
    what: `values of ${size} bytes, ${keepsData ? 'with the keyspace' : 'at the stream layer'}`,
    ours: turns.map(([ours]) => ours),
    theirs: turns.map(([, theirs]) => theirs),
    reach: keepsData ? null : 1,
  };
};

export const AS_REPLICA: Bench = {
  name: 'as-replica',
  about:
    'a redis-server under redis-benchmark -P 64 with two replicas: how fast each acknowledges all that was written, ours and a redis-server',
  run: async function* (servers, share) {
    for (const size of [3, 100]) {
      for (const keepsData of [false, true]) {
        yield await compare(servers, share, { size, keepsData });
      }
    }
  },
};
