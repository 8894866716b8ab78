import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Running } from '../../src/zoo/running.ts';

/** Sends a command to a server by the tool that came with it, and returns the reply as that prints it. */
export const ask = async (
  { server, host, port }: Pick<Running, 'server' | 'host' | 'port'>,
  ...words: readonly string[]
): Promise<string> => {
  const { file, args } = server.programs.cli;
  const line = [...args, '-h', host, '-p', String(port), ...words];
  return (await output(file, line)).trimEnd();
};

/** What a program writes that runs to its end. */
export const output = async (file: string, args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(file, [...args], { timeout: 60_000 });
  return stdout;
};
