import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { NodeEvent } from '../../src/replication/effects.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { writeRdb } from '../../src/wire/rdb/writer.ts';
import { clientOf, until } from '../interop/client.ts';

const REPLID = 'a'.repeat(40);
const MARK = 'e'.repeat(40);

const rdb = (): Buffer =>
  Buffer.concat([
    ...writeRdb({
      databases: new Map([
        [0, new Map([['key', { value: { type: 'string', value: 'value' }, expiresAt: null }]])],
      ]),
      functions: [],
      scripts: [],
      moduleAuxiliary: [],
      auxiliary: new Map(),
    }),
  ]);

type Answer = (socket: Socket) => void | Promise<void>;

/** Answers the handshake as a master does, and PSYNC as the test says. */
const lyingMaster = async (t: ExecutionContext, answers: readonly Answer[]) => {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      for (const command of text.match(/PING|REPLCONF\r\n\$\d+\r\n(?!ACK)|PSYNC/g) ?? []) {
        if (command === 'PING') socket.write('+PONG\r\n');
        else if (command !== 'PSYNC') socket.write('+OK\r\n');
        else {
          // After the last answer it only keeps silent.
          void answers[asked]?.(socket);
          asked += 1;
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host: '127.0.0.1', port };
};

/** A replica that follows a lying master, with the reasons for which it left it. */
const victim = async (t: ExecutionContext, ...answers: readonly Answer[]) => {
  const reasons: string[] = [];
  const requests: string[] = [];
  const onEvent = (event: NodeEvent): void => {
    if (event.event === 'master-lost') reasons.push(event.because);
    if (event.event === 'asks-master') requests.push(event.request);
  };
  const master = await lyingMaster(t, answers);
  const server = await ReplicationServer.listen({ master, onEvent });
  t.teardown(() => server.close());
  const client = await clientOf(t, server);
  const leaves = (reason: RegExp) =>
    until(t, `a reason like ${reason}, not ${JSON.stringify(reasons)}`, async () =>
      reasons.some((each) => reason.test(each)),
    );
  return { client, leaves, requests };
};

const full =
  (header: string, ...payload: readonly Buffer[]): Answer =>
  (socket) => {
    socket.write(
      Buffer.concat([Buffer.from(`+FULLRESYNC ${REPLID} 7\r\n${header}\r\n`), ...payload]),
    );
  };

const whole = rdb();

const LIES: Readonly<Record<string, readonly [answer: Answer, reason: RegExp]>> = {
  'a length that is too long': [
    full(`$${whole.length + 5}`, whole),
    /the RDB ends at byte \d+, and 5 more were announced/,
  ],
  'a length that is too short': [
    full(`$${whole.length - 5}`, whole),
    /bytes are due|in the middle/,
  ],
  'ten gigabytes': [
    full('$10737418240', whole, Buffer.alloc(100_000)),
    /the RDB ends at byte \d+, and \d+ more were announced/,
  ],
  'a length of nothing': [full('$0'), /in the middle|bytes are due/],
  'a snapshot that is none': [full('$1000', Buffer.alloc(1000, 'x')), /byte 0 of the RDB/],
  'another mark than it announced': [
    full(`$EOF:${MARK}`, whole, Buffer.alloc(40, 'f')),
    /not the mark that was announced/,
  ],
  'garbage in the stream': [
    full(`$${whole.length}`, whole, Buffer.from('*1\r\n$nonsense\r\n')),
    /the stream holds what is no command/,
  ],
};

for (const [lie, [answer, reason]] of Object.entries(LIES)) {
  test(`a master that sends ${lie} is left with a reason, and the replica lives on`, async (t) => {
    const { client, leaves } = await victim(t, answer);
    await leaves(reason);
    t.deepEqual(await client.run('PING'), { simple: 'PONG' });
  });
}

test('garbage after +CONTINUE ends the link, and everything is asked for anew', async (t) => {
  const { leaves, requests } = await victim(
    t,
    full(`$${whole.length}`, whole, Buffer.from('*1\r\n$4\r\nPING\r\n'), Buffer.from('\0\0\r\n')),
    (socket) => void socket.write('+CONTINUE\r\n\0\x01\x02garbage\r\n'),
  );
  await leaves(/the stream holds what is no command/);
  await until(t, 'it asks again', async () => requests.length >= 2);
  t.is(requests[1], 'PSYNC ? -1');
});

test('a line without end is no header, and ends the link', async (t) => {
  let written = 0;
  const { client, leaves } = await victim(t, async (socket) => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    while (!socket.destroyed && written < 100 * 1024 * 1024) {
      written += piece.length;
      await new Promise((resolve) => socket.write(piece, resolve));
    }
  });
  await leaves(/its answer "x+" can't be gone on with/);
  t.true(written < 100 * 1024 * 1024, 'the link ended before all of it was taken');
  t.deepEqual(await client.run('PING'), { simple: 'PONG' });
});

test('a snapshot that goes on for ever costs no more memory than the data in it', async (t) => {
  const before = process.memoryUsage().rss;
  const most = 200 * 1024 * 1024;
  let written = 0;
  // The same auxiliary field again and again: a kilobyte each, of which only the last counts.
  const field = Buffer.from(`\xfa\x01a\x43\xe8${'v'.repeat(1000)}`, 'latin1');
  const piece = Buffer.concat(Array.from({ length: 64 }, () => field));
  const { client } = await victim(t, async (socket) => {
    socket.write(`+FULLRESYNC ${REPLID} 7\r\n$10737418240\r\nREDIS0009`);
    while (!socket.destroyed && written < most) {
      written += piece.length;
      await new Promise((resolve) => socket.write(piece, resolve));
    }
  });
  await until(t, 'most of it has arrived', async () => written >= most);
  t.regex(JSON.stringify(await client.run('ROLE')), /sync/);
  t.true(
    process.memoryUsage().rss - before < 200 * 1024 * 1024,
    `${process.memoryUsage().rss - before}`,
  );
});
