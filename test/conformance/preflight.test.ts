import test, { type ExecutionContext } from 'ava';
import { type Obstacle, PreflightFailure, preflight } from '../../src/conformance/preflight.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { flood, type Script, ScriptedTarget } from './scripted-target.ts';

const TIMEOUT = 300;

/** Demands that a target is refused for a reason, in words that name it. */
const refused = async (
  t: ExecutionContext,
  script: Script,
  obstacle: Obstacle,
  words: RegExp,
): Promise<void> => {
  const target = await ScriptedTarget.listen(script);
  t.teardown(() => target.close());
  const address = { host: '127.0.0.1', port: target.port };
  const error = await t.throwsAsync(preflight(address, { timeout: TIMEOUT }), {
    instanceOf: PreflightFailure,
  });
  t.is(error.obstacle, obstacle);
  t.regex(error.message, words);
  t.regex(error.message, new RegExp(`^127\\.0\\.0\\.1:${target.port}: `));
};

/** Answers every chunk with the same words. */
const answering =
  (text: string): Script =>
  (socket) =>
    socket.on('data', () => socket.write(text));

const info = (fields: string): string => `$${fields.length}\r\n${fields}\r\n`;

/** Answers PING, and every INFO with the same fields. */
const describing =
  (fields: string): Script =>
  (socket) =>
    socket.on('data', (chunk) => {
      const commands = chunk.toString('latin1').match(/\*\d+\r\n\$\d+\r\n(PING|INFO)/g) ?? [];
      for (const command of commands) {
        socket.write(command.endsWith('PING') ? '+PONG\r\n' : info(fields));
      }
    });

test('a port where nobody listens is refused', async (t) => {
  const target = await ScriptedTarget.listen(() => {});
  const { port } = target;
  target.close();
  const error = await t.throwsAsync(preflight({ host: '127.0.0.1', port }, { timeout: TIMEOUT }), {
    instanceOf: PreflightFailure,
  });
  t.is(error.obstacle, 'refused');
  t.regex(error.message, /is the server running there/);
});

test('a target that says nothing is given up after the timeout', (t) =>
  refused(t, () => {}, 'silent', /does not answer PING/));

test('a target that closes at once is no Redis', (t) =>
  refused(t, (socket) => socket.end(), 'not-resp', /closed the link when it was sent PING/));

test('a web server is no Redis', (t) =>
  refused(
    t,
    answering('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'not-resp',
    /does not speak RESP.*HTTP/,
  ));

test('a target that speaks TLS is recognised', (t) =>
  refused(t, answering('\x15\x03\x01\x00\x02\x02\x46'), 'tls', /give --tls/));

test('a target that wants a password says so', (t) =>
  refused(t, answering('-NOAUTH Authentication required.\r\n'), 'auth-needed', /--pass/));

test('a protected target says so', (t) =>
  refused(
    t,
    answering('-DENIED Redis is running in protected mode\r\n'),
    'protected',
    /protected mode/,
  ));

test('a loading target says so', (t) =>
  refused(t, answering('-LOADING Redis is loading\r\n'), 'loading', /try again/));

test('a user who may not do what replicas do is told which rights to ask for', (t) =>
  refused(t, answering('-NOPERM no permissions\r\n'), 'no-permission', /\+psync/));

test('endless bytes without a newline are no RESP', (t) =>
  refused(
    t,
    (socket) => flood(socket, Buffer.alloc(64 * 1024, 'x')),
    'not-resp',
    /does not speak RESP/,
  ));

test('endless empty lines are no RESP', (t) =>
  refused(
    t,
    (socket) => flood(socket, Buffer.alloc(64 * 1024, '\n')),
    'not-resp',
    /does not speak RESP/,
  ));

test('a bulk string of 1 GiB is refused at its header', (t) =>
  refused(t, answering('$1073741824\r\n'), 'not-resp', /does not speak RESP/));

test('an array of a billion items is refused at its header', (t) =>
  refused(t, answering('*1000000000\r\n'), 'not-resp', /does not speak RESP/));

test('arrays nested without end are refused', (t) =>
  refused(
    t,
    (socket) => flood(socket, Buffer.from('*1\r\n'.repeat(1000))),
    'not-resp',
    /does not speak RESP/,
  ));

test('an INFO without the fields of replication is named', (t) =>
  refused(t, describing('redis_version:7.0.15\r\n'), 'unreadable-info', /INFO has no field role/));

test('an INFO with an offset beyond 2^53 is refused, not rounded', (t) =>
  refused(
    t,
    describing(
      [
        'redis_version:7.0.15',
        'role:master',
        'connected_slaves:0',
        `master_replid:${'a'.repeat(40)}`,
        `master_replid2:${'0'.repeat(40)}`,
        'second_repl_offset:-1',
        'master_repl_offset:9223372036854775807',
      ].join('\r\n'),
    ),
    'unreadable-info',
    /beyond 2\^53/,
  ));

test('an empty INFO is named', (t) =>
  refused(t, describing(''), 'unreadable-info', /INFO has no field redis_version/));

test('a server with another protocol is told apart from a broken one', (t) =>
  refused(t, describing('kvrocks_version:2.9.0\r\n'), 'other-protocol', /Kvrocks 2\.9\.0/));

test('a server of the first PSYNC is told apart', (t) =>
  refused(t, describing('redis_version:3.2.13\r\n'), 'other-protocol', /first PSYNC/));

test('a wrong password is told apart from a missing one', async (t) => {
  const server = await ReplicationServer.listen({ settings: { requirepass: 'right' } });
  t.teardown(() => server.close());
  const { host, port } = server;
  const missing = await t.throwsAsync(preflight({ host, port }, { timeout: TIMEOUT }), {
    instanceOf: PreflightFailure,
  });
  t.is(missing.obstacle, 'auth-needed');
  const wrong = await t.throwsAsync(
    preflight({ host, port, pass: 'wrong' }, { timeout: TIMEOUT }),
    { instanceOf: PreflightFailure },
  );
  t.is(wrong.obstacle, 'wrong-password');
  const cleared = await preflight({ host, port, pass: 'right' }, { timeout: TIMEOUT });
  t.is(cleared.identity.dialect, 'redis-7');
  cleared.control.close();
});

test('a plain port that is asked for TLS is told apart from a closed one', async (t) => {
  const server = await ReplicationServer.listen();
  t.teardown(() => server.close());
  const address = { host: server.host, port: server.port, tls: { insecure: true } };
  const error = await t.throwsAsync(preflight(address, { timeout: TIMEOUT }), {
    instanceOf: PreflightFailure,
  });
  t.is(error.obstacle, 'no-tls');
});
