import test from 'ava';
import type { Snapshot } from '../../../models/vocabulary/index.ts';
import { TYPE } from '../../../src/wire/rdb/format.ts';
import { readRdb } from '../../../src/wire/rdb/reader.ts';
import { rdbLength, writeRdb } from '../../../src/wire/rdb/writer.ts';
import { asFarAs, brief, contentsOf } from './contents.ts';
import { FIXTURES, type Fixture, fixtureBytes, manifestOf } from './fixtures.ts';

const snapshotOf = (bytes: Buffer): Snapshot => {
  const read = readRdb(bytes);
  if ('malformed' in read) throw new Error(read.malformed);
  return read.snapshot;
};

const nameOf = ({ server, variant }: Fixture): string => `${server}, ${variant}`;

for (const fixture of FIXTURES) {
  test(`what is read is what the server that saved it answered: ${nameOf(fixture)}`, (t) => {
    const snapshot = snapshotOf(fixtureBytes(fixture));
    const { contents, functions } = manifestOf(fixture);
    t.true(Object.keys(contents).length > 0);
    t.deepEqual(asFarAs(contents, contentsOf(snapshot)), contents);
    t.deepEqual(snapshot.functions, functions);
  });

  test(`each key stands in the file behind the type that is noted: ${nameOf(fixture)}`, (t) => {
    const rdb = fixtureBytes(fixture);
    const { types } = manifestOf(fixture);
    const keys = [...snapshotOf(rdb).databases].flatMap(([index, database]) =>
      [...database.keys()].map((key) => [`${index}/${brief(key)}`, key] as const),
    );
    t.deepEqual(keys.map(([name]) => name).sort(), Object.keys(types).sort());
    for (const [name, key] of keys) {
      if (key.length >= 64 || /^-?\d+$/.test(key)) continue;
      t.true(
        rdb.includes(`${String.fromCharCode(types[name] ?? -1, key.length)}${key}`, 0, 'latin1'),
      );
    }
  });

  test(`what is written of it reads back equal: ${nameOf(fixture)}`, (t) => {
    const snapshot = snapshotOf(fixtureBytes(fixture));
    const written = Buffer.concat([...writeRdb(snapshot, 'REDIS0011')]);
    t.is(rdbLength(snapshot, 'REDIS0011'), written.length);
    t.deepEqual(snapshotOf(written), snapshot);
  });
}

/** The types that none of the servers at hand writes any more, or that only candidates of releases wrote. */
const TESTED_BY_HAND: readonly number[] = [
  TYPE.list,
  TYPE.zset,
  TYPE.modulePreRelease,
  TYPE.hashZipmap,
  TYPE.listZiplist,
  TYPE.hashListpackExpiringPreRelease,
];

test('together the files hold every type that a server at hand writes', (t) => {
  const met = new Set(FIXTURES.flatMap((fixture) => Object.values(manifestOf(fixture).types)));
  const lacking = Object.values(TYPE).filter((type) => !met.has(type));
  t.deepEqual(lacking, TESTED_BY_HAND);
});

test('scripts and the replication history of Redis 6.0 come with its files', (t) => {
  const { scripts, auxiliary } = snapshotOf(
    fixtureBytes({ server: 'redis-6.0', variant: 'plain' }),
  );
  t.deepEqual([...scripts].sort(), ['return 1', 'return 2']);
  t.regex(auxiliary.get('repl-id') ?? '', /^[0-9a-f]{40}$/);
  t.is(auxiliary.get('repl-stream-db'), '0');
});

test('a difference in a single value is noticed', (t) => {
  const { contents } = manifestOf({ server: 'redis-8-forky', variant: 'packed' });
  const changed = JSON.parse(JSON.stringify(contents).replace('"in database 3"', '"elsewhere"'));
  t.notDeepEqual(asFarAs(contents, changed), contents);
  const lastId = JSON.parse(JSON.stringify(contents).replace('"lastId":"7-7"', '"lastId":"7-8"'));
  t.notDeepEqual(asFarAs(contents, lastId), contents);
});
