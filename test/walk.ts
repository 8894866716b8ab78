import { mkdirSync, writeFileSync } from 'node:fs';
import type { MachineCoverage } from '../src/conformance/walk/coverage.ts';
import type { WalkPath } from '../src/conformance/walk/paths.ts';
import { walkLink } from '../src/conformance/walk/walk-link.ts';
import { walkSchedule } from '../src/conformance/walk/walk-schedule.ts';
import { walkSession } from '../src/conformance/walk/walk-session.ts';
import type { Coverage } from '../src/diagram/coverage.ts';
import { ReplicationServer } from '../src/server/server.ts';
import { cacheFolder, provide, type Running, serverNamed, start } from '../src/zoo/index.ts';

/**
 * Walks the machines on a server of the zoo, or on `reference`, and keeps what was seen in test/docs/walks:
 * `npm run walk -- redis-7.0`. It takes some minutes; what it does is told on stderr.
 */
const [name = 'redis-7.0', only] = process.argv.slice(2);

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
  if (started.real === null) {
    const begun = await startReal();
    started.real = begun;
    begun.exited.then(() => {
      if (started.real === begun) started.real = null;
    });
  }
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

const OUTCOMES = {
  confirmed: 'conforming',
  violated: 'violated',
  'not-provoked': 'not-reached',
} as const;

/** As `psyncspec diagram --coverage` reads it. */
const coverageOf = ({ machine, server, transitions }: MachineCoverage): Coverage => ({
  format: 'psyncspec-coverage-1',
  subject: server,
  transitions: Object.entries(transitions).map(([transition, found]) => ({
    machine,
    transition,
    outcome: OUTCOMES[found.outcome],
    where: 'why' in found ? found.why : 'seen on a walk',
  })),
});

const keep = (coverage: MachineCoverage): void => {
  const folder = new URL('docs/walks/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${name}.${coverage.machine}.json`, folder);
  writeFileSync(file, `${JSON.stringify(coverageOf(coverage), null, 2)}\n`);
  process.stdout.write(`${coverage.machine} on ${coverage.server}: ${counts(coverage)}\n`);
};

const target = name === 'reference' ? own : real;

const WALKS = {
  'replica-session': walkSession,
  'snapshot-schedule': walkSchedule,
  // The last, as it ends servers.
  'replica-link': walkLink,
};

const endChild = (pid: number): void => {
  process.kill(pid, 'SIGKILL');
};

const onPath = ({ stimuli }: WalkPath, why: string | null) =>
  say(`${why === null ? 'ok' : 'NO'} ${stimuli.join(' | ')}${why === null ? '' : `\n   ${why}`}`);

try {
  for (const [machine, walk] of Object.entries(WALKS)) {
    if (only === undefined || only === machine)
      keep(await walk({ target, onPath, ...(name === 'reference' ? {} : { endChild }) }));
  }
} finally {
  await started.reference?.close();
  await started.real?.stop();
}
