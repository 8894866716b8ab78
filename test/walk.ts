import { mkdirSync, writeFileSync } from 'node:fs';
import type { MachineCoverage } from '../src/conformance/walk/coverage.ts';
import { walkLink } from '../src/conformance/walk/walk-link.ts';
import { ReplicationServer } from '../src/server/server.ts';
import { cacheFolder, provide, type Running, serverNamed, start } from '../src/zoo/index.ts';

/**
 * Walks the machines on a server of the zoo, or on `reference`, and keeps what was seen in test/docs/walks:
 * `npm run walk -- redis-7.0`. It takes some minutes; what it does is told on stderr.
 */
const [name = 'redis-7.0'] = process.argv.slice(2);

const say = (text: string) => process.stderr.write(`${text}\n`);

const started: { real: Running | null; reference: ReplicationServer | null } = {
  real: null,
  reference: null,
};

const startReal = async () => {
  const server = await provide(serverNamed(name), {
    cacheFolder: cacheFolder(process.env, process.cwd()),
    env: process.env,
    onProgress: say,
  });
  return start(server, {
    config:
      server.name === 'redis-6.0'
        ? {}
        : { 'enable-protected-configs': 'yes', 'enable-debug-command': 'yes' },
  });
};

/** The server that runs, or a new one where a walk has ended it. */
const real = async () => {
  if (started.real?.kill('SIGCONT') === false) started.real = null;
  started.real ??= await startReal();
  const { host, port } = started.real;
  return { host, port };
};

const own = async () => {
  started.reference ??= await ReplicationServer.listen({ dialect: 'redis-7' });
  const { host, port } = started.reference;
  return { host, port };
};

const counts = ({ transitions }: MachineCoverage): string => {
  const outcomes = Object.values(transitions);
  const of = (outcome: string) => outcomes.filter((each) => each.outcome === outcome).length;
  return `${of('confirmed')} confirmed, ${of('violated')} violated, ${of('not-provoked')} not provoked`;
};

const keep = (coverage: MachineCoverage): void => {
  const folder = new URL('docs/walks/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${name}.${coverage.machine}.json`, folder);
  writeFileSync(file, `${JSON.stringify(coverage, null, 2)}\n`);
  process.stdout.write(`${coverage.machine} on ${coverage.server}: ${counts(coverage)}\n`);
};

const target = name === 'reference' ? own : real;

try {
  keep(
    await walkLink({
      target,
      onPath: ({ stimuli }, why) =>
        say(
          `${why === null ? 'ok ' : 'NO '} ${stimuli.join(' | ')}${why === null ? '' : `\n   ${why}`}`,
        ),
    }),
  );
} finally {
  await started.reference?.close();
  await started.real?.stop();
}
