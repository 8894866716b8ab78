import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './cache-folder.ts';

export const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** The program that a name stands for, as a shell would find it. */
export const onPath = (env: Environment, name: string): string | undefined =>
  (env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find(isExecutable);
