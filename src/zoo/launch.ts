import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, HOST } from './free-port.ts';
import { type Asked, type Readiness, untilReady } from './readiness.ts';
import type { Command, RealServer } from './real-server.ts';
import type { Running, StartOptions } from './running.ts';
import { type ServerProcess, startProcess } from './server-process.ts';

/** How one attempt to start a server went. A failed one has left nothing behind. */
export type Attempt =
  | { readonly running: Running }
  | { readonly problem: string; readonly log: string };

const DEFAULT_PATIENCE = 30_000;

/** Starts a server on one port and waits until it is ready. */
export const launch = async (
  server: RealServer,
  configuration: string,
  { config, dir, port: wanted, patience = DEFAULT_PATIENCE }: StartOptions,
): Promise<Attempt> => {
  const port = wanted ?? (await freePort());
  const folder = await dataFolder(server, dir);
  const child = await begin(server, { port, folder, configuration, keep: dir !== undefined });
  const password = config?.requirepass;
  const asked = {
    port,
    pid: child.pid,
    password: password === undefined ? undefined : String(password),
  };
  const readiness = await readyInTime(child, asked, patience);
  if (readiness !== 'ready') {
    await child.end();
    return { problem: readiness.not, log: child.log() };
  }
  const { pid, log, exited, kill, end } = child;
  return { running: { server, host: HOST, port, pid, dir: folder, log, exited, kill, stop: end } };
};

const dataFolder = async (server: RealServer, dir: string | undefined): Promise<string> => {
  if (dir === undefined) return mkdtemp(join(tmpdir(), `psyncspec-${server.name}-`));
  const folder = resolve(dir);
  await mkdir(folder, { recursive: true });
  return folder;
};

interface Beginning {
  readonly port: number;
  readonly folder: string;
  readonly configuration: string;
  readonly keep: boolean;
}

const begin = async (
  server: RealServer,
  { port, folder, configuration, keep }: Beginning,
): Promise<ServerProcess> => {
  const file = join(folder, `${server.software}.conf`);
  try {
    await writeFile(file, configuration);
    const command = serverCommand(server, file, port, folder);
    return await startProcess(command, folder, keep ? undefined : folder);
  } catch (error) {
    if (!keep) await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

/** What stands on the command line beats the file, so that no configuration can make a server listen elsewhere. */
const serverCommand = (
  { programs }: RealServer,
  file: string,
  port: number,
  folder: string,
): Command => {
  const fixed = { port, bind: HOST, dir: folder, daemonize: 'no' };
  const options = Object.entries(fixed).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return { file: programs.server.file, args: [...programs.server.args, file, ...options] };
};

const readyInTime = async (
  child: ServerProcess,
  asked: Asked,
  patience: number,
): Promise<Readiness> => {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), patience);
  const exit = child.exited.then(({ code, signal }) => ({
    not: `it ended ${signal === null ? `with code ${code}` : `by ${signal}`}`,
  }));
  const answer = untilReady(asked, enough.signal).then((readiness) =>
    readiness === 'ready'
      ? readiness
      : { not: `it was not ready within ${patience} ms: ${readiness.not}` },
  );
  try {
    return await Promise.race([answer, exit]);
  } finally {
    clearTimeout(timer);
    enough.abort();
  }
};
