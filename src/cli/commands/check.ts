import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ruleOf } from '../../../models/rules/registry.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { findMutant, MUTANTS, rulesWith } from '../../../properties/mutants/index.ts';
import type { Check, Need } from '../../conformance/check.ts';
import { checksOf } from '../../conformance/checks/index.ts';
import { PreflightFailure } from '../../conformance/preflight.ts';
import { badgeOf } from '../../conformance/report/badge.ts';
import { humanOf } from '../../conformance/report/human.ts';
import { junitOf } from '../../conformance/report/junit.ts';
import { markdownOf } from '../../conformance/report/markdown.ts';
import { type Report, reportOf } from '../../conformance/report/report.ts';
import { tapOf } from '../../conformance/report/tap.ts';
import {
  type CheckedRole,
  type RunOptions,
  type RunResult,
  runChecks,
  runListening,
} from '../../conformance/runner.ts';
import {
  showAddress,
  type TargetAddress,
  type TlsOptions,
} from '../../conformance/target/address.ts';
import { FakeMaster } from '../../conformance/target/fake-master.ts';
import { ReplicationServer } from '../../server/server.ts';
import { parseAddress } from '../address.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { explain, ruleNamed } from '../explanation.ts';
import { packageVersion } from '../package-version.ts';
import { selectChecks } from '../selection.ts';
import { closest } from '../suggestion.ts';
import { paintFor, progressOn, widthOf } from '../terminal.ts';

interface CheckOptions {
  readonly role: CheckedRole;
  readonly waitForReplica?: string | true;
  readonly replaceData?: true;
  readonly destructive?: true;
  readonly rule?: readonly string[];
  readonly list?: true;
  readonly explain?: string;
  readonly seed?: number;
  readonly timeout: number;
  readonly strict?: true;
  readonly mutate: boolean;
  readonly json?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly badge?: string;
  readonly tap?: true;
  readonly user?: string;
  readonly pass?: string;
  readonly tls?: true;
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly sni?: string;
  readonly insecure?: true;
  readonly dialect?: Dialect;
  readonly mutant?: string;
}

const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  }
  return value;
};

const SEED_MAX = 2 ** 32 - 1;

const collect = (word: string, before: readonly string[] = []): string[] => [
  ...before,
  ...word.split(',').filter((each) => each !== ''),
];

const CHECKED_ROLES: readonly CheckedRole[] = ['master', 'replica', 'chain'];

/** The first PSYNC shows no replication IDs, from which all predictions begin. */
const EMBEDDED_DIALECTS = DIALECTS.filter((dialect) => dialect !== 'psync1');

const AFTER_HELP = `
Without an address the embedded reference server is started on a free loopback port and checked.

Every check writes only keys of its own, deletes them, and puts back every setting that it changed; --no-mutate
leaves out all checks that write, change settings or change the role. What a run can't put back is the replid:
a master that was promoted or whose backlog expired has a new one.

With --role chain it stands between a master and a replica of ours. With --role replica we are the master: the server is told to follow us (REPLICAOF), and its master is put back afterwards.
A server that holds keys or has replicas is refused without --replace-data, because a replica takes its master's data.

Exit codes: 0 conforms, 1 violates, 2 inconclusive, 64 usage, 65 unreadable file, 66 nothing selected,
69 target can't be checked, 70 internal error.

Examples:
  $ psyncspec check                                  the embedded reference server
  $ psyncspec check 127.0.0.1:6379                   a server
  $ psyncspec check 127.0.0.1:6379 --rule PSYNC      one family of rules
  $ psyncspec check 127.0.0.1:6379 --junit psync.xml in CI
  $ psyncspec check 127.0.0.1:6379 --role replica    the same server as a replica of ours
  $ psyncspec check --role replica --wait-for-replica 127.0.0.1:7000
                                                     a change-data-capture client that replicates from us
  $ psyncspec check --mutant psync-one-beyond        what a broken server looks like
  $ psyncspec check --explain PSYNC-2                one rule, its sources and its checks`;

