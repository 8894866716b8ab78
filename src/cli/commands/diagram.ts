import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import type { Chart } from '../../diagram/chart.ts';
import { chartOf } from '../../diagram/chart-of.ts';
import { type Coverage, withCoverage } from '../../diagram/coverage.ts';
import { chartIn, chartOfDifference } from '../../diagram/dialects.ts';
import { FORMATS, type Format, PRINTERS } from '../../diagram/printers/index.ts';
import { readCoverage } from '../coverage-file.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { closest } from '../suggestion.ts';

interface DiagramOptions {
  readonly format: Format;
  readonly dialect?: Dialect;
  readonly diff?: readonly [Dialect, Dialect];
  readonly coverage?: string;
  readonly out?: string;
}

const AFTER_HELP = `
Without a machine this lists the machines; with --out it draws them all.

Exit codes: 0 drawn, 64 usage, 65 unreadable file or folder, 66 nothing to draw, 70 internal error.

Examples:
  $ psyncspec diagram                                         the machines
  $ psyncspec diagram replica-link --format svg > link.svg    one picture
  $ psyncspec diagram replica-link --dialect redis-6.0        what exists in one dialect
  $ psyncspec diagram replica-link --diff redis-6.0 redis-7   what changed between two
  $ psyncspec diagram replica-link --coverage coverage.json   what a run has seen
  $ psyncspec diagram --format svg --out pictures             all of them, into files`;

export const diagramCommand = (): Command =>
  new Command('diagram')
    .summary('draw the machines of the specification')
    .description(
      'Draws a machine with all its states, guards and effects. Graphviz, which lays out the SVG, is part of psyncspec.',
    )
    .argument('[machine]', 'name of a machine')
    .addOption(
      new Option('--format <format>', 'language of the drawing').choices(FORMATS).default('svg'),
    )
    .addOption(new Option('--dialect <dialect>', 'only what exists there').argParser(dialectNamed))
    .option('--diff <dialects...>', 'two dialects: mark what only one of them has')
    .option('--coverage <file>', 'mark what a run has seen (psyncspec-coverage-1)')
    .option('--out <folder>', 'write files into this folder instead of to the terminal')
    .addHelpText('after', AFTER_HELP)
    .action(async (name: string | undefined, given: GivenOptions) => {
      const options = optionsOf(given);
      if (name === undefined && options.out === undefined) process.stdout.write(list());
      else await draw(name === undefined ? MACHINES : [machineNamed(name)], options);
    });

type GivenOptions = Omit<DiagramOptions, 'diff'> & { readonly diff?: readonly string[] };

/** The words after --diff come as they are: two dialects, and nothing that asks for another choice of them. */
const optionsOf = ({ diff, ...options }: GivenOptions): DiagramOptions => {
  if (diff === undefined) return options;
  const [before, after, ...more] = diff;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new CommandFailure(
      EXIT.usage,
      `--diff takes two dialects, and got ${diff.length}. Give the machine before it: psyncspec diagram replica-link --diff redis-6.0 redis-7`,
    );
  }
  if (options.dialect !== undefined || options.coverage !== undefined) {
    throw new CommandFailure(
      EXIT.usage,
      '--diff shows two dialects: leave --dialect and --coverage out',
    );
  }
  return { ...options, diff: [knownDialect(before), knownDialect(after)] };
};

const hint = (word: string, known: readonly string[]): string => {
  const similar = closest(word, known);
  return similar === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${similar}?`;
};

const isDialect = (word: string): word is Dialect => DIALECTS.some((dialect) => dialect === word);

const knownDialect = (word: string): Dialect => {
  if (isDialect(word)) return word;
  throw new CommandFailure(EXIT.usage, `no dialect is called ${word}. ${hint(word, DIALECTS)}`);
};

const dialectNamed = (word: string): Dialect => {
  if (isDialect(word)) return word;
  throw new InvalidArgumentError(`No dialect is called so. ${hint(word, DIALECTS)}`);
};

const machineNamed = (name: string): MachineEntry => {
  const entry = MACHINES.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const names = MACHINES.map((each) => each.name);
  throw new CommandFailure(EXIT.usage, `no machine is called ${name}. ${hint(name, names)}`);
};

const list = (): string => {
  const width = Math.max(...MACHINES.map(({ name }) => name.length));
  return MACHINES.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
};

const draw = async (entries: readonly MachineEntry[], options: DiagramOptions): Promise<void> => {
  const coverage = options.coverage === undefined ? null : readCoverage(options.coverage);
  const charts = entries.map((entry) => chartFor(entry, coverage, options)).filter(hasStates);
  if (charts.length === 0) {
    throw new CommandFailure(
      EXIT.nothingSelected,
      `${entries.map(({ name }) => name).join(', ')}: nothing of it exists in ${options.dialect ?? options.diff?.join(' or ')}`,
    );
  }
  const { extension, print } = PRINTERS[options.format];
  for (const chart of charts) {
    const text = await print(chart);
    if (options.out === undefined) process.stdout.write(text);
    else write(options.out, `${chart.name}.${extension}`, text);
  }
};

const hasStates = ({ states }: Chart): boolean => states.length > 0;

const chartFor = (
  entry: MachineEntry,
  coverage: Coverage | null,
  { dialect, diff }: DiagramOptions,
): Chart => {
  if (diff !== undefined) return chartOfDifference(entry, ...diff);
  const chart = dialect === undefined ? chartOf(entry) : chartIn(entry, dialect);
  return coverage === null ? chart : withCoverage(chart, coverage);
};

/** Names each file on the way, so that what was written can be handed on. */
const write = (folder: string, name: string, text: string): void => {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandFailure(
      EXIT.badInput,
      `can't write ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  process.stdout.write(`${file}\n`);
};
