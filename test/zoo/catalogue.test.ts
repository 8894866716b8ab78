import { readFileSync } from 'node:fs';
import test from 'ava';
import { CATALOGUE, isOfSeries, SERVER_NAMES, serverNamed } from '../../src/zoo/catalogue.ts';

test('an unknown name lists the known ones', (t) => {
  const error = t.throws(() => serverNamed('redis-5'), { name: 'UnknownServer' });
  t.true(error?.message.includes('"redis-5"'));
  for (const name of SERVER_NAMES) t.true(error?.message.includes(name), name);
  t.throws(() => serverNamed('toString'), { name: 'UnknownServer' });
});

test('a name tells the software and the series of its server', (t) => {
  for (const name of SERVER_NAMES) {
    const { software, series } = CATALOGUE[serverNamed(name)];
    t.true(name === `${software}-${series}` || name.startsWith(`${software}-${series}-`), name);
  }
});

test('a version belongs to a series by whole numbers', (t) => {
  t.true(isOfSeries('7.0.15', '7.0'));
  t.true(isOfSeries('7.0', '7.0'));
  t.true(isOfSeries('8.0.6', '8'));
  t.false(isOfSeries('80.0.6', '8'));
  t.false(isOfSeries('7.01.2', '7.0'));
  t.false(isOfSeries('7', '7.0'));
});

test('the documentation names every server and where it is from', (t) => {
  const text = readFileSync(new URL('../../docs/real-servers.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\S+)` +\| .*? +\| Debian \d+ \((\w+)\)/gm)];
  const documented = rows.map(([, name, suite]) => [name, suite]);
  t.deepEqual(
    documented,
    SERVER_NAMES.map((name) => [name, CATALOGUE[name].suite]),
  );
});