export const checkCommand = (): Command =>
  new Command('check')
    .summary('hold a server to the rules of replication')
    .description(
      'Acts as replicas of a server, predicts its answers with the rules from what it says of itself, and gives a verdict per check.',
    )
    .argument('[address]', 'host:port of the server')
    .addOption(
      new Option('--role <role>', 'which part of the server to check')
        .choices(CHECKED_ROLES)
        .default('master'),
    )
    .option(
      '--rule <id>',
      'only this rule, check or family; several with commas or by repeating',
      collect,
    )
    .option('--list', 'list the checks and do nothing')
    .option('--explain <id>', 'explain a rule and do nothing')
    .option(
      '--seed <number>',
      'what chance starts from; the same seed asks the same',
      wholeNumber(0, SEED_MAX),
    )
    .option('--timeout <ms>', 'longest wait for one answer', wholeNumber(50, 600_000), 2000)
    .option('--strict', 'a broken "should" fails the run too')
    .option('--no-mutate', 'write no keys, change no settings and no role')
    .option(
      '--wait-for-replica [address]',
      'play the master of a client that connects by itself, on this host:port; with --role replica',
    )
    .option('--replace-data', 'check a replica even where that replaces its data')
    .option('--destructive', 'ask also what known servers crash at')
    .option('--json <file>', 'write a report as JSON')
    .option('--junit <file>', 'write a report as JUnit XML')
    .option(
      '--markdown <file>',
      'append a report as Markdown; by default to GITHUB_STEP_SUMMARY, where that is set',
    )
    .option('--badge <file>', 'write what an endpoint badge is made of, as JSON')
    .option('--tap', 'print the report as TAP')
    .option('--user <name>', 'user for AUTH')
    .option(
      '--pass <password>',
      'password for AUTH; better in PSYNCSPEC_PASS, where nobody sees it',
    )
    .option('--tls', 'connect with TLS')
    .option('--cacert <file>', 'certificate authority to trust')
    .option('--cert <file>', 'our certificate')
    .option('--key <file>', 'the key of our certificate')
    .option('--sni <name>', 'the server name to ask for')
    .option('--insecure', 'trust any certificate')
    .addOption(
      new Option(
        '--dialect <name>',
        'dialect of the embedded server, or of a client that is waited for',
      ).choices(EMBEDDED_DIALECTS),
    )
    .option('--mutant <name>', 'install a known fault in the embedded server')
    .addHelpText('after', AFTER_HELP)
    .action(async (address: string | undefined, options: CheckOptions) => {
      const checks = selectChecks(checksOf(options.role), options.rule ?? []);
      if (options.explain !== undefined) explainRule(options.explain, checksOf(options.role));
      else if (options.list) listChecks(checks);
      else process.exitCode = await check(address, checks, options);
    });

const listChecks = (checks: readonly Check[]): void => {
  const width = Math.max(...checks.map(({ id }) => id.length));
  for (const { id, title } of checks) process.stdout.write(`${id.padEnd(width)}  ${title}\n`);
};

const explainRule = (id: string, checks: readonly Check[]): void => {
  const rule = ruleNamed(id, checks);
  if (rule === null) {
    throw new CommandFailure(
      EXIT.usage,
      `no rule or check is called ${id}; --list shows the checks`,
    );
  }
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(explain(rule, checks, widthOf(process.stdout), paint));
};

const check = async (
  written: string | undefined,
  checks: readonly Check[],
  options: CheckOptions,
): Promise<number> => {
  if (options.waitForReplica !== undefined) return waitForReplica(written, checks, options);
  if (written !== undefined) {
    refuseEmbeddedOptions(options);
    return run({ ...parseAddress(written), ...accessOf(options) }, written, checks, options);
  }
  const pass = 'embedded';
  const server = await startEmbedded(pass, options);
  try {
    const target = { host: server.host, port: server.port, pass };
    return await run(target, undefined, checks, options);
  } finally {
    await server.close();
  }
};

