import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Inconclusive } from '../../../properties/system.ts';
import { freePort } from '../../zoo/free-port.ts';
import { spawnTied } from '../../zoo/tied-child.ts';
import { OperatorClient, replyLine } from './client.ts';
import { SETTINGS, type ServerSource } from './servers.ts';

/** How long a server may take to answer PING after it was started, in milliseconds. */
const START_LIMIT = 10_000;

/** Words of a command line; those in quotes stay together. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, one, other, bare]) => one ?? other ?? bare ?? '',
  );

/**
 * Servers started with any command line, in which `{port}` and `{dir}` stand for where each of them listens and keeps
 * its data. Settings are made by CONFIG SET once it answers.
 */
export const spawnedSource = async (
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServerSource> => {
  const root = await mkdtemp(join(tmpdir(), 'psyncspec-cluster-'));
  const [program] = wordsOf(command);
  if (program === undefined) throw new Error('spawn: needs a command line');
  return {
    name: `spawn:${program}`,
    start: async (node, { port: wanted, keepsData, masterPort }) => {
      const dir = join(root, String(node));
      if (!keepsData) await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { recursive: true });
      const port = wanted ?? (await freePort());
      const [file = '', ...args] = wordsOf(command).map((word) =>
        word.replaceAll('{port}', String(port)).replaceAll('{dir}', dir),
      );
      const child = await spawnTied({ file, args }, { cwd: dir, env });
      child.process.stdout?.resume();
      child.process.stderr?.resume();
      let ended = false;
      child.exited.then(() => {
        ended = true;
      });
      const configured = await configure(port, masterPort, () => ended).catch(async (error) => {
        await child.end();
        throw error;
      });
      if (!configured) {
        await child.end();
        throw new Inconclusive(`"${command}" ended before it answered`);
      }
      return { port, end: child.end };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
};

/** Waits until a server answers and gives it its settings. False where it ended instead. */
const configure = async (
  port: number,
  masterPort: number | null,
  hasEnded: () => boolean,
): Promise<boolean> => {
  const client = await reach(port, hasEnded);
  if (client === null) return false;
  try {
    for (const [name, value] of Object.entries(SETTINGS)) {
      await client.run('CONFIG', 'SET', name, value);
    }
    if (masterPort !== null) await client.run('REPLICAOF', '127.0.0.1', String(masterPort));
    return true;
  } finally {
    client.close();
  }
};

const reach = async (port: number, hasEnded: () => boolean): Promise<OperatorClient | null> => {
  const limit = performance.now() + START_LIMIT;
  while (performance.now() < limit && !hasEnded()) {
    const client = await OperatorClient.open(port, `port ${port}`).catch(() => null);
    if (client !== null && replyLine(await client.run('PING')) === '+PONG') return client;
    client?.close();
    await setTimeout(20);
  }
  if (hasEnded()) return null;
  throw new Inconclusive(`nothing answers on port ${port} within ${START_LIMIT} ms`);
};
