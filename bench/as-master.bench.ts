import type { Bench, Finding } from './bench.ts';
import { growthDuring } from './process.ts';
import { commandsFor, follow, observe, until, untilInStep, write } from './replication.ts';
import { megabytes } from './report.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 20_000_000;
const TURNS = 3;
const REPLICAS = 8;
const SIZE = 100;

const SETTINGS = { 'repl-diskless-sync-delay': '0', 'repl-backlog-size': '64mb' };

/** How many bytes a second reach all replicas together, from the first moment of the load until the last has all. */
const measure = async (
  servers: Servers,
  share: number,
  master: Subject,
  replicas: readonly Subject[],
): Promise<number> => {
  for (const replica of replicas) await follow(replica, master);
  for (const replica of replicas) await untilInStep(master, replica);
  const { offset: before } = await observe(master);
  const begun = process.hrtime.bigint();
  const commands = commandsFor(BYTES * share, SIZE);
  await write(await servers.redis(), master, { commands, size: SIZE });
  const { offset } = await observe(master);
  for (const replica of replicas) {
    await until('a replica has all', async () => (await observe(replica)).offset >= offset);
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return ((offset - before) * replicas.length) / seconds;
};

/** What the memory of a master comes to when its replicas stop reading, and what it does about it. */
async function* stalled(servers: Servers, replicas: readonly Subject[]): AsyncGenerator<Finding> {
  const limit = 64;
  const settings = {
    ...SETTINGS,
    'repl-backlog-size': '1mb',
    'client-output-buffer-limit': `replica ${limit}mb 0 0`,
  };
  for (const count of [0, 1, REPLICAS]) {
    const master = await servers.reference({ settings });
    const some = replicas.slice(0, count);
    for (const replica of some) await follow(replica, master);
    for (const replica of some) await untilInStep(master, replica);
    for (const { pid } of some) process.kill(pid, 'SIGSTOP');
    const growth = await growthDuring(master, async () => {
      const commands = commandsFor(4 * limit * 2 ** 20, 4000);
      await write(await servers.redis(), master, { commands, size: 4000, keys: 100 });
    });
    const { attached } = await observe(master);
    for (const { pid } of some) process.kill(pid, 'SIGCONT');
    yield {
      what: `${count} replicas that never read, ${limit} MiB of output allowed to each, ${4 * limit} MiB written`,
      value: `peak memory +${megabytes(growth)}, ${attached} still attached`,
    };
    for (const replica of some) await replica.client.run('REPLICAOF', 'NO', 'ONE');
  }
}

export const AS_MASTER: Bench = {
  name: 'as-master',
  about:
    'a master under redis-benchmark -P 64 that feeds eight redis-server replicas, ours against a redis-server',
  run: async function* (servers, share) {
    const ours = await servers.reference({ settings: SETTINGS });
    const theirs = await servers.real(SETTINGS);
    const replicas: Subject[] = [];
    for (let count = 0; count < REPLICAS; count += 1) replicas.push(await servers.real());
    const turns: [number, number][] = [];
    // A server that has just started is not at its usual speed, whatever it is written in: this turn does not count.
    for (const master of [ours, theirs]) await measure(servers, share, master, replicas);
    for (let turn = 0; turn < TURNS; turn += 1) {
      turns.push([
        await measure(servers, share, ours, replicas),
        await measure(servers, share, theirs, replicas),
      ]);
    }
    yield {
      what: `bytes a second to ${REPLICAS} replicas together`,
      ours: turns.map(([one]) => one),
      theirs: turns.map(([, other]) => other),
      reach: 0.5,
    };
    yield* stalled(servers, replicas);
  },
};
