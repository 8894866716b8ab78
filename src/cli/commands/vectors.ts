import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  type Coverage,
  coverage,
  filesOf,
  type Generated,
  generate,
  lint,
  type VectorFile,
} from '../../vectors/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';

/** How many problems are shown; the first ones say what happened. */
const PROBLEMS_MAX = 20;

interface Flags {
  readonly out?: string;
  readonly lint?: string;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const write = (folder: string, files: readonly VectorFile[]): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new CommandFailure(
      EXIT.badInput,
      `--out ${folder}: the vectors cannot be written there: ${whyOf(error)}`,
    );
  }
};

const read = (folder: string): readonly VectorFile[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  } catch (error) {
    throw new CommandFailure(
      EXIT.badInput,
      `--lint ${folder}: it cannot be read: ${whyOf(error)}; give a folder that --out has written`,
    );
  }
};

const showFamilies = ({ families }: Generated): void => {
  for (const { family, vectors } of families) {
    print(`${String(vectors.length).padStart(6)}  ${family.name.padEnd(18)} ${family.title}`);
  }
  const total = families.reduce((sum, { vectors }) => sum + vectors.length, 0);
  print(`${String(total).padStart(6)}  vectors`);
};

const showCoverage = ({ machine, dialect, alike, transitions, pairs }: Coverage): void => {
  print(
    `  ${machine.padEnd(21)} ${String(transitions.taken).padStart(3)} of ${transitions.found} transitions, ${String(pairs.taken).padStart(3)} of ${pairs.found} pairs in ${[dialect, ...alike].join(', ')}`,
  );
};

const showKills = ({ kills }: Generated): void => {
  const missed = kills.filter(({ by }) => by === null).map(({ mutant }) => mutant.name);
  print(`faults of rules that a vector shows: ${kills.length - missed.length} of ${kills.length}`);
  if (missed.length > 0) print(`  not shown: ${missed.join(', ')}`);
};

const writeAll = (folder: string): void => {
  process.stderr.write('searching the machines takes some seconds\n');
  const generated = generate();
  write(folder, filesOf(generated.families));
  showFamilies(generated);
  print('walks through the machines take');
  for (const each of coverage()) showCoverage(each);
  showKills(generated);
};

const lintAll = (folder: string): void => {
  const files = read(folder);
  if (files.length === 0) {
    throw new CommandFailure(EXIT.nothingSelected, `--lint ${folder}: there is no .json file`);
  }
  const { vectors, problems } = lint(files);
  for (const problem of problems.slice(0, PROBLEMS_MAX)) print(`✗ ${problem}`);
  const more = problems.length - PROBLEMS_MAX;
  if (more > 0) print(`  and ${more} more`);
  if (problems.length === 0) {
    print(
      `✓ ${vectors} vectors fit their schema, have IDs of their own, and say what the rules say`,
    );
  }
  process.exitCode = problems.length === 0 ? EXIT.conforms : EXIT.violation;
};

const perform = (flags: Flags): void => {
  if (flags.out !== undefined && flags.lint !== undefined) {
    throw new CommandFailure(EXIT.usage, '--out and --lint do not go together: give one of them');
  }
  if (flags.out !== undefined) writeAll(flags.out);
  else if (flags.lint !== undefined) lintAll(flags.lint);
  else {
    throw new CommandFailure(
      EXIT.usage,
      'say what to do: --out <folder> writes the vectors, --lint <folder> checks them',
    );
  }
};

const AFTER_HELP = `
A vector is a question with the answer that the rules give. docs/guides/vectors.md lists the families, and says how to
use them from any language.

Exit codes: 0 done, 1 the linter found something, 64 usage, 65 a folder that cannot be used, 66 nothing to lint.

Examples:
  $ psyncspec vectors --out vectors
  $ psyncspec vectors --lint vectors`;

/** `psyncspec vectors`: test vectors for implementations in any language. */
export const vectorsCommand = (): Command =>
  new Command('vectors')
    .summary('write test vectors for any language')
    .description(
      'Writes what the rules answer to thousands of questions as JSON files, or checks such files.',
    )
    .option('--out <folder>', 'write a file for each family, and a manifest')
    .option('--lint <folder>', 'check files: their schema, their IDs, and their answers')
    .addHelpText('after', AFTER_HELP)
    .action(perform);
