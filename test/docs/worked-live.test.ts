import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { FakeMaster } from '../../src/conformance/target/fake-master.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { writeRdb } from '../../src/wire/rdb/writer.ts';
import { encodeCommand } from '../../src/wire/resp.ts';
import { clientOf, until } from '../interop/client.ts';
import { realServer } from '../real-servers.ts';
import { type WorkedTable, workedTables } from './markdown.ts';
import { codeOf, replidOf, shown } from './worked/notation.ts';

const PROTOCOL = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** What replicas receive, and what of it counts. */
const TABLES = workedTables(PROTOCOL).filter(({ kind }) => kind === 'applied');

const PATIENCE = 20_000;

/** An RDB without a key. */
const emptySnapshot = (): Buffer =>
  Buffer.concat([
    ...writeRdb({
      databases: new Map(),
      functions: [],
      scripts: [],
      moduleAuxiliary: [],
      auxiliary: new Map(),
    }),
  ]);

/** The bytes of each row of a table, in order. */
const piecesOf = (table: WorkedTable): Buffer[] => {
  let rest: Buffer = Buffer.alloc(0);
  return table.rows.map(({ cells }) => {
    const received = cells.get('received') ?? '';
    if (received === '(newline)') return Buffer.from('\n');
    if (received === '(the rest)') return rest;
    const whole = encodeCommand(codeOf(received).split(' '));
    if (!received.startsWith('(')) return whole;
    const first = Number(cells.get('bytes'));
    rest = whole.subarray(first);
    return whole.subarray(0, first);
  });
};

/** Tells a server to follow a script that sends it the rows of a table, and compares what INFO says after each. */
const holdTo = async (
  t: ExecutionContext,
  server: { readonly host: string; readonly port: number },
  table: WorkedTable,
): Promise<void> => {
  const master = await FakeMaster.listen(server.host, { timeout: PATIENCE });
  t.teardown(() => master.close());
  const client = await clientOf(t, server);
  await client.run('REPLICAOF', server.host, String(master.port));
  const peer = await master.accept();
  await master.handshake(peer);
  const replid = replidOf(table.given.get('replid') ?? '');
  const snapshot = emptySnapshot();
  peer.sendText(`+FULLRESYNC ${replid} ${table.given.get('offset')}\r\n$${snapshot.length}\r\n`);
  peer.send(snapshot);
  await until(
    t,
    'the link is up',
    async () => (await client.info('replication')).get('master_link_status') === 'up',
  );
  for (const [index, piece] of piecesOf(table).entries()) {
    const cells = table.rows[index]?.cells;
    peer.send(piece);
    let said = '';
    const read = cells?.get('read');
    await until(t, `line ${table.rows[index]?.line}: ${read} bytes are read`, async () => {
      const info = await client.info('replication');
      said = info.get('slave_repl_offset') ?? '';
      return info.get('slave_read_repl_offset') === read;
    });
    t.is(said, cells?.get('applied') ?? 'nothing', `line ${table.rows[index]?.line}`);
  }
  peer.close();
  const again = await master.accept();
  const { replid: asked, offset } = await master.handshake(again);
  const last = table.rows.at(-1)?.cells.get('asks after a cut here');
  t.is(shown(`PSYNC ${asked} ${offset}`), codeOf(last));
};

test('there are worked tables of what a replica counts', (t) => {
  t.is(TABLES.length, 3);
});

for (const table of TABLES) {
  test(`the reference counts as the worked table at line ${table.line} of docs/protocol.md says`, async (t) => {
    const server = await ReplicationServer.listen({ dialect: 'redis-7' });
    t.teardown(() => server.close());
    await holdTo(t, server, table);
  });

  test(
    `redis-server counts as the worked table at line ${table.line} of docs/protocol.md says`,
    realServer('redis-7.0')(async (t, real) => {
      await holdTo(t, await real.start(), table);
    }),
  );
}
