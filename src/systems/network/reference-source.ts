import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { ReplicationServer } from '../../server/server.ts';
import { SETTINGS, type ServerSource } from './servers.ts';

export interface ReferenceSourceOptions {
  readonly rules: Ruleset;
  readonly dialect?: Dialect;
}

/** Our own servers, with whatever rules, each with a folder of its own. */
export const referenceSource = async ({
  rules,
  dialect = 'redis-7',
}: ReferenceSourceOptions): Promise<ServerSource> => {
  const root = await mkdtemp(join(tmpdir(), 'psyncspec-cluster-'));
  return {
    name: 'tcp',
    start: async (node, { port, keepsData, masterPort }) => {
      const dir = join(root, String(node));
      if (!keepsData) await rm(dir, { recursive: true, force: true });
      const server = await ReplicationServer.listen({
        port: port ?? 0,
        dir,
        dialect,
        rules,
        settings: SETTINGS,
        ...(masterPort === null ? {} : { master: { host: '127.0.0.1', port: masterPort } }),
      });
      return {
        port: server.port,
        end: () => server.close(),
      };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
};
