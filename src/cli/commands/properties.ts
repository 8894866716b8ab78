import { Command, InvalidArgumentError } from 'commander';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { type CampaignResult, campaign, type Progress } from '../../../properties/campaign.ts';
import { ALL_MUTANTS, findMutant, rulesWith } from '../../../properties/mutants/index.ts';
import { readToken, Unreadable } from '../../../properties/notation.ts';
import type { Case } from '../../../properties/operations.ts';
import { RUN_REACHES } from '../../../properties/reach.ts';
import { runCase } from '../../../properties/run.ts';
import type { RunProperty } from '../../../properties/run-property.ts';
import { RUN_PROPERTIES } from '../../../properties/suite/index.ts';
import type { System } from '../../../properties/system.ts';
import { openSystem } from '../../systems/open-system.ts';
import { cacheFolder } from '../../zoo/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { FailureFolder } from '../failure-folder.ts';
import { reachTable, tellFailure, tellFindings } from '../properties-report.ts';
import { loadRules } from '../rules-file.ts';
import { closest } from '../suggestion.ts';
import { paintFor } from '../terminal.ts';

interface PropertiesOptions {
  readonly system: string;
  readonly property?: string;
  readonly runs?: number;
  readonly seed?: number;
  readonly replay?: string;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly minutes?: number;
  readonly mutant?: string;
  readonly rules?: string;
  readonly failures: string;
  readonly list?: true;
}

const SEED_MAX = 2 ** 31 - 1;
const RUNS = 500;

const number = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
    throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`);
  }
  return value;
};

const whole = (min: number, max: number) => (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return number(min, max)(text);
};

const shard = (text: string) => {
  const [, index = '', count = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (count === '' || Number(index) < 1 || Number(index) > Number(count)) {
    throw new InvalidArgumentError('Give the number of this part and of all, as in 1/4.');
  }
  return { index: Number(index) - 1, count: Number(count) };
};

const AFTER_HELP = `
Systems:
  reference          our nodes on a simulated network in virtual time (what you get without --system)
  tcp                our servers on loopback ports
  zoo:NAME           three real servers of a release: redis-6.0, redis-7.0, redis-8.0, valkey-8.1 and others
  spawn:COMMAND      three servers started with a command line; {port} and {dir} in it are replaced
  stdio:COMMAND      anything that speaks the adapter protocol of docs/guides/adapters.md

What fails is made smaller, told step by step, and saved in the folder of --failures, from which the next run takes
its first cases. The token behind "again" replays a case exactly.

Exit codes: 0 all hold, 1 something does not, 2 inconclusive, 64 usage, 65 unreadable file, 70 internal error.

