import { spawn } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import type { Command } from '../../src/zoo/index.ts';

/** Runs a program that came with a real server until the test ends. */
export const spawnProgram = (
  t: ExecutionContext,
  { file, args }: Command,
  ...more: readonly string[]
) => {
  const child = spawn(file, [...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  child.on('error', (error) => {
    said += error.message;
  });
  t.teardown(() => child.kill('SIGKILL'));
  return { output: () => said };
};
