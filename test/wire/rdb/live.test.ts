import { connect } from 'node:net';
import test from 'ava';
import type { Snapshot } from '../../../models/vocabulary/index.ts';
import type { RdbHeader } from '../../../src/wire/rdb/forms.ts';
import { RdbReader, readRdb } from '../../../src/wire/rdb/reader.ts';
import { writeRdb } from '../../../src/wire/rdb/writer.ts';
import { type RealServer, SERVER_NAMES, type ServerName } from '../../../src/zoo/index.ts';
import { realServer } from '../../real-servers.ts';
import { asFarAs, contentsOf } from './contents.ts';
import { fixtureBytes } from './fixtures.ts';
import { checkRdb, RunningServer } from './real-server.ts';
import { contentsOfServer, functionsOfServer } from './server-contents.ts';

/** The form that says the most of those that a server loads. */
const FULLEST: Readonly<Record<ServerName, RdbHeader>> = {
  'redis-6.0': 'REDIS0009',
  'redis-7.0': 'REDIS0010',
  'redis-8.0': 'REDIS0011',
  'redis-8-forky': 'REDIS0011',
  'valkey-8.1': 'REDIS0011',
  'valkey-9-forky': 'VALKEY080',
};

/** The key of the vectors of Redis 8, a type that a module brings. */
const VECTORS = '0/vectors';

const snapshotOf = (bytes: Buffer): Snapshot => {
  const read = readRdb(bytes);
  if ('malformed' in read) throw new Error(read.malformed);
  return read.snapshot;
};

/** What every server can hold: the data of Redis 6.0, without the stream that Valkey 9.1.2 loads only in its own form. */
const shared = (): Snapshot => {
  const { databases, ...rest } = snapshotOf(
    fixtureBytes({ server: 'redis-6.0', variant: 'packed' }),
  );
  const first = new Map(databases.get(0));
  first.delete('stream of edges');
  return { ...rest, databases: new Map([...databases, [0, first]]) };
};

/** So many keys that they fill many chunks. */
const many = (): Snapshot => ({
  ...shared(),
  databases: new Map([
    [
      0,
      new Map(
        Array.from({ length: 50_000 }, (_, index) => [
          `key ${index}`,
          {
            value: { type: 'string', value: `value ${index * 7919}` },
            expiresAt: index % 3 === 0 ? 4102444800000 + index : null,
          },
        ]),
      ),
    ],
  ]),
});

const written = (snapshot: Snapshot, header?: RdbHeader): Buffer =>
  Buffer.concat([...writeRdb(snapshot, header)]);

