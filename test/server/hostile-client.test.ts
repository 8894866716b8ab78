import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { nextByte } from '../../models/vocabulary/index.ts';
import { Control } from '../../src/conformance/target/control.ts';
import { Peer } from '../../src/conformance/target/peer.ts';
import { FakeReplica } from '../../src/conformance/target/replica.ts';
import { ReplicationServer, type ServerOptions } from '../../src/server/server.ts';
import { encodeCommand } from '../../src/wire/resp.ts';

const PATIENCE = { timeout: 5000 };

const listen = async (t: ExecutionContext, options: ServerOptions = {}) => {
  const server = await ReplicationServer.listen(options);
  t.teardown(() => server.close());
  return server;
};

const open = async (t: ExecutionContext, server: ReplicationServer): Promise<Peer> => {
  const peer = await Peer.open(server, PATIENCE);
  t.teardown(() => peer.close());
  return peer;
};

/** Whether the server still answers somebody else. */
const isAlive = async (t: ExecutionContext, server: ReplicationServer): Promise<void> => {
  const control = await Control.open(server, PATIENCE);
  t.deepEqual(await control.command('PING'), { simple: 'PONG' });
  control.close();
};

const refused: Readonly<Record<string, readonly [sent: string, answer: RegExp]>> = {
  'a bulk string longer than proto-max-bulk-len': [
    '*1\r\n$1073741824\r\n',
    /Protocol error: invalid bulk length/,
  ],
  'a bulk string of a negative length': ['*1\r\n$-1\r\n', /Protocol error: invalid bulk length/],
  'an array of a billion words': ['*1000000000\r\n', /Protocol error: invalid multibulk length/],
  'a length that is no number': ['*x\r\n', /Protocol error: invalid multibulk length/],
  'a word that is no bulk string': ['*1\r\n:5\r\n', /Protocol error: expected '\$', got ':'/],
  'unbalanced quotes': ['SET "a\r\n', /Protocol error: unbalanced quotes/],
  'a line without end': ['x'.repeat(70_000), /Protocol error: too big inline request/],
};

for (const [what, [sent, answer]] of Object.entries(refused)) {
  test(`${what} is answered with an error and the end of the link`, async (t) => {
    const server = await listen(t);
    const peer = await open(t, server);
    peer.sendText(sent);
    const reply = await peer.reply();
    t.regex(reply && 'error' in reply ? reply.error : '', answer);
    await t.notThrowsAsync(peer.closes());
    await isAlive(t, server);
  });
}

test('before AUTH a client may not send much', async (t) => {
  const server = await listen(t, { settings: { requirepass: 'secret' } });
  for (const sent of ['*11\r\n', '*1\r\n$20000\r\n']) {
    const peer = await open(t, server);
    peer.sendText(sent);
    const reply = await peer.reply();
    t.regex(reply && 'error' in reply ? reply.error : '', /Protocol error/);
    await peer.closes();
  }
});

