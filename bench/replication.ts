import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Observation, observationOf } from '../src/conformance/target/observation.ts';
import type { RealServer } from '../src/zoo/index.ts';
import type { Subject } from './servers.ts';

/** How often is looked whether something has come about, in milliseconds. */
const GLANCE = 5;

/** How long anything may take, in milliseconds. */
const PATIENCE = 240_000;

export const observe = async ({ client }: Subject): Promise<Observation> =>
  observationOf(await client.info('replication', 'stats', 'persistence'));

/** Looks again and again until something holds. */
export const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, GLANCE));
  }
};

export const follow = (replica: Subject, { host, port }: { host: string; port: number }) =>
  replica.client.run('REPLICAOF', host, String(port));

export const untilInStep = (master: Subject, replica: Subject): Promise<void> =>
  until('a replica is in step with its master', async () => {
    const [ahead, behind] = [await observe(master), await observe(replica)];
    return (
      behind.linkUp && ahead.offset === behind.offset && ahead.ids.replid === behind.ids.replid
    );
  });

/** An address that nobody listens at: whoever is told to follow it keeps its place and waits. */
export const NOBODY = { host: '127.0.0.1', port: 1 };

export interface Load {
  readonly commands: number;
  /** Of each value, in bytes. */
  readonly size: number;
  /** How many keys there are to choose from. */
  readonly keys?: number;
}

/** SETs of random keys by redis-benchmark, 64 to a packet, until all are answered. */
export const write = async (
  { programs }: RealServer,
  { host, port }: Subject,
  { commands, size, keys = 100_000 }: Load,
): Promise<void> => {
  const { file, args } = programs.benchmark;
  const options = ['-h', host, '-p', port, '-P', 64, '-c', 16, '-r', keys, '-t', 'set', '-q'];
  const amount = ['-n', commands, '-d', size];
  await promisify(execFile)(file, [...args, ...[...options, ...amount].map(String)], {
    timeout: PATIENCE,
  });
};

/** About how many such SETs make so many bytes of stream. */
export const commandsFor = (bytes: number, size: number): number =>
  Math.ceil(bytes / (`*3\r\n$3\r\nSET\r\n$16\r\n\r\n$${size}\r\n\r\n`.length + 16 + size));
