import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Configuration, cacheFolder, provide } from '../../../src/zoo/index.ts';
import { brief } from './contents.ts';
import { COMMANDS, EDGE_COMMANDS, NEWER_COMMANDS } from './dataset.ts';
import { FIXTURES, type Fixture, fixturePath, type Manifest, type Variant } from './fixtures.ts';
import { RunningServer } from './real-server.ts';
import {
  contentsOfServer,
  databasesOfServer,
  functionsOfServer,
  keysOfServer,
} from './server-contents.ts';

/**
 * Makes the golden RDB files anew: `npx tsx test/wire/rdb/make-fixtures.ts`, from the real servers. Beside each
 * file stands what the server that saved it said of its contents. Commit only differences that you understand.
 */

const COMMON = [
  ['stream-node-max-entries', '3'],
  ['list-compress-depth', '1'],
];

/** What each variant sets; a server that does not know a setting goes without it. */
const SETTINGS: Readonly<Record<Variant, readonly (readonly string[])[]>> = {
  packed: [
    ...COMMON,
    ['list-max-ziplist-size', '-2'],
    ['hash-max-ziplist-entries', '512'],
    ['hash-max-ziplist-value', '20000'],
    ['zset-max-ziplist-entries', '128'],
    ['zset-max-ziplist-value', '20000'],
    ['set-max-listpack-value', '20000'],
    ['maxmemory-policy', 'allkeys-lru'],
  ],
  plain: [
    ...COMMON,
    ['list-max-ziplist-size', '2'],
    ['hash-max-ziplist-entries', '0'],
    ['zset-max-ziplist-entries', '0'],
    ['set-max-intset-entries', '0'],
    ['set-max-listpack-entries', '0'],
    ['maxmemory-policy', 'allkeys-lfu'],
  ],
  cluster: [],
};

/** What a server must be started with. Redis 6.0 has no switch for DEBUG. */
const startSettings = ({ server, variant }: Fixture): Configuration => ({
  ...(server === 'redis-6.0' ? {} : { 'enable-debug-command': 'yes' }),
  ...(variant === 'cluster' ? { 'cluster-enabled': 'yes' } : {}),
});

const make = async (fixture: Fixture): Promise<void> => {
  const cache = cacheFolder(process.env, process.cwd());
  const server = await provide(fixture.server, { cacheFolder: cache, env: process.env });
  const running = await RunningServer.start(server, { config: startSettings(fixture) });
  try {
    await fill(running, fixture);
    await running.do('SAVE');
    writeFileSync(fixturePath(fixture, 'rdb'), readFileSync(join(running.folder, 'dump.rdb')));
    const manifest: Manifest = {
      server: `${fixture.server} ${server.version}`,
      settings: SETTINGS[fixture.variant],
      types: await typesOf(running),
      contents: await contentsOfServer(running),
      functions: fixture.server === 'redis-6.0' ? [] : await functionsOfServer(running),
    };
    writeFileSync(fixturePath(fixture, 'manifest'), manifestText(manifest));
  } finally {
    await running.stop();
  }
};

/** JSON, with a line for each key. */
const manifestText = (manifest: Manifest): string => {
  const lines = Object.entries(manifest.contents).map(
    ([key, held]) => `  ${JSON.stringify(key)}: ${JSON.stringify(held)}`,
  );
  const { contents: _, ...rest } = manifest;
  const text = JSON.stringify(rest).replace(/}$/, ',');
  return `${text}\n "contents": {\n${lines.join(',\n')}\n}}\n`;
};

const fill = async (server: RunningServer, { variant, server: name }: Fixture): Promise<void> => {
  if (variant === 'cluster') {
    await server.do('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await untilWritable(server);
    return;
  }
  for (const setting of SETTINGS[variant]) await server.ask('CONFIG', 'SET', ...setting);
  if (variant === 'plain') await server.ask('DEBUG', 'QUICKLIST-PACKED-THRESHOLD', '100B');
  if (name === 'redis-6.0') {
    await attachReplica(server);
    await server.do('SCRIPT', 'LOAD', 'return 1');
    await server.do('SCRIPT', 'LOAD', 'return 2');
  }
  for (const command of [...COMMANDS, ...EDGE_COMMANDS]) await server.do(...command);
  for (const command of NEWER_COMMANDS) await server.ask(...command);
};

/** Asks until the cluster has noticed that all its slots are served. */
const untilWritable = async (server: RunningServer): Promise<void> => {
  for (;;) {
    const reply = await server.ask('MSET', '{slot}a', '1', '{slot}b', '2');
    if (reply !== null && 'simple' in reply) return;
  }
};

/** Lets a replica come and go, so that there is a history: without one, Redis 6.0 saves neither its name nor scripts. */
const attachReplica = (server: RunningServer): Promise<void> =>
  new Promise((resolve, reject) => {
    const replica = connect(server.port, server.host, () => replica.write('SYNC\r\n'));
    replica.once('error', reject);
    replica.on('data', (chunk) => {
      if (!chunk.includes('REDIS')) return;
      replica.destroy();
      resolve();
    });
  });

const typesOf = async (server: RunningServer): Promise<Record<string, number>> => {
  const types: Record<string, number> = {};
  for (const index of await databasesOfServer(server)) {
    for (const key of await keysOfServer(server, index)) {
      const dump = await server.do('DUMP', key);
      if (dump === null || !('bulk' in dump)) throw new Error(`no DUMP of ${key}`);
      types[`${index}/${brief(key)}`] = dump.bulk.charCodeAt(0);
    }
  }
  return types;
};

for (const fixture of FIXTURES) await make(fixture);
