import type { Environment } from './cache-folder.ts';
import type { Command } from './real-server.ts';
import { run } from './run.ts';

/** `Redis server v=7.0.15 sha=00000000:0 …`; Valkey puts its own name first. */
const VERSION = /^\w+ server v=(\S+)/m;

/** The version that a server says it is of, or what it said instead of one. */
export const versionOf = async (
  server: Command,
  env: Environment,
): Promise<{ readonly version: string } | { readonly instead: string }> => {
  const { file, args } = server;
  const said = await run({ file, args: [...args, '--version'] }, { env, timeout: 30_000 });
  const version = VERSION.exec(said.stdout)?.[1];
  if (said.outcome === 'success' && version !== undefined) return { version };
  return { instead: (said.stderr || said.stdout).trim().slice(-500) || said.outcome };
};
