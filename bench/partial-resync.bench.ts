import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { encodeCommand } from '../src/wire/resp.ts';
import type { Bench, Finding } from './bench.ts';
import { growthDuring } from './process.ts';
import { observe } from './replication.ts';
import { megabytes } from './report.ts';
import type { Servers, Subject } from './servers.ts';

const BYTES = 100_000_000;
const VALUE = 100_000;
const TURNS = 5;

const BACKLOG = '128mb';

const ask = async ({ host, port }: Subject, ...words: string[]): Promise<Socket> => {
  const socket = connect(port, host);
  await once(socket, 'connect');
  socket.write(encodeCommand(words));
  return socket;
};

/** Begins a backlog, and fills it. */
const fill = async (subject: Subject): Promise<void> => {
  const replica = await ask(subject, 'PSYNC', '?', '-1');
  await once(replica, 'data');
  replica.destroy();
  const values = Array.from({ length: 50 }, (_, at) => ['SET', `key:${at}`, 'x'.repeat(VALUE)]);
  for (let sent = 0; sent < BYTES; sent += values.length * VALUE) {
    await subject.client.pipeline(...values);
  }
};

const askForAll = async (subject: Subject): Promise<Socket> => {
  const { ids, window } = await observe(subject);
  if (window === null || window.histlen < BYTES) throw new Error('the backlog is too short');
  return ask(subject, 'PSYNC', ids.replid, String(window.firstByte));
};

/** How fast the whole backlog comes, in bytes a second. */
const drain = async (subject: Subject): Promise<number> => {
  const socket = await askForAll(subject);
  const begun = process.hrtime.bigint();
  let heard = 0;
  for await (const chunk of socket) {
    heard += chunk.length;
    if (heard >= BYTES) break;
  }
  return heard / (Number(process.hrtime.bigint() - begun) / 1e9);
};

/** A replica that never reads what it asked for. */
const stall = async (subject: Subject): Promise<void> => {
  const socket = await askForAll(subject);
  socket.pause();
  await setTimeout(1000);
  socket.destroy();
};

async function* growths(who: string, subject: Subject): AsyncGenerator<Finding> {
  for (const [what, happen] of [
    ['it streams 100 MB', () => drain(subject)],
    ['the replica never reads', () => stall(subject)],
  ] as const) {
    const growth = await growthDuring(subject, async () => {
      await happen();
    });
    yield { what: `peak memory of ${who} while ${what}`, value: `+${megabytes(growth)}` };
  }
}

export const PARTIAL_RESYNC: Bench = {
  name: 'partial-resync',
  about: 'a partial resync of 100 MB from the backlog, against that of a redis-server',
  run: async function* (servers: Servers) {
    const ours = await servers.reference({ settings: { 'repl-backlog-size': BACKLOG } });
    const theirs = await servers.real({ 'repl-backlog-size': BACKLOG });
    for (const subject of [ours, theirs]) await fill(subject);
    const turns: [number, number][] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      turns.push([await drain(ours), await drain(theirs)]);
    }
    yield {
      what: 'bytes a second to one replica',
      ours: turns.map(([one]) => one),
      theirs: turns.map(([, other]) => other),
      reach: null,
    };
    yield* growths('the reference', ours);
    yield* growths('redis-server', theirs);
  },
};
