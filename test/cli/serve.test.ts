import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { MUTANTS } from '../../properties/mutants/index.ts';
import { clientOf, observe, until, untilInStep } from '../interop/client.ts';
import { psyncspec } from './run.ts';
import { launch, serve, temporaryFolder } from './serving.ts';

const NO_DELAY = ['--repl-diskless-sync-delay', '0'];

test('serve answers clients from its first line on, and ends well on SIGTERM and on SIGINT', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = await serve(t);
    const client = await clientOf(t, server);
    await client.run('SET', 'key', 'value');
    t.deepEqual(await client.run('GET', 'key'), { bulk: 'value' });
    server.kill(signal);
    t.deepEqual(await server.exited, { code: 0, signal: null });
    t.deepEqual(
      server.entries.map(({ event }) => event),
      ['listening', 'closes', 'closed'],
    );
  }
});

test('a replica follows a master with a password, and both log every step', async (t) => {
  const master = await serve(t, '--requirepass', 'secret', ...NO_DELAY);
  const replica = await serve(
    t,
    ...['--replicaof', master.host, String(master.port), '--masterauth', 'secret'],
  );
  await replica.logged(({ event }) => event === 'snapshot-loaded');
  await master.logged(({ event }) => event === 'replica-online');
  const events = (entries: typeof master.entries) => entries.map(({ event }) => event);
  t.deepEqual(events(master.entries).slice(1), [
    'replica-asks',
    'full-resync',
    'backlog-created',
    'snapshot-starts',
    'replica-online',
  ]);
  t.deepEqual(
    events(replica.entries).filter((event) => event !== 'listening'),
    ['connects-to-master', 'asks-master', 'snapshot-from-master', 'snapshot-loaded'],
  );
  t.is(replica.entries.find(({ event }) => event === 'asks-master')?.request, 'PSYNC ? -1');
  replica.kill('SIGKILL');
  await master.logged(({ event }) => event === 'replica-leaves');
});

test('without --json a line of the log can be read by people', async (t) => {
  const { lines, child, exited } = launch(t, ['--port', '0', '--dialect', 'valkey-8']);
  for await (const line of lines) {
    t.regex(line, /^\S+Z listening on 127\.0\.0\.1 port \d+ as valkey-8$/);
    break;
  }
  child.kill('SIGTERM');
  t.deepEqual(await exited, { code: 0, signal: null });
});

test('with --dir a restarted master continues its replica, and a restarted replica continues', async (t) => {
  const [ofMaster, ofReplica] = [temporaryFolder(t), temporaryFolder(t)];
  let master = await serve(t, '--dir', ofMaster, ...NO_DELAY);
  const { port } = master;
  const follow = ['--dir', ofReplica, '--replicaof', master.host, String(port)];
  let replica = await serve(t, ...follow);
  let client = await clientOf(t, master);
  await client.pipeline(['SET', 'key', 'value'], ['SELECT', '3'], ['SET', 'other', 'database']);
  await untilInStep(t, client, await clientOf(t, replica));
  const before = await observe(client);

  replica.kill('SIGTERM');
  t.is((await replica.exited).code, 0);
  await client.run('SET', 'meanwhile', '1');
  replica = await serve(t, ...follow);
  await replica.logged(({ event }) => event === 'continued');
  await untilInStep(t, client, await clientOf(t, replica));

  master.kill('SIGTERM');
  t.is((await master.exited).code, 0);
  master = await serve(t, '--dir', ofMaster, '--port', String(port), ...NO_DELAY);
  await master.logged(({ event }) => event === 'continues');
  client = await clientOf(t, master);
  await untilInStep(t, client, await clientOf(t, replica));
  const after = await observe(client);
  t.is(after.ids.replid2, before.ids.replid);
  t.is(after.counters.syncFull, 0);
  await client.run('SELECT', '3');
  t.deepEqual(await client.run('GET', 'other'), { bulk: 'database' });
});