Examples:
  $ psyncspec properties --runs 2000                   the reference, 2000 runs
  $ psyncspec properties --mutant psync-one-beyond     a known fault, found and told
  $ psyncspec properties --system 'spawn:redis-server --port {port} --dir {dir}' --minutes 10
  $ psyncspec properties --rules my-rules.js           a changed protocol: what breaks first?`;

export const propertiesCommand = (): Command =>
  new Command('properties')
    .summary('hold clusters to the properties of replication')
    .description(
      'Does random things to a cluster of three nodes and looks for anything that must never be; makes what it finds small.',
    )
    .option('--system <what>', 'what to hold to the properties; see below', 'reference')
    .option('--property <id>', 'only this property')
    .option('--runs <n>', `how many runs; ${RUNS} without --minutes`, whole(1, 1e9))
    .option('--seed <n>', 'what chance starts from', whole(0, SEED_MAX))
    .option('--replay <token>', 'replay one case, and tell it')
    .option('--shard <i/n>', 'only this part of all runs', shard)
    .option('--minutes <m>', 'run for so long', number(0.01, 10_000))
    .option('--mutant <name>', 'install a known fault in our nodes')
    .option('--rules <file>', 'install changed rules in our nodes: a module that exports `rules`')
    .option('--failures <folder>', 'where failures are kept', 'psyncspec-failures')
    .option('--list', 'list the properties and do nothing')
    .addHelpText('after', AFTER_HELP)
    .action(async (options: PropertiesOptions) => {
      if (options.list) list();
      else process.exitCode = await run(options);
    });

const list = (): void => {
  for (const { id, sentence, rules } of RUN_PROPERTIES) {
    process.stdout.write(`${id}\n  ${sentence}\n  ${rules.join(', ')}\n`);
  }
};

const selected = ({ property }: PropertiesOptions): readonly RunProperty[] => {
  if (property === undefined) return RUN_PROPERTIES;
  const found = RUN_PROPERTIES.filter(({ id }) => id === property);
  if (found.length > 0) return found;
  const similar = closest(
    property,
    RUN_PROPERTIES.map(({ id }) => id),
  );
  const hint = similar === undefined ? '--list shows them' : `did you mean ${similar}?`;
  throw new CommandFailure(EXIT.nothingSelected, `no property is called ${property}; ${hint}`);
};

const rulesOf = async ({ mutant: name, rules }: PropertiesOptions) => {
  if (rules !== undefined) return { rules: await loadRules(rules) };
  if (name === undefined) return { rules: STANDARD };
  const mutant = findMutant(name);
  if (mutant === undefined) {
    const similar = closest(
      name,
      ALL_MUTANTS.map((each) => each.name),
    );
    const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
    throw new CommandFailure(EXIT.usage, `no mutant is called ${name}.${hint}`);
  }
  const dialect = mutant.dialect === undefined ? {} : { dialect: mutant.dialect };
  return { rules: rulesWith(mutant), ...dialect };
};

const readCase = (token: string): Case => {
  try {
    return readToken(token);
  } catch (error) {
    if (error instanceof Unreadable) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
};

const run = async (options: PropertiesOptions): Promise<number> => {
  const properties = selected(options);
  const replayed = options.replay === undefined ? null : readCase(options.replay);
  const system = await openSystem(options.system, {
    ...(await rulesOf(options)),
    env: process.env,
    cacheFolder: cacheFolder(process.env, process.cwd()),
  }).catch((error: Error) => {
    throw new CommandFailure(EXIT.unreachable, error.message);
  });
  try {
    return replayed === null
      ? await search(system, properties, options)
      : await replay(system, properties, replayed);
  } finally {
    await system.close();
  }
};

const replay = async (
  system: System,
  properties: readonly RunProperty[],
  replayed: Case,
): Promise<number> => {
  const { trace, findings } = await runCase(system, replayed, properties);
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(tellFindings(trace, findings, paint));
  return findings.length === 0 ? EXIT.conforms : EXIT.violation;
};

const search = async (
  system: System,
  properties: readonly RunProperty[],
  options: PropertiesOptions,
): Promise<number> => {
  const seed = options.seed ?? Math.floor(Math.random() * SEED_MAX);
  const runs = options.runs ?? (options.minutes === undefined ? RUNS : Number.POSITIVE_INFINITY);
  const folder = new FailureFolder(options.failures);
  const begun = performance.now();
  const limit = (options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const clock = progressLine(runs, limit, begun);
  try {
    const result = await campaign({
      system,
      properties,
      seed,
      runs,
      first: folder.cases(),
      ...(options.shard === undefined ? {} : { shard: options.shard }),
      ...(system.name === 'reference' ? {} : { shrinkTries: LIVE_SHRINK_TRIES }),
      isOver: (done) => {
        clock.show(done);
        return abort.signal.aborted || performance.now() - begun > limit;
      },
    });
    clock.clear();
    return await report(system, result, { seed, begun, folder, options });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

/** Each try on a real system takes seconds. */
const LIVE_SHRINK_TRIES = 25;

interface Ending {
  readonly seed: number;
  readonly begun: number;
  readonly folder: FailureFolder;
  readonly options: PropertiesOptions;
}

const report = async (
  system: System,
  result: CampaignResult,
  { seed, begun, folder, options }: Ending,
): Promise<number> => {
  const paint = paintFor(process.stdout, process.env);
  const again = [
    `npx psyncspec properties --system ${quoted(options.system)}`,
    ...(options.mutant === undefined ? [] : [`--mutant ${options.mutant}`]),
    ...(options.rules === undefined ? [] : [`--rules ${quoted(options.rules)}`]),
  ].join(' ');
  for (const failure of result.found) {
    const { trace } = await runCase(system, failure.smallest, [failure.property]);
    const saved = folder.save(failure, trace, options.mutant ?? null);
    process.stdout.write(tellFailure(failure, trace, { again, saved, paint }));
  }
  const seconds = (performance.now() - begun) / 1000;
  const rate = Math.round(result.operations / seconds);
  const unsure = [...result.inconclusive].map(([why, count]) => `  ${count} runs: ${why}\n`);
  process.stdout.write(
    `${reachTable(result.reached, RUN_REACHES)}\n${result.runs} runs, ${result.operations} operations in ${seconds.toFixed(1)} s (${rate}/s), seed ${seed}: ` +
      `${result.found.length === 0 ? (result.operations > 0 ? 'everything holds' : 'nothing was shown') : `${result.found.length} properties do not hold`}\n` +
      (unsure.length === 0 ? '' : `inconclusive:\n${unsure.join('')}`),
  );
  if (result.found.length > 0) return EXIT.violation;
  return result.inconclusive.size > 0 ? EXIT.inconclusive : EXIT.conforms;
};

const quoted = (text: string): string => (/^[\w.:/-]+$/.test(text) ? text : `'${text}'`);

const SHOWN_EVERY = 500;

/** One line on a terminal that says how far it is; in a log a line every ten seconds. */
const progressLine = (runs: number, limit: number, begun: number) => {
  const { isTTY } = process.stderr;
  const every = isTTY ? SHOWN_EVERY : 20 * SHOWN_EVERY;
  let shownAt = begun;
  return {
    show: (done: Progress) => {
      const now = performance.now();
      if (now - shownAt < every) return;
      shownAt = now;
      const seconds = (now - begun) / 1000;
      const share = Math.max(done.runs / runs, (now - begun) / limit);
      const left = share > 0 ? Math.round(seconds / share - seconds) : 0;
      const text = `${done.runs} runs, ${done.operations} operations, ${Math.round(done.runs / seconds)} runs/s, ${left} s left, ${done.failures} failures`;
      process.stderr.write(isTTY ? `\r${text.padEnd(90)}` : `${text}\n`);
    },
    clear: () => {
      if (isTTY) process.stderr.write(`\r${''.padEnd(90)}\r`);
    },
  };
};
