import { Command } from 'commander';
import { runExplore } from '../explore/run.ts';
import { ALL_BOUNDS, type ExploreFlags } from '../explore/settings.ts';
import { paintFor } from '../terminal.ts';

/** What was typed, less a `--replay` and what it asks for, so that another one can be put behind. */
const typedCommand = (words: readonly string[]): string =>
  words
    .filter((word, place) => word !== '--replay' && words[place - 1] !== '--replay')
    .map((word) => (/^[\w./=-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ');

/** Stops a search at the first Ctrl-C, with what it has found; a second one ends the program. */
const abortOnInterrupt = (): AbortController => {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller;
};

const perform = async (model: string, flags: ExploreFlags): Promise<void> => {
  process.exitCode = await runExplore(model, flags, {
    out: (line) => process.stdout.write(`${line}\n`),
    paint: paintFor(process.stdout, process.env),
    progress: process.stderr,
    signal: abortOnInterrupt().signal,
    command: `npx psyncspec ${typedCommand(process.argv.slice(2))}`,
  });
};

const AFTER_HELP = `
A module given with --rules exports functions by the names of rules (or one object of them as its default export);
they take the place of ours. --list says which rules a model consults.

Exit codes: 0 holds, 1 violated, 2 not settled (a limit, an interrupt, or something never met), 64 usage,
65 unusable file, 70 internal error. Ctrl-C ends a search with what it has found.

Examples:
  $ psyncspec explore                                     the core model at its standard size
  $ psyncspec explore --nodes 3 --writes 3 --backlog 2 --workers 2
  $ psyncspec explore --mutant psync-second-one-past      the shortest run to a diverged replica
  $ psyncspec explore --rules my-rules.js                 a design of your own
  $ psyncspec explore --export promela > core.pml         the same model for SPIN`;

/** `psyncspec explore`: all that a bounded model can do, or the shortest run to what it must not do. */
export const exploreCommand = (): Command => {
  const command = new Command('explore')
    .summary('search all that a small cluster can do')
    .description(
      'Searches every reachable state of a bounded model, and shows the shortest run to a state that must not be.',
    )
    .argument('[model]', 'which model', 'psync2-core')
    .option('--list', 'list the models with their bounds and mutants');
  for (const { name, what } of ALL_BOUNDS) command.option(`--${name} <number>`, what);
  return command
    .option('--mutant <name>', 'put a deliberate fault into the model')
    .option('--rules <file>', 'let the functions that a JavaScript module exports decide')
    .option('--property <names...>', 'check only these properties')
    .option('--symmetry', 'take states that differ only in how nodes are numbered for one')
    .option('--workers <number>', 'how many threads search', '1')
    .option('--states <number>', 'stop at so many states')
    .option('--memory <size>', 'stop before the states take more, such as 512M or 4G', '2G')
    .option('--time <duration>', 'stop after so long, such as 30s, 5m or 2h')
    .option('--checkpoint <file>', 'write all states there every 5 minutes and when stopped')
    .option('--resume <file>', 'go on from a checkpoint')
    .option('--out <file>', 'write the run found as ITF JSON, or the exported model')
    .option('--json <file>', 'write the result as JSON')
    .option('--export <language>', 'write the model for SPIN (promela) or TLC (tla)')
    .option('--replay <path>', 'walk a run again by the numbers of its successors')
    .addHelpText('after', AFTER_HELP)
    .action(perform);
};
