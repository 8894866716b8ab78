import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RespValue } from '../../../models/vocabulary/index.ts';
import { encodeCommand, ReplyReader } from '../../../src/wire/resp.ts';

/**
 * The real servers that these tests know, by the Debian release and the package that they come from.
 */
export const REAL_SERVERS = {
  'bullseye/redis': { version: '6.0.16', family: 'redis' },
  'bookworm/redis': { version: '7.0.15', family: 'redis' },
  'trixie/redis': { version: '8.0.2', family: 'redis' },
  'forky/redis': { version: '8.0.6', family: 'redis' },
  'trixie/valkey': { version: '8.1.1', family: 'valkey' },
  'forky/valkey': { version: '9.1.2', family: 'valkey' },
} as const;

export type RealServerName = keyof typeof REAL_SERVERS;

/** A server on this machine. */
export interface RealServer {
  readonly name: RealServerName;
  /** Starts it in an empty folder, on a Unix socket alone; `rdb` is what it loads. Rejects with its log if it does not start. */
  start(options: {
    readonly rdb?: Buffer;
    readonly settings?: readonly string[];
  }): Promise<RunningServer>;
  /** What the server's own checker says of an RDB; `good` where it found no fault. */
  check(rdb: Buffer): Promise<{ readonly good: boolean; readonly output: string }>;
}

/**
 * Finds a real server, or null where this machine has none. This is the one place that knows how: the program that
 * PSYNCSPEC_REAL_SERVERS names is run as `<program> bookworm/redis-server --port ...`, and so on for the checkers.
 */
export function realServer(name: RealServerName): RealServer | null {
  const launcher = process.env.PSYNCSPEC_REAL_SERVERS;
  if (launcher === undefined) return null;
  return {
    name,
    start: ({ rdb, settings = [] }) => start(launcher, `${name}-server`, rdb, settings),
    check: (rdb) => check(launcher, `${name}-check-rdb`, rdb),
  };
}

/** A server that was started. Whoever starts one stops it. */
export class RunningServer {
  readonly folder: string;
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  readonly #waiting: ((reply: RespValue) => void)[] = [];

  constructor(folder: string, process: ChildProcess, socket: Socket) {
    this.folder = folder;
    this.#process = process;
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** Sends a command and awaits its reply, an error among them. */
  ask(...words: readonly string[]): Promise<RespValue> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(encodeCommand(words));
    });
  }

  /** Sends a command that must not fail. */
  async do(...words: readonly string[]): Promise<RespValue> {
    const reply = await this.ask(...words);
    if (reply !== null && 'error' in reply) throw new Error(`${words.join(' ')}: ${reply.error}`);
    return reply;
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    await stop(this.#process);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #receive(chunk: Buffer): void {
    this.#reader.push(chunk);
    for (let read = this.#reader.next(); read !== 'incomplete'; read = this.#reader.next()) {
      if ('malformed' in read) throw new Error(read.malformed);
      this.#waiting.shift()?.(read.reply);
    }
  }
}

const start = async (
  launcher: string,
  program: string,
  rdb: Buffer | undefined,
  settings: readonly string[],
): Promise<RunningServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'psyncspec-rdb-'));
  if (rdb !== undefined) writeFileSync(join(folder, 'dump.rdb'), rdb);
  const path = join(folder, 'socket');
  const server = spawn(
    launcher,
    [program, '--port', '0', '--unixsocket', path, '--save', '', '--dir', folder, ...settings],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endWithUs(server, folder);
  try {
    await untilReady(server);
    return new RunningServer(folder, server, await connected(path));
  } catch (error) {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

const servers = new Map<ChildProcess, string>();

/** Ends a server with this process, however that ends: AVA ends one that hangs by a signal, and then nobody stops anything. */
const endWithUs = (server: ChildProcess, folder: string): void => {
  if (servers.size === 0) {
    process.once('exit', () => {
      for (const [running, left] of servers) {
        running.kill('SIGKILL');
        rmSync(left, { recursive: true, force: true });
      }
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => process.exit(1));
  }
  servers.set(server, folder);
};

const untilReady = (process: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let log = '';
    const hear = (chunk: Buffer): void => {
      log += chunk.toString();
      if (/ready to accept connections/i.test(log)) resolve();
    };
    process.stdout?.on('data', hear);
    process.stderr?.on('data', hear);
    process.on('error', reject);
    process.on('exit', (code) => reject(new Error(`it ended with code ${code}:\n${log}`)));
  });

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });

const stop = (process: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null || process.pid === undefined) {
      resolve();
      return;
    }
    process.once('exit', () => resolve());
    process.kill('SIGKILL');
  });

const check = (
  launcher: string,
  program: string,
  rdb: Buffer,
): Promise<{ good: boolean; output: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'psyncspec-rdb-'));
  const file = join(folder, 'dump.rdb');
  writeFileSync(file, rdb);
  return new Promise((resolve) => {
    execFile(launcher, [program, file], (error, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ good: error === null && /RDB looks OK/.test(stdout), output: stdout + stderr });
    });
  });
};
