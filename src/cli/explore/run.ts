import { writeFile } from 'node:fs/promises';
import type { Paint } from '../../conformance/report/human.ts';
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
  type Variant,
} from '../../explore/index.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { catalogueLines, countLines, storyLines, unmet, verdictLines } from './print.ts';
import { ProgressReport, type ProgressStream } from './progress.ts';
import { loadRules, rulesFailure, withinTime } from './rules-file.ts';
import {
  checkTogether,
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
  readonly paint: Paint;
  readonly progress: ProgressStream;
  readonly signal: AbortSignal;
  /** The command line as it was typed, less what asks for a replay. */
  readonly command: string;
}

const CHECKPOINT_SECONDS = 300;

const secondsFrom = ({ time }: ExploreFlags): number | null =>
  time === undefined ? null : durationInSeconds('--time', time);

const optionsFrom = (
  flags: ExploreFlags,
  io: ExploreIo,
  report: ProgressReport,
): ExploreOptions => {
  const seconds = secondsFrom(flags);
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
  const report = new ProgressReport(io.progress, secondsFrom(flags));
  const options = optionsFrom(flags, io, report);
  const exploration = await explore(model, options).finally(() => report.end());
  const { counterexample } = exploration;
  for (const line of countLines(model, exploration, io.paint)) io.out(line);
  for (const line of verdictLines(model, exploration, io.paint)) io.out(line);
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
    for (const line of catalogueLines(io.paint)) io.out(line);
    return EXIT.conforms;
  }
  checkTogether(flags);
  const entry = entryNamed(name);
  const model = await modelWith(entry, flags);
  if (flags.export !== undefined) {
    await exportModel(model, flags, io);
    return EXIT.conforms;
  }
  if (flags.replay !== undefined) return replayPath(entry, model, flags.replay, flags, io);
  return search(entry, model, flags, io);
};

const modelWith = async (entry: CatalogueEntry, flags: ExploreFlags): Promise<Model> => {
  const { rules: file } = flags;
  if (file === undefined) return modelFor(entry, flags, null);
  const variant: Variant = { rules: await loadRules(file, entry), from: `rules of ${file}` };
  try {
    return withinTime(file, () => modelFor(entry, flags, variant));
  } catch (error) {
    if (error instanceof ModelError) throw rulesFailure(file, error.message);
    throw error;
  }
};

/** Runs the command and returns its exit code. Throws a `CommandFailure` that says what the user got wrong. */
export const runExplore = async (
  name: string,
  flags: ExploreFlags,
  io: ExploreIo,
): Promise<ExitCode> => {
  try {
    return await perform(name, flags, io);
  } catch (error) {
    if (error instanceof ModelError) {
      throw flags.rules === undefined
        ? new CommandFailure(EXIT.usage, `model ${name}: ${error.message}`)
        : rulesFailure(flags.rules, error.message);
    }
    if (error instanceof CheckpointError || error instanceof PathError || isFileError(error)) {
      throw new CommandFailure(EXIT.badInput, error.message);
    }
    throw error;
  }
};

const isFileError = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && 'path' in error;
