import { writeFile } from 'node:fs/promises';
import {
  BYTES_DEFAULT,
  type CatalogueEntry,
  Cells,
  CheckpointError,
  type Exploration,
  type ExploreOptions,
  explorationJson,
  explore,
  exportPromela,
  exportTla,
  Interpreter,
  type Model,
  ModelError,
  PathError,
  replay,
  type Trace,
  toItf,
} from '../../explore/index.ts';
import { catalogueLines, countLines, storyLines, unmet, verdictLines } from './print.ts';
import { ProgressReport, type ProgressStream } from './progress.ts';
import {
  durationInSeconds,
  type ExploreFlags,
  entryNamed,
  modelFor,
  pathFrom,
  sizeInBytes,
  UsageError,
  wholeNumber,
} from './settings.ts';

/** What the command says and hears. */
export interface ExploreIo {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  readonly progress: ProgressStream;
  readonly signal: AbortSignal;
  /** The command line as it was typed, less what asks for a replay. */
  readonly command: string;
}

/** Exit codes of the command. */
export const EXIT = { conforms: 0, violation: 1, inconclusive: 2, usage: 64, data: 65 } as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const CHECKPOINT_SECONDS = 300;

const optionsFrom = (flags: ExploreFlags, io: ExploreIo): ExploreOptions => {
  const seconds = flags.time === undefined ? null : durationInSeconds('--time', flags.time);
  const report = new ProgressReport(io.progress, seconds);
  const { checkpoint, resume } = flags;
  return {
    symmetry: flags.symmetry === true,
    workers: wholeNumber('--workers', flags.workers ?? '1', 1, 64),
    bytesMax: flags.memory === undefined ? BYTES_DEFAULT : sizeInBytes('--memory', flags.memory),
    signal: io.signal,
    onProgress: (progress) => report.show(progress),
    ...(seconds === null ? {} : { seconds }),
    ...(flags.states === undefined
      ? {}
      : { statesMax: wholeNumber('--states', flags.states, 1, 1e12) }),
    ...(checkpoint === undefined
      ? {}
      : { checkpoint: { file: checkpoint, everySeconds: CHECKPOINT_SECONDS } }),
    ...(resume === undefined ? {} : { resume }),
  };
};

const exportModel = async (model: Model, flags: ExploreFlags, io: ExploreIo): Promise<void> => {
  if (flags.export !== 'promela' && flags.export !== 'tla') {
    throw new UsageError(`--export ${flags.export}: give promela or tla`);
  }
  if (flags.export === 'promela') {
    const text = exportPromela(model);
    if (flags.out === undefined) io.out(text.trimEnd());
    else await writeFile(flags.out, text);
    return;
  }
  const { module, configuration } = exportTla(model);
  if (flags.out === undefined) {
    io.out(`${module}${configuration.replaceAll(/^(?=.)/gm, '\\* ')}`.trimEnd());
    return;
  }
  if (!flags.out.endsWith('.tla'))
    throw new UsageError(`--out ${flags.out}: the name ends in .tla`);
  await writeFile(flags.out, module);
  await writeFile(flags.out.replace(/\.tla$/, '.cfg'), configuration);
};

const writeTrace = async (model: Model, trace: Trace, file: string): Promise<void> => {
  const itf = toItf(model.name, new Cells(model), trace);
  await writeFile(file, `${JSON.stringify(itf, null, 2)}\n`);
};

const replayPath = async (
  entry: CatalogueEntry,
  model: Model,
  path: string,
  flags: ExploreFlags,
  io: ExploreIo,
): Promise<ExitCode> => {
  const interpreter = new Interpreter(model);
  const trace = replay(interpreter, pathFrom(path));
  for (const line of storyLines(entry, model, trace, io.command)) io.out(line);
  if (flags.out !== undefined) await writeTrace(model, trace, flags.out);
  const last = trace.steps.at(-1)?.state ?? trace.initial;
  const violated = model.always.filter(({ holds }) => !interpreter.holds(holds, last));
  for (const { name } of violated) io.out(`✗ ${name} does not hold at the end`);
  return violated.length === 0 ? EXIT.conforms : EXIT.violation;
};

const exitCodeOf = (exploration: Exploration): ExitCode => {
  if (exploration.outcome === 'violated') return EXIT.violation;
  const isShown = exploration.outcome === 'exhausted' && unmet(exploration).length === 0;
  return isShown ? EXIT.conforms : EXIT.inconclusive;
};

const search = async (
  entry: CatalogueEntry,
  model: Model,
  flags: ExploreFlags,
  io: ExploreIo,
): Promise<ExitCode> => {
  const options = optionsFrom(flags, io);
  const exploration = await explore(model, options);
  const { counterexample } = exploration;
  for (const line of countLines(model, exploration)) io.out(line);
  for (const line of verdictLines(model, exploration)) io.out(line);
  if (counterexample !== null) {
    for (const line of storyLines(entry, model, counterexample.trace, io.command)) io.out(line);
    if (flags.out !== undefined) await writeTrace(model, counterexample.trace, flags.out);
  }
  if (flags.json !== undefined) {
    const json = explorationJson(model, new Cells(model), flags.symmetry === true, exploration);
    await writeFile(flags.json, `${JSON.stringify(json, null, 2)}\n`);
  }
  return exitCodeOf(exploration);
};

const perform = async (name: string, flags: ExploreFlags, io: ExploreIo): Promise<ExitCode> => {
  if (flags.list === true) {
    for (const line of catalogueLines()) io.out(line);
    return EXIT.conforms;
  }
  const entry = entryNamed(name);
  const model = modelFor(entry, flags);
  if (flags.export !== undefined) {
    await exportModel(model, flags, io);
    return EXIT.conforms;
  }
  if (flags.replay !== undefined) return replayPath(entry, model, flags.replay, flags, io);
  return search(entry, model, flags, io);
};

/** Runs the command and returns its exit code. Whatever the user got wrong is said in one line. */
export const runExplore = async (
  name: string,
  flags: ExploreFlags,
  io: ExploreIo,
): Promise<ExitCode> => {
  try {
    return await perform(name, flags, io);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ModelError) {
      io.error(`psyncspec explore: ${error.message}`);
      return EXIT.usage;
    }
    if (error instanceof CheckpointError || error instanceof PathError || isFileError(error)) {
      io.error(`psyncspec explore: ${error.message}`);
      return EXIT.data;
    }
    throw error;
  }
};

const isFileError = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && 'path' in error;