for (const name of SERVER_NAMES) {
  test.serial(
    `what every server can load, ${name} loads, key by key`,
    realServer(name)(async (t, { server }) => {
      const snapshot = shared();
      await withServer(server, written(snapshot), async (running) => {
        const contents = await contentsOfServer(running);
        t.true(Object.keys(contents).length > 50);
        t.deepEqual(asFarAs(contents, contentsOf(snapshot)), contents);
      });
    }),
  );

  test.serial(
    `all that ${name} can hold it loads in its fullest form, key by key`,
    realServer(name)(async (t, { server }) => {
      for (const variant of ['packed', 'plain'] as const) {
        const snapshot = snapshotOf(fixtureBytes({ server: name, variant }));
        await withServer(server, written(snapshot, FULLEST[name]), async (running) => {
          // A module that loads its value need not save the same bytes again, so its data are asked for.
          const { [VECTORS]: vectors, ...contents } = await contentsOfServer(running);
          const { [VECTORS]: ownVectors, ...own } = contentsOf(snapshot);
          t.deepEqual(asFarAs(contents, own), contents);
          t.is(vectors === undefined, ownVectors === undefined);
          if (vectors !== undefined) {
            await running.do('SELECT', '0');
            t.deepEqual(await running.do('VGETATTR', 'vectors', 'far'), { bulk: '{"a":1}' });
            t.deepEqual(await running.do('VCARD', 'vectors'), { integer: 2 });
          }
          if (snapshot.functions.length > 0) {
            t.deepEqual(await functionsOfServer(running), snapshot.functions);
          }
        });
      }
    }),
  );

  test.serial(
    `${name} loads many keys with their expiries`,
    realServer(name)(async (t, { server }) => {
      await withServer(server, written(many()), async (running) => {
        t.deepEqual(await running.do('DBSIZE'), { integer: 50_000 });
        t.deepEqual(await running.do('GET', 'key 49999'), { bulk: `value ${49999 * 7919}` });
        t.regex(JSON.stringify(await running.do('INFO', 'keyspace')), /keys=50000,expires=16667/);
      });
    }),
  );

  test.serial(
    `the mark stands where the RDB ends that ${name} streams to a replica`,
    realServer(name)(async (t, { server }) => {
      await withServer(server, written(shared()), async (running) => {
        await running.do('CONFIG', 'SET', 'repl-diskless-sync', 'yes');
        await running.do('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
        const contents = await contentsOfServer(running);
        const { mark, snapshot, behind } = await streamed(running);
        t.is(behind, mark);
        t.deepEqual(asFarAs(contents, contentsOf(snapshot)), contents);
      });
    }),
  );

  test.serial(
    `the checker of ${name} finds no fault in what was written`,
    realServer(name)(async (t, { server }) => {
      for (const [snapshot, header] of [
        [shared(), 'REDIS0009'],
        [snapshotOf(fixtureBytes({ server: name, variant: 'packed' })), FULLEST[name]],
        [snapshotOf(fixtureBytes({ server: name, variant: 'plain' })), FULLEST[name]],
      ] as const) {
        const { good, output } = await checkRdb(server, written(snapshot, header));
        t.true(good, output);
      }
    }),
  );

  test.serial(
    `the checker of ${name} finds a fault where there is one`,
    realServer(name)(async (t, { server }) => {
      const rdb = written(shared());
      rdb.writeUInt8(rdb.readUInt8(100) ^ 1, 100);
      t.false((await checkRdb(server, rdb)).good);
    }),
  );
}

/** Lets a server load an RDB, and stops it whatever comes of it. */
const withServer = async (
  server: RealServer,
  rdb: Buffer,
  use: (running: RunningServer) => Promise<void>,
): Promise<void> => {
  const running = await RunningServer.start(server, { rdb });
  try {
    await use(running);
  } finally {
    await running.stop();
  }
};

/** Attaches as a replica, and reads an RDB that comes without a length, and the 40 bytes behind it. */
const streamed = async (
  running: RunningServer,
): Promise<{ readonly mark: string; readonly snapshot: Snapshot; readonly behind: string }> => {
  const socket = connect(running.port, running.host);
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  const receive = async (): Promise<Buffer> => {
    const { done, value } = await chunks.next();
    if (done) throw new Error('the link was closed');
    return value;
  };
  try {
    socket.write('REPLCONF capa eof\r\n');
    await receive();
    socket.write('PSYNC ? -1\r\n');
    let head = '';
    let start = /\$EOF:(.{40})\r\n/.exec(head);
    for (; start === null; start = /\$EOF:(.{40})\r\n/.exec(head)) {
      head += (await receive()).toString('latin1');
    }
    const [line, mark = ''] = start;
    const reader = new RdbReader();
    reader.push(Buffer.from(head.slice(start.index + line.length), 'latin1'));
    let read = reader.next();
    for (; read === 'incomplete'; read = reader.next()) reader.push(await receive());
    if ('malformed' in read) throw new Error(read.malformed);
    let behind = read.rest.toString('latin1');
    while (behind.length < mark.length) behind += (await receive()).toString('latin1');
    return { mark, snapshot: read.snapshot, behind };
  } finally {
    socket.destroy();
  }
};
