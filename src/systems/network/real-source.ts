import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RealServer, start } from '../../zoo/index.ts';
import { SETTINGS, type ServerSource } from './servers.ts';

/** One of the real servers of the zoo, three times. */
export const realSource = async (server: RealServer): Promise<ServerSource> => {
  const root = await mkdtemp(join(tmpdir(), 'psyncspec-cluster-'));
  return {
    name: server.name,
    start: async (node, { port, keepsData, masterPort }) => {
      const dir = join(root, String(node));
      if (!keepsData) await rm(dir, { recursive: true, force: true });
      const running = await start(server, {
        dir,
        ...(port === null ? {} : { port }),
        config: {
          ...SETTINGS,
          // A configuration file writes an empty text like this.
          save: '""',
          ...(masterPort === null ? {} : { replicaof: `127.0.0.1 ${masterPort}` }),
        },
      });
      return { port: running.port, end: running.stop };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
};
