import type { ExecutionContext } from 'ava';
import {
  cacheFolder,
  provide,
  type RealServer,
  type Running,
  type ServerName,
  ServerUnavailable,
  type StartOptions,
  start,
} from '../src/zoo/index.ts';
import { recordSkip, runOf } from './skipped.ts';

/** Starts instances of one server; what a test starts ends with the test, however that ends. */
export interface Launcher {
  readonly server: RealServer;
  readonly start: (options?: StartOptions) => Promise<Running>;
}

type LaunchersOf<Names extends readonly ServerName[]> = {
  readonly [Index in keyof Names]: Launcher;
};

type Body<Names extends readonly ServerName[]> = (
  t: ExecutionContext,
  ...launchers: LaunchersOf<Names>
) => Promise<void>;

/** A download may be under way for longer than a test may be silent. In milliseconds. */
const DOWNLOAD_LIMIT = 15 * 60_000;

/**
 * Makes a test of real servers, which are downloaded when they are first asked for:
 *
 *     test('…', realServer('redis-7.0', 'valkey-8.1')(async (t, redis, valkey) => {
 *       const master = await redis.start();
 *     }));
 *
 * Where one of them can't be had, the test is skipped aloud and counted; it fails where `CI` is set.
 */
export const realServer =
  <const Names extends readonly ServerName[]>(...names: Names) =>
  (body: Body<Names>) =>
  async (t: ExecutionContext): Promise<void> => {
    const launchers: Launcher[] = [];
    for (const name of names) {
      const server = await provideFor(t, name);
      if (server === null) return;
      launchers.push(launcherOf(t, server));
    }
    await body(t, ...(launchers as readonly Launcher[] as LaunchersOf<Names>)); // One for each name.
  };

const provideFor = async (t: ExecutionContext, name: ServerName): Promise<RealServer | null> => {
  const cache = cacheFolder(process.env, process.cwd());
  try {
    return await provide(name, {
      cacheFolder: cache,
      env: process.env,
      onProgress: (step) => {
        t.timeout(DOWNLOAD_LIMIT, `${name} was not there after ${DOWNLOAD_LIMIT} ms`);
        t.log(`${name}: ${step}`);
      },
    });
  } catch (error) {
    if (!(error instanceof ServerUnavailable) || process.env.CI) throw error;
    t.log(`SKIPPED. ${error.message}`);
    await recordSkip(cache, runOf(process.ppid), {
      test: t.title,
      server: name,
      reason: error.message,
    });
    t.pass();
    return null;
  } finally {
    t.timeout.clear();
  }
};

const launcherOf = (t: ExecutionContext, server: RealServer): Launcher => ({
  server,
  start: async (options) => {
    const running = await start(server, options);
    t.teardown(running.stop);
    return running;
  },
});
