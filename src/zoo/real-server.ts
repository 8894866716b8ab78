import type { ServerName, Software } from './catalogue.ts';

/** What every server comes with. */
export const PROGRAMS = ['server', 'sentinel', 'cli', 'check-rdb', 'benchmark'] as const;
export type Program = (typeof PROGRAMS)[number];

/** A program and the words that must precede one's own arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** A server on this machine, ready to be started. */
export interface RealServer {
  readonly name: ServerName;
  readonly software: Software;
  /** As the binary says it: `7.0.15`. */
  readonly version: string;
  /** Where it comes from, for people to read. */
  readonly origin: string;
  /** How much of the cache folder it takes, in bytes: 0 for one that was installed already. */
  readonly size: number;
  readonly programs: Readonly<Record<Program, Command>>;
}