const refuseEmbeddedOptions = ({ mutant, dialect }: CheckOptions): void => {
  const given = mutant !== undefined ? '--mutant' : dialect !== undefined ? '--dialect' : null;
  if (given === null) return;
  throw new CommandFailure(
    EXIT.usage,
    `${given} is for the embedded server: leave the address out`,
  );
};

const startEmbedded = (pass: string, { mutant: name, dialect }: CheckOptions) => {
  const mutant = name === undefined ? undefined : findMutant(name);
  if (name !== undefined && mutant === undefined) {
    const similar = closest(
      name,
      MUTANTS.map((each) => each.name),
    );
    const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
    throw new CommandFailure(EXIT.usage, `no mutant is called ${name}.${hint}`);
  }
  return ReplicationServer.listen({
    dialect: dialect ?? mutant?.dialect ?? 'redis-7',
    settings: { requirepass: pass },
    rules: mutant === undefined ? STANDARD : rulesWith(mutant),
  });
};

const run = (
  address: TargetAddress,
  written: string | undefined,
  checks: readonly Check[],
  options: CheckOptions,
): Promise<number> =>
  reported(
    written ?? `embedded reference server (${showAddress(address)})`,
    written,
    checks,
    options,
    (common) => runChecks({ ...common, address, role: options.role }),
  );

type Common = Omit<RunOptions, 'address' | 'role'>;

/** Runs checks in some way, and reports what came of them. */
const reported = async (
  shown: string,
  written: string | undefined,
  checks: readonly Check[],
  options: CheckOptions,
  runs: (common: Common) => Promise<RunResult>,
): Promise<number> => {
  const seed = options.seed ?? Math.floor(Math.random() * SEED_MAX);
  const startedAt = new Date();
  const progress = progressOn(process.stderr, checks.length, 'checks', process.env);
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const result = await runs({
      checks,
      seed,
      timeout: options.timeout,
      allowed: allowedBy(options),
      signal: abort.signal,
      onResult: ({ check: { id } }) => progress.advance(id),
    });
    progress.stop();
    const report = reportOf(result, {
      version: packageVersion(),
      address: shown,
      strict: options.strict === true,
      startedAt,
      again: (id) => againCommand(written, id, seed, options),
    });
    write(report, options);
    return exitCodeOf(report);
  } catch (error) {
    progress.stop();
    if (error instanceof PreflightFailure) {
      throw new CommandFailure(EXIT.unreachable, error.message);
    }
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

const allowedBy = ({
  mutate,
  replaceData,
  destructive,
  waitForReplica,
}: CheckOptions): Set<Need> => {
  const allowed = new Set<Need>(mutate ? ['keys', 'settings', 'role'] : []);
  // Who dials us to follow us has chosen to.
  if (replaceData || waitForReplica !== undefined) allowed.add('data');
  if (destructive) allowed.add('life');
  return allowed;
};

/** Plays the master of a client that is not told to follow us but does so by itself. */
const waitForReplica = async (
  written: string | undefined,
  checks: readonly Check[],
  options: CheckOptions,
): Promise<number> => {
  if (options.role !== 'replica' || written !== undefined) {
    throw new CommandFailure(
      EXIT.usage,
      '--wait-for-replica goes with --role replica and without an address: the client comes to us',
    );
  }
  const { host, port } =
    typeof options.waitForReplica === 'string'
      ? parseAddress(options.waitForReplica)
      : { host: '127.0.0.1', port: 0 };
  const listener = await listenFor(host, port, options.timeout);
  const address = showAddress({ host, port: listener.port });
  process.stderr.write(
    `Listening on ${address}. Tell your client to replicate from there, as in: redis-cli REPLICAOF ${host} ${listener.port}\nIt has to dial again after each check: links are cut on purpose.\n`,
  );
  try {
    return await reported(`a client of ${address}`, undefined, checks, options, (common) =>
      runListening({ ...common, role: 'replica', dialect: options.dialect ?? 'redis-7' }, listener),
    );
  } finally {
    listener.close();
  }
};

const listenFor = async (host: string, port: number, timeout: number): Promise<FakeMaster> => {
  try {
    return await FakeMaster.listen(host, { timeout }, port);
  } catch (error) {
    throw new CommandFailure(
      EXIT.unreachable,
      `can't listen on ${showAddress({ host, port })}: ${messageOf(error)}`,
    );
  }
};

const accessOf = (options: CheckOptions): Omit<TargetAddress, 'host' | 'port'> => {
  const pass = options.pass ?? process.env.PSYNCSPEC_PASS;
  const wantsTls = options.tls || options.cacert || options.cert || options.insecure;
  return {
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(pass === undefined ? {} : { pass }),
    ...(wantsTls ? { tls: tlsOf(options) } : {}),
  };
};

const tlsOf = ({ cacert, cert, key, sni, insecure }: CheckOptions): TlsOptions => ({
  ...(cacert === undefined ? {} : { cacert: readText(cacert) }),
  ...(cert === undefined ? {} : { cert: readText(cert) }),
  ...(key === undefined ? {} : { key: readText(key) }),
  ...(sni === undefined ? {} : { sni }),
  insecure: insecure === true,
});

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT.badInput, `can't read ${file}: ${messageOf(error)}`);
  }
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Where the password is not repeated, because it would end up in logs. */
const againCommand = (
  written: string | undefined,
  id: string,
  seed: number,
  options: CheckOptions,
): string =>
  [
    'npx psyncspec check',
    ...(written === undefined ? [] : [written]),
    ...(options.role === 'master' ? [] : [`--role ${options.role}`]),
    ...(options.waitForReplica === undefined ? [] : [waitOption(options.waitForReplica)]),
    ...(options.replaceData ? ['--replace-data'] : []),
    ...(options.destructive ? ['--destructive'] : []),
    `--rule ${id} --seed ${seed}`,
    ...(options.mutant === undefined ? [] : [`--mutant ${options.mutant}`]),
    ...(options.dialect === undefined ? [] : [`--dialect ${options.dialect}`]),
    ...(options.user === undefined ? [] : [`--user ${options.user}`]),
    ...(options.tls ? ['--tls'] : []),
    ...(['cacert', 'cert', 'key', 'sni'] as const).flatMap((name) =>
      options[name] === undefined ? [] : [`--${name} ${options[name]}`],
    ),
    ...(options.insecure ? ['--insecure'] : []),
  ].join(' ');

