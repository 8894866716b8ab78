import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVER_NAMES, type ServerName } from '../../../src/zoo/index.ts';
import type { Contents } from './contents.ts';

/** How a server was told to keep its values, which is how it saves them. */
export type Variant = 'packed' | 'plain' | 'cluster';

export interface Fixture {
  readonly server: ServerName;
  readonly variant: Variant;
}

/** The golden files in the folder `fixtures`. */
export const FIXTURES: readonly Fixture[] = [
  ...SERVER_NAMES.flatMap((server): Fixture[] => [
    { server, variant: 'packed' },
    { server, variant: 'plain' },
  ]),
  { server: 'redis-8.0', variant: 'cluster' },
];

/** What the server that saved a file said of it. */
export interface Manifest {
  readonly server: string;
  readonly settings: readonly (readonly string[])[];
  /** The byte before each key in the file that says its type, as `DUMP` begins with it. */
  readonly types: Readonly<Record<string, number>>;
  readonly contents: Contents;
  readonly functions: readonly string[];
}

export const fixturePath = ({ server, variant }: Fixture, extension: 'rdb' | 'manifest'): string =>
  fileURLToPath(new URL(`fixtures/${server}-${variant}.${extension}`, import.meta.url));

export const fixtureBytes = (fixture: Fixture): Buffer => readFileSync(fixturePath(fixture, 'rdb'));

export const manifestOf = (fixture: Fixture): Manifest =>
  JSON.parse(readFileSync(fixturePath(fixture, 'manifest'), 'utf8')) as Manifest;
