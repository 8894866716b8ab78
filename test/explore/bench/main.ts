import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_SIZES, type SizeName } from '../sizes.ts';
import { type Contestant, ours, type Result, spinContestant } from './contestants.ts';
import { provideSpin } from './spin.ts';
import { xstateGraph } from './xstate-graph.ts';

/**
 * `npm run bench:explore`: the core model searched by SPIN and by us, taking turns on one machine, with the counts
 * compared. SIZES (such as L,XL) and RUNS may be set in the environment.
 */
const SIZES = (process.env.SIZES ?? 'S,M,L,XL').split(',');
const RUNS = Number(process.env.RUNS ?? 3);

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

const contestantsFor = async (
  size: SizeName,
  spin: string | null,
  folder: string,
): Promise<Contestant[]> => {
  const agreed = ALL_SIZES[size];
  const spins: Contestant[] = [];
  if (spin !== null) {
    for (const order of ['breadth-first', 'depth-first'] as const) {
      spins.push(await spinContestant(spin, agreed, order, join(folder, `${size}-${order}`)));
    }
  }
  const graph = size === 'S' ? [xstateGraph(agreed)] : [];
  return [...spins, ...graph, ours(agreed, 1), ours(agreed, 2)];
};

/** All contestants in turn, so that a change of the machine's load hits them alike. */
const takeTurns = async (contestants: readonly Contestant[]): Promise<Result[][]> => {
  const results: Result[][] = contestants.map(() => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [place, contestant] of contestants.entries()) {
      if (run === 0 || !contestant.once) results[place]?.push(await contestant.run());
    }
  }
  return results;
};

const rowsFor = (size: SizeName, contestants: readonly Contestant[], results: Result[][]) => {
  const first = median((results[0] ?? []).map(({ seconds }) => seconds));
  const firstCpu = median((results[0] ?? []).map(({ cpuSeconds }) => cpuSeconds));
  return contestants.map(({ name }, place) => {
    const runs = results[place] ?? [];
    const agreed = ALL_SIZES[size];
    const differs = runs.some(
      ({ states, transitions }) => states !== agreed.states || transitions !== agreed.transitions,
    );
    if (differs) process.exitCode = 1;
    const seconds = median(runs.map((run) => run.seconds));
    const cpuSeconds = median(runs.map((run) => run.cpuSeconds));
    return [
      size,
      name,
      grouped(runs[0]?.states ?? Number.NaN) + (differs ? ' DIFFERS' : ''),
      grouped(runs[0]?.transitions ?? Number.NaN),
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
      `${grouped(median(runs.map((run) => run.bytes)) / 2 ** 20)} MiB`,
      grouped(agreed.states / seconds),
      (first / seconds).toFixed(2),
      (firstCpu / cpuSeconds).toFixed(2),
    ];
  });
};

const HEADER = [
  'size',
  'who',
  'states',
  'transitions',
  'seconds',
  'CPU seconds',
  'memory',
  'states/s',
  'times as fast as the first',
  'by CPU time',
];

const print = (row: readonly string[]): void => console.log(`| ${row.join(' | ')} |`);

const spin = await provideSpin().catch((error: Error) => {
  console.error(`SPIN cannot be had, so there is nothing to compare with: ${error.message}`);
  process.exitCode = 1;
  return null;
});
const folder = await mkdtemp(join(tmpdir(), 'psyncspec-bench-'));
try {
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; medians of ${RUNS} runs, load ${loadavg()[0]?.toFixed(1)}`,
  );
  print(HEADER);
  print(HEADER.map(() => '---'));
  for (const size of Object.keys(ALL_SIZES) as SizeName[]) {
    if (!SIZES.includes(size)) continue;
    const contestants = await contestantsFor(size, spin, folder);
    for (const row of rowsFor(size, contestants, await takeTurns(contestants))) print(row);
  }
} finally {
  await rm(folder, { recursive: true });
}
