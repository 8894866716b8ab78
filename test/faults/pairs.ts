import { join } from 'node:path';
import type { RealServer } from '../../src/zoo/index.ts';
import type { Pair } from './killing.ts';
import { realPhoenix, referencePhoenix } from './phoenix.ts';

const BACKLOG = 64 * 1024 * 1024;

const ARGS = [
  ...['--save', '1 1'],
  ...['--repl-backlog-size', String(BACKLOG)],
  ...['--repl-diskless-sync-delay', '0'],
];

const CONFIG = {
  save: '1 1',
  'repl-backlog-size': BACKLOG,
  'repl-diskless-sync-delay': 0,
  'enable-debug-command': 'yes',
};

/** A reference master with a real replica. */
export const withReferenceMaster = async (server: RealServer, folder: string): Promise<Pair> => {
  const master = await referencePhoenix(join(folder, 'm'), ARGS);
  const config = { ...CONFIG, replicaof: `127.0.0.1 ${master.port}` };
  return { master, replica: await realPhoenix(server, join(folder, 'r'), config) };
};

/** A real master with a reference replica. */
export const withReferenceReplica = async (server: RealServer, folder: string): Promise<Pair> => {
  const master = await realPhoenix(server, join(folder, 'm'), CONFIG);
  const args = [...ARGS, '--replicaof', '127.0.0.1', String(master.port)];
  return { master, replica: await referencePhoenix(join(folder, 'r'), args) };
};
