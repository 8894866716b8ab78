import { Command } from 'commander';
import { type Card, probe, requestsOf } from '../../conformance/probe.ts';
import { ErrorReply } from '../../conformance/target/control.ts';
import { UnreadableInfo } from '../../conformance/target/observation.ts';
import { PeerError } from '../../conformance/target/peer.ts';
import { parseAddress } from '../address.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';

/** Fields of INFO that say how a server stands in replication. */
const SHOWN = [
  'role',
  'master_link_status',
  'connected_slaves',
  'master_replid',
  'master_replid2',
  'second_repl_offset',
  'master_repl_offset',
  'repl_backlog_active',
  'repl_backlog_size',
  'repl_backlog_first_byte_offset',
  'repl_backlog_histlen',
  'master_failover_state',
] as const;

interface ProbeOptions {
  readonly user?: string;
  readonly pass?: string;
  readonly json?: true;
  readonly dryRun?: true;
}

const AFTER_HELP = `
Read-only, and safe on a master in production: it sends PING, INFO and questions that are refused because they are
malformed, one after another with a tenth of a second between. No PSYNC among them is whole, so none can begin a
resynchronization or a BGSAVE. --dry-run shows them and sends nothing.

Exit codes: 0 it was asked, whatever it is; 64 usage; 69 it can't be asked.`;

/** `psyncspec probe`: what a server is, from what it says and how it answers. */
export const probeCommand = (): Command =>
  new Command('probe')
    .summary('tell what a server is, without touching it')
    .description('Tells from its answers which dialect of replication a server speaks.')
    .argument('<address>', 'host:port of the server')
    .option('--user <name>', 'user for AUTH')
    .option('--pass <password>', 'password for AUTH; better in PSYNCSPEC_PASS')
    .option('--json', 'print the card as JSON')
    .option('--dry-run', 'say what would be sent, and send nothing')
    .addHelpText('after', AFTER_HELP)
    .action(async (written: string, options: ProbeOptions) => {
      const requests = requestsOf();
      process.stderr.write(
        `To ${written}, slowly and on one connection:\n${requests.map((line) => `  ${line}\n`).join('')}`,
      );
      if (options.dryRun) return;
      const card = await cardOf(written, options);
      const fields = Object.fromEntries(
        SHOWN.flatMap((name) =>
          card.fields.has(name) ? [[name, card.fields.get(name) ?? '']] : [],
        ),
      );
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ ...card, fields }, null, 2)}\n`
          : textOf(written, card, fields),
      );
    });

const cardOf = async (written: string, { user, pass }: ProbeOptions): Promise<Card> => {
  const password = pass ?? process.env.PSYNCSPEC_PASS;
  const access = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
  };
  try {
    return await probe({ ...parseAddress(written), ...access }, { timeout: 5000 });
  } catch (error) {
    const isTargets =
      error instanceof PeerError || error instanceof ErrorReply || error instanceof UnreadableInfo;
    if (!isTargets) throw error;
    throw new CommandFailure(
      EXIT.unreachable,
      `${written}: ${error.message}: is it a Redis port, and the password right?`,
    );
  }
};

/** What the answers amount to, in a sentence or two. */
const verdictOf = ({ claimed, inferred, server }: Card): string => {
  if (claimed === null || inferred === null || inferred === 'psync1') {
    return `It speaks another PSYNC by design, or none (${server}): no suite of checks applies.`;
  }
  const suite = `The checks for ${inferred} apply: psyncspec check --no-mutate is the next step.`;
  return claimed === inferred
    ? `It answers like ${inferred}, as its version says. ${suite}`
    : `It answers like ${inferred}, though its version says ${claimed}. ${suite}`;
};

const textOf = (written: string, card: Card, fields: Readonly<Record<string, string>>): string => {
  const width = Math.max(...card.capabilities.map(({ shows }) => shows.length));
  const capabilities = card.capabilities.map(
    ({ shows, known, answer }) =>
      `  ${known ? '✓' : ' '} ${shows.padEnd(width)}  ${answer.slice(0, 70)}`,
  );
  const state = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(32)}${value}`);
  return [
    `${written}  ${card.server}`,
    '',
    ...capabilities,
    '',
    ...state,
    '',
    verdictOf(card),
    '',
  ].join('\n');
};