const waitOption = (address: string | true): string =>
  address === true ? '--wait-for-replica' : `--wait-for-replica ${address}`;

const write = (report: Report, { json, junit, markdown, badge, tap }: CheckOptions): void => {
  if (json !== undefined) writeText(json, `${JSON.stringify(report, null, 2)}\n`);
  if (junit !== undefined) writeText(junit, junitOf(report));
  if (badge !== undefined) writeText(badge, `${JSON.stringify(badgeOf(report))}\n`);
  const summary = markdown ?? (process.env.GITHUB_STEP_SUMMARY || undefined);
  if (summary !== undefined) writeText(summary, markdownOf(report), appendFileSync);
  if (tap) process.stdout.write(tapOf(report));
  else {
    const paint = paintFor(process.stdout, process.env);
    const titleOf = (rule: Report['checks'][number]['rule']) => ruleOf(rule).title;
    process.stdout.write(humanOf(report, titleOf, widthOf(process.stdout), paint));
  }
};

const writeText = (
  file: string,
  text: string,
  how: typeof appendFileSync = writeFileSync,
): void => {
  try {
    how(file, text);
  } catch (error) {
    throw new CommandFailure(EXIT.badInput, `can't write ${file}: ${messageOf(error)}`);
  }
};

const exitCodeOf = ({ verdict }: Report): number =>
  ({ conforms: EXIT.conforms, violates: EXIT.violation, inconclusive: EXIT.inconclusive })[verdict];
