import { connect } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { RespValue } from '../../models/vocabulary/index.ts';
import type { Control } from '../../src/conformance/target/control.ts';

const itemsOf = (reply: RespValue): readonly RespValue[] =>
  reply && 'array' in reply ? reply.array : [];

const textOf = (reply: RespValue): string => (reply && 'bulk' in reply ? reply.bulk : '');

/** How long ago something was, and what is computed from that: it moves by itself. */
const withoutClocks = (value: string): string =>
  value.replace(/,lag=\d+/, '').replace(/,avg_ttl=\d+/, '');

const infoLines = async (client: Control, section: string): Promise<string[]> =>
  [...(await client.info(section))].map(([name, value]) => `${name}:${withoutClocks(value)}`);

const settings = async (client: Control): Promise<string[]> => {
  const words = itemsOf(await client.run('CONFIG', 'GET', '*')).map(textOf);
  return words.flatMap((name, index) =>
    index % 2 === 0 ? [`setting ${name} = ${words[index + 1]}`] : [],
  );
};

/** Every key with its serialized value and the moment at which it expires. */
const keyspace = async (client: Control): Promise<string[]> => {
  const lines: string[] = [];
  for (const name of (await client.info('keyspace')).keys()) {
    if (!/^db\d+$/.test(name)) continue;
    await client.run('SELECT', name.slice(2));
    const keys = itemsOf(await client.run('KEYS', '*')).map(textOf);
    for (const key of keys) {
      const [value, expiry] = await client.pipeline(['DUMP', key], ['PEXPIRETIME', key]);
      lines.push(`${name} ${key} ${JSON.stringify(value)} ${JSON.stringify(expiry)}`);
    }
  }
  await client.run('SELECT', '0');
  return lines;
};

/** All that a check could change of a server from outside: its part in replication, settings, role and keys. */
export const stateOf = async (client: Control): Promise<string[]> =>
  [
    ...(await infoLines(client, 'replication')),
    ...(await infoLines(client, 'keyspace')),
    ...(await settings(client)),
    `ROLE ${JSON.stringify(await client.run('ROLE'))}`,
    ...(await keyspace(client)),
  ].sort();

/** How often each command was called so far, subcommands apart (`config|set`), rejected ones as well. */
export const callsOf = async (client: Control): Promise<ReadonlyMap<string, number>> => {
  const calls = new Map<string, number>();
  for (const [name, value] of await client.info('commandstats')) {
    const [, command] = /^cmdstat_(.+)$/.exec(name) ?? [];
    const [, called] = /calls=(\d+)/.exec(value) ?? [];
    const [, rejected] = /rejected_calls=(\d+)/.exec(value) ?? [];
    if (command !== undefined) calls.set(command, Number(called) + Number(rejected));
  }
  return calls;
};

/** Which of these commands the server itself takes for writes. */
export const writesAmong = async (
  client: Control,
  commands: readonly string[],
): Promise<string[]> => {
  const found: string[] = [];
  for (const command of commands) {
    const [about = null] = itemsOf(await client.run('COMMAND', 'INFO', command));
    const flags = itemsOf(itemsOf(about)[2] ?? null);
    if (flags.some((flag) => flag && 'simple' in flag && flag.simple === 'write')) {
      found.push(command);
    }
  }
  return found;
};

/** What MONITOR shows: every command that is not an administrator's, in lower case, with what stands behind it. */
export interface Monitor {
  readonly commands: () => readonly string[];
}

/** Watches a server from a connection of its own until the test ends. */
export const monitor = (
  t: ExecutionContext,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Monitor> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, host);
    t.teardown(() => socket.destroy());
    let seen = '';
    const commands = (): string[] =>
      [...seen.matchAll(/^\+\d+\.\d+ \[[^\]]*\] "([^"]*)"/gm)].map(([, name = '']) =>
        name.toLowerCase(),
      );
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1');
      if (seen.startsWith('+OK')) resolve({ commands });
    });
    socket.write('MONITOR\r\n');
  });
