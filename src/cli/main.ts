#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { diagramCommand } from './commands/diagram.ts';
import { exploreCommand } from './commands/explore.ts';
import { probeCommand } from './commands/probe.ts';
import { propertiesCommand } from './commands/properties.ts';
import { serveCommand } from './commands/serve.ts';
import { vectorsCommand } from './commands/vectors.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { packageVersion } from './package-version.ts';
import { paintFor } from './terminal.ts';

const program = new Command('psyncspec')
  .description(
    'The executable specification of Redis replication, and the oracle that holds servers to it.',
  )
  .version(packageVersion())
  .showHelpAfterError('(add --help for what it takes)')
  .exitOverride()
  .addCommand(checkCommand())
  .addCommand(propertiesCommand())
  .addCommand(exploreCommand())
  .addCommand(diagramCommand())
  .addCommand(probeCommand())
  .addCommand(serveCommand())
  .addCommand(vectorsCommand());

/** What a failure means to the caller, and what is said of it. */
const fail = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const paint = paintFor(process.stderr, process.env);
  if (error instanceof CommandFailure) {
    process.stderr.write(`${paint.bad('psyncspec:')} ${error.message}\n`);
    return error.exitCode;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${paint.bad('psyncspec:')} an error of ours; please report it with what follows\n${trace}\n`,
  );
  return EXIT.internal;
};

/** A reader that has seen enough (as `head`) ends the output, not the program's verdict. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  for (const command of program.commands) command.exitOverride();
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
