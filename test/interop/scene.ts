import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atLeast, type Dialect } from '../../models/vocabulary/index.ts';
import { ReplicationServer, type ServerOptions } from '../../src/server/server.ts';
import { type RealServer, type ServerName, type StartOptions, start } from '../../src/zoo/index.ts';
import { randomCommands } from '../replication/random-commands.ts';
import { type Counts, Member } from './member.ts';

/** The dialect in which the reference meets each server: a replica may be newer than its master, not older. */
export const DIALECTS: Readonly<Record<ServerName, Dialect>> = {
  'redis-6.0': 'redis-6.0',
  'redis-7.0': 'redis-7',
  'redis-8.0': 'redis-8',
  'redis-8-forky': 'redis-8',
  'valkey-8.1': 'valkey-8',
  'valkey-9-forky': 'valkey-9',
};

/** One meeting of the reference with servers of one kind. Whatever it starts ends with it. */
export class Scene {
  readonly server: RealServer;
  readonly dialect: Dialect;
  readonly #seed: number;
  readonly #members: Member[] = [];
  readonly #folders: string[] = [];
  #gone: Counts = { full: 0, partial: 0, refused: 0 };
  #loads = 0;

  constructor(server: RealServer, seed: number) {
    this.server = server;
    this.dialect = DIALECTS[server.name];
    this.#seed = seed;
  }

  has(first: Dialect): boolean {
    return atLeast(this.dialect, first);
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'psyncspec-interop-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Starts a server of ours. */
  async reference(options: ServerOptions = {}): Promise<Member> {
    const server = await ReplicationServer.listen({
      dialect: this.dialect,
      ...options,
      settings: { 'repl-diskless-sync-delay': '0', ...options.settings },
    });
    return this.#add(await Member.of('reference', server, () => server.close()));
  }

  /** Starts a real one. */
  async real(options: StartOptions = {}): Promise<Member> {
    const debug = this.has('redis-7') ? { 'enable-debug-command': 'yes' } : {};
    const config = { ...debug, 'repl-diskless-sync-delay': 0, ...options.config };
    const running = await start(this.server, { ...options, config });
    return this.#add(await Member.of(this.server.name, running, running.stop));
  }

  /** Ends a member as an operator would: it saves what it has. */
  async shutDown(member: Member): Promise<void> {
    this.#gone = sum(this.#gone, await member.counts());
    this.#members.splice(this.#members.indexOf(member), 1);
    await member.client.command('SHUTDOWN', 'SAVE').catch(() => {});
    await member.stop();
  }

  /** Writes of every kind, a tenth of them in transactions. */
  async load(member: Member, count = 300): Promise<void> {
    this.#loads += 1;
    const commands = randomCommands(this.#seed + this.#loads, count);
    const inTransactions = commands.flatMap((words, index) => {
      if (index % 20 === 0) return [['MULTI'], words];
      return index % 20 === 2 ? [words, ['EXEC']] : [words];
    });
    await member.client.pipeline(...inTransactions, ['EXEC'], ['SELECT', '0']);
  }

  /** How many resynchronizations there were so far. */
  async counts(): Promise<Counts> {
    let counts = this.#gone;
    for (const member of this.#members) counts = sum(counts, await member.counts());
    return counts;
  }

  async end(): Promise<void> {
    for (const member of this.#members) await member.stop();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  #add(member: Member): Member {
    this.#members.push(member);
    return member;
  }
}

const sum = (one: Counts, other: Counts): Counts => ({
  full: one.full + other.full,
  partial: one.partial + other.partial,
  refused: one.refused + other.refused,
});
