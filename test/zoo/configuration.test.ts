import test from 'ava';
import { configurationFile } from '../../src/zoo/configuration.ts';
import type { RealServer } from '../../src/zoo/real-server.ts';
import { standIn } from './stand-in.ts';

const server = (software: RealServer['software'], version: string): RealServer => ({
  ...standIn('exit 1'),
  software,
  version,
});

test('nothing is saved unless it is asked for', (t) => {
  t.is(configurationFile(server('redis', '6.0.16'), {}), 'save ""\n');
  t.is(configurationFile(server('redis', '6.0.16'), { save: '900 1' }), 'save 900 1\n');
});

test('a server that can wait for replicas at its end does not', (t) => {
  for (const [software, version] of [
    ['redis', '7.0.15'],
    ['redis', '8.0.2'],
    ['valkey', '8.1.1'],
  ] as const) {
    const text = configurationFile(server(software, version), {});
    t.is(text, 'save ""\nshutdown-timeout 0\n');
  }
});

test('a list gives a directive several times', (t) => {
  const text = configurationFile(server('redis', '6.0.16'), {
    user: ['a on nopass', 'b off'],
    'repl-timeout': 5,
  });
  t.is(text, 'save ""\nuser a on nopass\nuser b off\nrepl-timeout 5\n');
});

test('what is not one directive is refused', (t) => {
  for (const config of [
    { save: '' },
    { save: '900 1\nbind 0.0.0.0' },
    { Save: '1 1' },
    { 'save 1': '1' },
    { user: ['a', ''] },
  ]) {
    const error = t.throws(() => configurationFile(server('redis', '6.0.16'), config), {
      instanceOf: RangeError,
    });
    t.regex(error?.message ?? '', /Not one directive of redis\.conf: "/);
  }
});
