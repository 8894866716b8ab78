import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RespValue } from '../../../models/vocabulary/index.ts';
import { Control } from '../../../src/conformance/target/control.ts';
import { type Configuration, type RealServer, start } from '../../../src/zoo/index.ts';

/** The longest wait for one answer, in milliseconds. */
const PATIENCE = 20_000;

/** A real server that works in a folder of its own. Whoever starts one stops it. */
export class RunningServer {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly #client: Control;
  readonly #stop: () => Promise<void>;

  /** Starts one; `rdb` is what it loads. */
  static async start(
    server: RealServer,
    { rdb, config = {} }: { readonly rdb?: Buffer; readonly config?: Configuration } = {},
  ): Promise<RunningServer> {
    const folder = mkdtempSync(join(tmpdir(), 'psyncspec-rdb-'));
    try {
      if (rdb !== undefined) writeFileSync(join(folder, 'dump.rdb'), rdb);
      const running = await start(server, { dir: folder, config });
      const client = await Control.open(running, { timeout: PATIENCE });
      return new RunningServer(folder, running, client);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    folder: string,
    running: { readonly host: string; readonly port: number; stop(): Promise<void> },
    client: Control,
  ) {
    this.folder = folder;
    this.host = running.host;
    this.port = running.port;
    this.#client = client;
    this.#stop = () => running.stop();
  }

  /** Sends a command and awaits its reply, an error among them. */
  ask(...words: readonly string[]): Promise<RespValue> {
    return this.#client.command(...words);
  }

  /** Sends a command that must not fail. */
  do(...words: readonly string[]): Promise<RespValue> {
    return this.#client.run(...words);
  }

  async stop(): Promise<void> {
    this.#client.close();
    await this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a server's own checker says of an RDB; `good` where it found no fault. */
export const checkRdb = (
  { programs }: RealServer,
  rdb: Buffer,
): Promise<{ readonly good: boolean; readonly output: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'psyncspec-rdb-'));
  const file = join(folder, 'dump.rdb');
  writeFileSync(file, rdb);
  const checker = programs['check-rdb'];
  return new Promise((resolve) => {
    execFile(checker.file, [...checker.args, file], (error, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ good: error === null && /RDB looks OK/.test(stdout), output: stdout + stderr });
    });
  });
};
