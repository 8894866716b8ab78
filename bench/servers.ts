import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Control } from '../src/conformance/target/control.ts';
import type { ServerOptions } from '../src/server/server.ts';
import {
  type Configuration,
  cacheFolder,
  provide,
  type RealServer,
  start,
} from '../src/zoo/index.ts';

/** A server in a process of its own, and a connection to it. */
export interface Subject {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly client: Control;
}

/** How long an answer may take, in milliseconds: a server that loads or is flooded answers late. */
const PATIENCE = 120_000;

const REFERENCE = fileURLToPath(new URL('reference.ts', import.meta.url));

/** What a bench starts; all of it ends with the bench. */
export class Servers {
  readonly #used: Set<string>;
  readonly #ends: (() => Promise<void>)[] = [];

  /** `used` gathers what the servers call themselves. */
  constructor(used: Set<string>) {
    this.#used = used;
  }

  /** The server that everything is compared with, and its tools. */
  async redis(): Promise<RealServer> {
    const server = await provide('redis-7.0', {
      cacheFolder: cacheFolder(process.env, process.cwd()),
      env: process.env,
    });
    this.#used.add(`${server.software}-server ${server.version} (${server.origin})`);
    return server;
  }

  async real(config: Configuration = {}): Promise<Subject> {
    const { host, port, pid, stop } = await start(await this.redis(), { config });
    this.#ends.push(stop);
    return this.#subject(host, port, pid);
  }

  async reference(options: ServerOptions = {}): Promise<Subject> {
    const child = fork(REFERENCE, [JSON.stringify(options)], { execArgv: ['--import=tsx'] });
    const exited = once(child, 'exit');
    this.#ends.push(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const [port] = await Promise.race([
      once(child, 'message'),
      exited.then(([code]) => {
        throw new Error(`the reference server ended with code ${code}`);
      }),
    ]);
    // It was spawned, or there would have been no message.
    return this.#subject('127.0.0.1', Number(port), child.pid as number);
  }

  /** Ends everything, the last first. */
  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }

  async #subject(host: string, port: number, pid: number): Promise<Subject> {
    const client = await Control.open({ host, port }, { timeout: PATIENCE });
    this.#ends.push(async () => client.close());
    return { host, port, pid, client };
  }
}