test('a command that arrives byte by byte is a command', async (t) => {
  const server = await listen(t);
  const peer = await open(t, server);
  for (const byte of encodeCommand(['ECHO', 'x\r\ny'])) {
    peer.send(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.deepEqual(await peer.reply(), { bulk: 'x\r\ny' });
});

test('half a command and the end of the link leave nothing behind', async (t) => {
  const server = await listen(t);
  const whole = encodeCommand(['SET', 'key', 'value']);
  for (let length = 1; length < whole.length; length += 1) {
    const peer = await open(t, server);
    peer.send(whole.subarray(0, length));
    peer.close();
  }
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  t.deepEqual(await control.command('DBSIZE'), { integer: 0 });
});

test('a client that never reads its replies is no longer read from', async (t) => {
  const server = await listen(t);
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  await control.run('SET', 'long', 'x'.repeat(100_000));
  const before = process.memoryUsage().rss;
  const socket = connect(server.port, server.host);
  t.teardown(() => socket.destroy());
  socket.pause();
  const asked = Buffer.concat(Array.from({ length: 1000 }, () => encodeCommand(['GET', 'long'])));
  await new Promise((resolve) => socket.once('connect', resolve));
  for (let round = 0; round < 20; round += 1) socket.write(asked);
  await isAlive(t, server);
  await isAlive(t, server);
  const more = (process.memoryUsage().rss - before) / 2 ** 20;
  t.true(more < 200, `${Math.round(more)} MiB more for replies of 2 GB`);
});

/** A replica that attaches with PSYNC and never reads what follows. */
const deafReplica = async (t: ExecutionContext, server: ReplicationServer): Promise<Socket> => {
  const socket = connect(server.port, server.host);
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(encodeCommand(['PSYNC', '?', '-1']));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
};

test('a replica that never reads is dropped beyond the output limit, with bounded memory', async (t) => {
  const events: string[] = [];
  const server = await listen(t, {
    settings: {
      'repl-diskless-sync': 'no',
      'repl-backlog-size': '1mb',
      'client-output-buffer-limit': 'replica 8mb 0 0',
    },
    onEvent: (event) =>
      events.push(`${event.event}${'because' in event ? ` because ${event.because}` : ''}`),
  });
  await deafReplica(t, server);
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  const before = process.memoryUsage().rss;
  const value = 'x'.repeat(1024 * 1024);
  for (let round = 0; round < 60; round += 1) await control.run('SET', 'key', value);
  t.true(events.includes('replica-leaves because output-limit'), events.join(', '));
  t.is((await control.info('replication')).get('connected_slaves'), '0');
  const more = (process.memoryUsage().rss - before) / 2 ** 20;
  t.true(more < 150, `${Math.round(more)} MiB more`);
});

test('a slow replica within the output limit gets every byte, also those the backlog dropped', async (t) => {
  const server = await listen(t, {
    settings: { 'repl-diskless-sync': 'no', 'repl-backlog-size': '16384' },
  });
  const peer = await open(t, server);
  const replica = new FakeReplica(peer, 7777);
  const answer = await replica.psync('?', nextByte(-1));
  await replica.snapshot();
  if (answer.answer === 'fullresync') replica.offset = answer.offset as typeof replica.offset;
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  const commands = Array.from({ length: 2000 }, (_, index) => [
    'SET',
    `key:${index}`,
    `${index}`.repeat(100),
  ]);
  await control.pipeline(...commands);
  const offset = Number((await control.info('replication')).get('master_repl_offset'));
  const heard = await replica.commandsTo(offset as typeof replica.offset);
  t.deepEqual(
    heard.map(({ words }) => words).filter(([name]) => name === 'SET'),
    commands,
  );
});

test('a replica that joins a snapshot gets every byte since it began, also those the backlog dropped', async (t) => {
  const server = await listen(t, {
    settings: {
      'repl-diskless-sync': 'no',
      'repl-backlog-size': '16384',
      'rdb-key-save-delay': '2000000',
    },
  });
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  await control.run('SET', 'key', 'value');
  const replicas: FakeReplica[] = [];
  for (const port of [7777, 7778]) {
    const replica = new FakeReplica(await open(t, server), port);
    const answer = await replica.psync('?', nextByte(-1));
    if (answer.answer === 'fullresync') replica.offset = answer.offset as typeof replica.offset;
    replicas.push(replica);
    await control.pipeline(...Array.from({ length: 100 }, () => ['SET', 'key', 'x'.repeat(1000)]));
  }
  t.is(replicas[0]?.offset, replicas[1]?.offset);
  const offset = Number((await control.info('replication')).get('master_repl_offset'));
  for (const replica of replicas) {
    await replica.snapshot();
    const heard = await replica.commandsTo(offset as typeof replica.offset);
    t.is(heard.filter(({ words }) => words[0] === 'SET').length, 200);
  }
});

test('a thousand connections at once are served', async (t) => {
  const server = await listen(t);
  const peers = await Promise.all(
    Array.from({ length: 1000 }, () => Peer.open(server, { timeout: 20_000 })),
  );
  t.teardown(() => {
    for (const peer of peers) peer.close();
  });
  const replies = await Promise.all(
    peers.map((peer, index) => peer.command('SET', `key:${index}`, 'x')),
  );
  t.true(replies.every((reply) => reply !== null && 'simple' in reply && reply.simple === 'OK'));
  const shown = await peers[0]?.command('DBSIZE');
  t.deepEqual(shown, { integer: 1000 });
});

test('one connection more than maxclients is refused, and the others stay', async (t) => {
  const server = await listen(t, { settings: { maxclients: '3' } });
  const peers = [await open(t, server), await open(t, server), await open(t, server)];
  for (const peer of peers) t.deepEqual(await peer.command('PING'), { simple: 'PONG' });
  const last = await open(t, server);
  t.deepEqual(await last.reply(), { error: 'ERR max number of clients reached' });
  await last.closes();
  for (const peer of peers) t.deepEqual(await peer.command('PING'), { simple: 'PONG' });
});

test('garbage on a replica’s link ends it without a reply in the stream', async (t) => {
  const server = await listen(t, { settings: { 'repl-diskless-sync': 'no' } });
  const peer = await open(t, server);
  const replica = new FakeReplica(peer, 7777);
  await replica.psync('?', nextByte(-1));
  await replica.snapshot();
  peer.sendText('*1\r\n$nonsense\r\n');
  await t.notThrowsAsync(peer.closes());
  t.false(peer.transcript.lines().some((line) => line.includes('-ERR')));
  await isAlive(t, server);
});

test('a pipeline of ten thousand commands is answered in order', async (t) => {
  const server = await listen(t);
  const control = await Control.open(server, PATIENCE);
  t.teardown(() => control.close());
  const replies = await control.pipeline(
    ...Array.from({ length: 10_000 }, () => ['INCR', 'counter']),
  );
  t.deepEqual(
    replies,
    Array.from({ length: 10_000 }, (_, index) => ({ integer: index + 1 })),
  );
});
