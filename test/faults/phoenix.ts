import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type RealServer, start } from '../../src/zoo/index.ts';
import type { LogEntry } from '../cli/serving.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** A server that is killed and comes back at the same port with the data that it had saved. */
export interface Phoenix {
  readonly name: string;
  readonly port: number;
  /** Ends it without warning, at once. */
  readonly kill: () => Promise<void>;
  readonly rise: () => Promise<void>;
  /** What it logged in all its lives, where it tells. */
  readonly entries: readonly LogEntry[];
  readonly crashes: readonly string[];
}

/** `psyncspec serve`, in a process of its own. */
export const referencePhoenix = async (dir: string, args: readonly string[]): Promise<Phoenix> => {
  const entries: LogEntry[] = [];
  const crashes: string[] = [];
  let port = 0;
  let end = async (): Promise<void> => {};
  const rise = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [MAIN, 'serve', '--json', '--port', String(port), '--dir', dir, ...args],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      const closed = new Promise<void>((done) =>
        child.on('close', (code, signal) => {
          if (signal !== 'SIGKILL') crashes.push(`exit ${code}: ${said}`);
          reject(new Error(`the reference ended: ${code} ${said}`));
          done();
        }),
      );
      end = async () => {
        child.kill('SIGKILL');
        await closed;
      };
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as LogEntry; // Written by `serve --json`, an object a line.
        entries.push(entry);
        if (entry.event !== 'listening') return;
        port = Number(entry.port);
        resolve();
      });
    });
  await rise();
  return {
    name: 'reference',
    get port() {
      return port;
    },
    kill: () => end(),
    rise,
    entries,
    crashes,
  };
};

/** A real server; it tells nothing, but what it does shows in the other's log. */
export const realPhoenix = async (
  server: RealServer,
  dir: string,
  config: Readonly<Record<string, string | number>>,
): Promise<Phoenix> => {
  let running = await start(server, { dir, config });
  const { port } = running;
  const crashes: string[] = [];
  return {
    name: server.name,
    port,
    kill: async () => {
      running.kill('SIGKILL');
      const { signal } = await running.exited;
      if (signal !== 'SIGKILL') crashes.push(running.log());
      await running.stop();
    },
    rise: async () => {
      running = await start(server, { dir, port, config });
    },
    entries: [],
    crashes,
  };
};
