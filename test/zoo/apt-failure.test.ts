import test from 'ava';
import { withoutAddresses } from '../../src/zoo/apt-failure.ts';

const sources = [{ site: 'https://user:secret@deb.mirror.test:8080/debian', release: 'bullseye' }];

test('no host, port, address or password gets from apt’s words into a message', (t) => {
  const said = [
    'E: Failed to fetch https://user:secret@deb.mirror.test:8080/debian/dists/x  Could not resolve',
    "Could not resolve 'deb.mirror.test'",
    'Could not connect to deb.mirror.test:8080 (192.0.2.7). - connect (111: Connection refused)',
    'Cannot initiate the connection to deb.mirror.test:80 (2001:db8:0:1::7). - connect (101)',
    '404  Not Found [IP: 192.0.2.7 80]',
  ];
  for (const line of said) {
    t.notRegex(withoutAddresses(line, sources), /mirror|test|secret|user|192|2001|db8/, line);
  }
  t.regex(
    withoutAddresses(said[2] ?? '', sources),
    /^Could not connect to .*Connection refused\)$/,
  );
});

test('words that are no addresses stay', (t) => {
  const line = 'E: Unable to locate package redis-server 5:6.0.16-1 at 12:34:56';
  t.is(withoutAddresses(line, sources), line);
});