test('a snapshot that is damaged is told, refused and kept', async (t) => {
  const folder = temporaryFolder(t);
  const server = await serve(t, '--dir', folder);
  await (await clientOf(t, server)).pipeline(['SET', 'key', 'a value of some length'], ['SAVE']);
  server.kill('SIGKILL');
  await server.exited;
  const file = join(folder, 'dump.rdb');
  const good = readFileSync(file);
  const flipped = Buffer.from(good);
  flipped.writeUInt8(flipped.readUInt8(60) ^ 1, 60);
  for (const [damaged, problem] of [
    [good.subarray(0, good.length - 20), /dump\.rdb can't be loaded: it ends at byte \d+/],
    [flipped, /dump\.rdb can't be loaded: .*byte \d+/s],
    [Buffer.from('no snapshot at all'), /dump\.rdb can't be loaded: byte 0/],
  ] as const) {
    writeFileSync(file, damaged);
    const { code, stderr, stdout } = await psyncspec(['serve', '--port', '0', '--dir', folder]);
    t.is(code, 65, stdout);
    t.regex(stderr, problem);
    t.regex(stderr, /The file was left as it is/);
    t.deepEqual(readFileSync(file), damaged);
  }
});

test('a full disk is told, the last snapshot stays, and writes wait for room', async (t) => {
  const folder = temporaryFolder(t);
  const server = await serve(t, '--dir', folder);
  const client = await clientOf(t, server);
  await client.pipeline(['SET', 'key', 'value'], ['SAVE']);
  const file = join(folder, 'dump.rdb');
  const saved = readFileSync(file);
  symlinkSync('/dev/full', join(folder, 'unfinished-dump.rdb'));
  await client.run('SET', 'key', 'another');
  const reply = await client.command('SAVE');
  t.regex(reply && 'error' in reply ? reply.error : '', /no space left/i);
  await server.logged(({ event, because }) => event === 'not-saved' && /space/.test(`${because}`));
  t.deepEqual(readFileSync(file), saved);
  const refused = await client.command('SET', 'key', 'a third');
  t.regex(refused && 'error' in refused ? refused.error : '', /^MISCONF/);
  await client.run('SAVE');
  await client.run('SET', 'key', 'a third');
});

test('a configuration file is read as Redis reads it, and the command line wins', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'redis.conf');
  writeFileSync(
    file,
    [
      '# a comment',
      'tcp-backlog 511',
      'repl-backlog-size 2mb',
      'Repl-Timeout 33',
      'requirepass "a \\"quoted\\" word"',
      'save 900 1',
      'save 300 10',
      'client-output-buffer-limit replica 1mb 512kb 7',
      'bind 127.0.0.1 -::1',
      'daemonize no',
    ].join('\n'),
  );
  const server = await serve(t, file, '--repl-timeout', '44');
  const note = await server.logged(({ event }) => event === 'note');
  t.regex(String(note.text), /tcp-backlog, daemonize/);
  const client = await clientOf(t, server);
  await client.run('AUTH', 'a "quoted" word');
  const get = async (name: string) => JSON.stringify(await client.run('CONFIG', 'GET', name));
  t.regex(await get('repl-backlog-size'), /"2097152"/);
  t.regex(await get('repl-timeout'), /"44"/);
  t.regex(await get('save'), /"900 1 300 10"/);
  t.regex(await get('client-output-buffer-limit'), /slave 1048576 524288 7/);
  const fixed = await client.command('CONFIG', 'SET', 'port', '1');
  t.regex(fixed && 'error' in fixed ? fixed.error : '', /immutable/);
});

test('what can’t be is said with where it stands and what to do', async (t) => {
  const folder = temporaryFolder(t);
  const conf = (text: string): string => {
    const file = join(folder, 'bad.conf');
    writeFileSync(file, text);
    return file;
  };
  const taken = await serve(t);
  const cases: readonly (readonly [args: () => readonly string[], code: number, said: RegExp])[] = [
    [() => ['--repl-timeout', 'soon'], 64, /repl-timeout can't be "soon": it takes a whole number/],
    [() => ['--replicaof', 'nowhere'], 64, /"nowhere" names no master: give its host and its port/],
    [() => ['--mutant', 'psync-one-beyont'], 64, /Did you mean psync-one-beyond\?/],
    [() => ['--dialect', 'redis-9'], 64, /Allowed choices are/],
    [() => ['--nonsense'], 64, /unknown option/],
    [
      () => ['--port', String(taken.port)],
      69,
      /can't listen at 127\.0\.0\.1 port \d+: .*EADDRINUSE/,
    ],
    [() => [join(folder, 'missing.conf')], 65, /missing\.conf can't be read/],
    [() => [conf('port 0\nrepl-timout 5')], 65, /bad\.conf, line 2: .*Did you mean repl-timeout\?/],
    [() => [conf('requirepass "open')], 65, /bad\.conf, line 1: the quotes do not match/],
  ];
  for (const [args, expected, said] of cases) {
    const { code, stderr } = await psyncspec(['serve', ...args()]);
    t.is(code, expected, stderr);
    t.regex(stderr, said);
  }
});

test('a mutant is installed by its name, and all are listed, a line each', async (t) => {
  const { stdout, code } = await psyncspec(['serve', '--list-mutants']);
  t.is(code, 0);
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  t.deepEqual(
    names,
    MUTANTS.map(({ name }) => name),
  );
  const server = await serve(t, '--mutant', 'info-counts-online-only', ...NO_DELAY);
  const { mutant } = await server.logged(({ event }) => event === 'listening');
  t.is(mutant, 'info-counts-online-only');
});

test('clients from elsewhere are refused without a password, and let in with one', async (t) => {
  const address = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (address === undefined) {
    t.log('SKIPPED: this machine has no address but loopback');
    t.pass();
    return;
  }
  const open = await serve(t, '--bind', `127.0.0.1 ${address}`);
  t.deepEqual(await (await clientOf(t, open)).run('PING'), { simple: 'PONG' });
  const outside = await clientOf(t, { host: address, port: open.port });
  const denied = await outside.command('PING');
  t.regex(denied && 'error' in denied ? denied.error : '', /^DENIED/);
  const closed = await serve(t, '--bind', address, '--requirepass', 'secret');
  const guest = await clientOf(t, closed);
  t.deepEqual(await guest.command('PING'), { error: 'NOAUTH Authentication required.' });
  await guest.run('AUTH', 'secret');
  t.deepEqual(await guest.run('PING'), { simple: 'PONG' });
});

test('SHUTDOWN of a master waits for its replica, and NOW does not', async (t) => {
  for (const now of [[], ['NOW']]) {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'kept'));
    const master = await serve(t, '--dir', join(folder, 'kept'), ...NO_DELAY);
    const replica = await serve(t, '--replicaof', master.host, String(master.port));
    const client = await clientOf(t, master);
    const behind = await clientOf(t, replica);
    await untilInStep(t, client, behind);
    const commands = Array.from({ length: 500 }, (_, index) => ['SET', `k${index}`, 'x']);
    await client.pipeline(...commands);
    client.command('SHUTDOWN', ...now).catch(() => {});
    t.deepEqual(await master.exited, { code: 0, signal: null });
    const waited = master.entries.some(({ event }) => event === 'shutdown-waits');
    if (now.length > 0) t.false(waited);
    await until(t, 'the replica has everything', async () => {
      const size = await behind.run('DBSIZE');
      return size !== null && 'integer' in size && size.integer === 500;
    });
  }
});
