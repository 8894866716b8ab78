import { mkdirSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { findMutant, MUTANTS, type Mutant, rulesWith } from '../../../properties/mutants/index.ts';
import { settingNamed } from '../../replication/settings.ts';
import { ReplicationServer, type ServerOptions } from '../../server/server.ts';
import { UnreadableSnapshot } from '../../server/snapshot-file.ts';
import { logLine, type ServeEvent } from '../event-lines.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { MalformedConf, parseConf } from '../redis-conf.ts';
import {
  masterOf,
  NO_WISHES,
  settingsOf,
  type Wishes,
  withLine,
  withSetting,
} from '../serve-options.ts';
import { SETTING_TEXTS } from '../setting-texts.ts';
import { closest } from '../suggestion.ts';

interface ServeOptions {
  readonly replicaof?: readonly string[];
  readonly dialect?: Dialect;
  readonly mutant?: string;
  readonly listMutants?: true;
  readonly json?: true;
}

const AFTER_HELP = `
Every setting above can also stand in the file, as in redis.conf; what is given on the command line wins. Directives
of Redis that have nothing to do with replication are passed over, and named in the log.

With --dir the server loads the snapshot it finds there and saves at its end, at save points (--save, by default Redis's
own), on SAVE and on BGSAVE, together with the name of its history: after a restart it is continued, or continues.

It listens on loopback unless --bind says otherwise, and without --requirepass it then refuses clients from elsewhere
(--protected-mode no lets them in). It ends on SIGTERM and SIGINT as it does on SHUTDOWN; a second signal ends it at once.

Exit codes: 0 closed as it was told to, 64 usage, 65 unreadable file, 69 the port can't be had, 70 internal error.

Examples:
  $ psyncspec serve                                   a master on port 6379
  $ psyncspec serve --port 7001 --replicaof 127.0.0.1 6379
  $ psyncspec serve --port 0 --dir data --json        any free port, told in the first line
  $ psyncspec serve --mutant psync-one-beyond         a master with a known fault`;

export const serveCommand = (): Command => {
  const command = new Command('serve')
    .summary('run the reference implementation as a server')
    .description(
      'A master or replica that follows the rules, for real servers, clients and tests. Redis’s own names for everything.',
    )
    .argument('[file]', 'configuration in the manner of redis.conf')
    .option('--replicaof <host port...>', 'follow a master from the start')
    .addOption(
      new Option('--dialect <dialect>', 'whose protocol it speaks (default: redis-7)').choices(
        DIALECTS,
      ),
    )
    .option('--mutant <name>', 'install a known fault')
    .option('--list-mutants', 'list the known faults, a line each, and do nothing')
    .option('--json', 'write the log as JSON, an object a line')
    .addHelpText('after', AFTER_HELP)
    .action((file: string | undefined, options: ServeOptions) => run(command, file, options));
  for (const [name, text] of Object.entries(SETTING_TEXTS)) {
    command.option(`--${name} <value>`, text);
  }
  return command;
};

const run = async (
  command: Command,
  file: string | undefined,
  options: ServeOptions,
): Promise<void> => {
  if (options.listMutants) {
    for (const { name, rule, fault } of MUTANTS) {
      process.stdout.write(`${name}  ${rule}: it ${fault}\n`);
    }
    return;
  }
  const mutant = options.mutant === undefined ? null : mutantNamed(options.mutant);
  const dialect = options.dialect ?? mutant?.dialect ?? 'redis-7';
  const log = (event: ServeEvent): void => {
    process.stdout.write(`${logLine(event, new Date(), options.json ?? false)}\n`);
  };
  const wishes = gather(command, file, options);
  if (wishes.unused.length > 0) {
    const names = [...new Set(wishes.unused)].join(', ');
    log({ event: 'note', text: `passes over settings that mean nothing here: ${names}` });
  }
  const server = await listen({
    ...serverOptions(wishes, dialect),
    ...(mutant ? { rules: rulesWith(mutant) } : {}),
    onEvent: log,
  });
  // Before anyone can learn that it runs, it can be told to stop.
  const closed = ended(server, log);
  log({
    event: 'listening',
    host: server.host,
    port: server.port,
    dialect,
    mutant: mutant?.name ?? null,
  });
  await closed;
};

const mutantNamed = (name: string): Mutant => {
  const mutant = findMutant(name);
  if (mutant !== undefined) return mutant;
  const meant = closest(
    name,
    MUTANTS.map((each) => each.name),
  );
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new CommandFailure(
    EXIT.usage,
    `there is no mutant ${JSON.stringify(name)}.${hint} --list-mutants prints all`,
  );
};

/** What the file says and then the command line. */
const gather = (command: Command, file: string | undefined, options: ServeOptions): Wishes => {
  let wishes = NO_WISHES;
  if (file !== undefined) {
    for (const line of readConf(file)) wishes = withLine(wishes, line, file);
  }
  for (const option of command.options) {
    const name = settingNamed(option.name());
    const value: unknown = command.getOptionValue(option.attributeName());
    if (name === null || typeof value !== 'string') continue;
    const { [name]: _, ...others } = wishes.settings;
    wishes = withSetting({ ...wishes, settings: others }, name, value);
  }
  return options.replicaof === undefined
    ? wishes
    : { ...wishes, replicaof: masterOf(options.replicaof, '--replicaof') };
};

const readConf = (file: string) => {
  try {
    return parseConf(readFileSync(file, 'latin1'), file);
  } catch (error) {
    if (error instanceof MalformedConf) throw new CommandFailure(EXIT.badInput, error.message);
    throw new CommandFailure(
      EXIT.badInput,
      `the configuration ${file} can't be read: ${messageOf(error)}`,
    );
  }
};

const serverOptions = (wishes: Wishes, dialect: Dialect): ServerOptions => {
  const settings = settingsOf(wishes, dialect);
  const [host = '127.0.0.1', ...alsoAt] = (settings.bind ?? '').split(' ').filter(Boolean);
  const { dir } = settings;
  if (dir) prepare(dir);
  return {
    dialect,
    settings,
    host: host.replace(/^-/, '').replace(/^\*$/, '0.0.0.0'),
    alsoAt,
    port: Number(settings.port ?? 6379),
    ...(dir ? { dir } : {}),
    ...(wishes.replicaof ? { master: wishes.replicaof } : {}),
  };
};

const prepare = (dir: string): void => {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new CommandFailure(
      EXIT.usage,
      `the folder ${dir} can't be had: ${messageOf(error)}. Give another with --dir`,
    );
  }
};

const listen = async (options: ServerOptions): Promise<ReplicationServer> => {
  try {
    return await ReplicationServer.listen(options);
  } catch (error) {
    if (error instanceof UnreadableSnapshot) throw new CommandFailure(EXIT.badInput, error.message);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('E')) throw error;
    throw new CommandFailure(
      EXIT.unreachable,
      `can't listen at ${[options.host, ...(options.alsoAt ?? [])].join(' ')} port ${options.port}: ${messageOf(error)}. Give another with --port or --bind; --port 0 takes a free one`,
    );
  }
};

/** Resolves once the server has closed, told to by a signal or a client. */
const ended = (server: ReplicationServer, log: (event: ServeEvent) => void): Promise<void> =>
  new Promise((resolve) => {
    let signals = 0;
    const finish = (): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      log({ event: 'closed' });
      resolve();
    };
    const stop = (signal: NodeJS.Signals): void => {
      signals += 1;
      log({ event: 'closes', because: signal });
      if (signals > 1) void server.close();
      else
        void server.shutDown().then((problem) => {
          if (problem !== null) signals = 0;
        });
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    void server.closed.then(finish);
  });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
