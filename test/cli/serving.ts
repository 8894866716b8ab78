import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** The longest wait for a line of the log, in milliseconds. */
const PATIENCE = 20_000;

export interface LogEntry {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A `psyncspec serve` under test, killed with the test. */
export interface Serving {
  readonly host: string;
  readonly port: number;
  readonly entries: readonly LogEntry[];
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves with the first entry that matches, past or to come. */
  readonly logged: (matches: (entry: LogEntry) => boolean) => Promise<LogEntry>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export const temporaryFolder = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'psyncspec-serve-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs `psyncspec serve`; it is killed with the test. */
export const launch = (t: ExecutionContext, args: readonly string[]) => {
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  return { child, exited, lines: createInterface(child.stdout) };
};

/** Starts a server with a log in JSON, at a free port where none is asked for, and waits until it listens. */
export const serve = async (t: ExecutionContext, ...args: readonly string[]): Promise<Serving> => {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const { child, exited, lines } = launch(t, ['--json', ...port, ...args]);
  const entries: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  lines.on('line', (line) => {
    const entry = JSON.parse(line) as LogEntry; // Written by `serve --json`, an object a line.
    entries.push(entry);
    for (const listener of listeners) listener(entry);
  });
  const logged = (matches: (entry: LogEntry) => boolean): Promise<LogEntry> =>
    new Promise((resolve, reject) => {
      const done = (entry: LogEntry): void => {
        clearTimeout(timer);
        listeners.delete(listen);
        resolve(entry);
      };
      const listen = (entry: LogEntry): void => {
        if (matches(entry)) done(entry);
      };
      const fail = (why: string): void =>
        reject(new Error(`${why}: ${JSON.stringify(entries.slice(-10))} ${stderr}`));
      const timer = setTimeout(() => fail(`no such entry within ${PATIENCE} ms`), PATIENCE);
      const already = entries.find(matches);
      if (already !== undefined) done(already);
      else listeners.add(listen);
      void exited.then(() => fail('the server ended'));
    });
  const { host, port: taken } = await logged(({ event }) => event === 'listening');
  return {
    host: String(host),
    port: Number(taken),
    entries,
    kill: (signal) => child.kill(signal),
    logged,
    exited,
  };
};
