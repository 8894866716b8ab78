import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { type CatalogueEntry, isRuleName } from '../../explore/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { instead } from './settings.ts';

/** How long a module may take to load, and its rules to answer all that a model asks, in milliseconds. */
const LOAD_MILLISECONDS = 10_000;
const ANSWER_MILLISECONDS = 10_000;

export const rulesFailure = (file: string, problem: string): CommandFailure =>
  new CommandFailure(EXIT.badInput, `rules '${file}': ${problem}`);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Loads the module in a thread first, which can be ended when it never comes to an end by itself. */
const tryOut = async (file: string, url: string): Promise<void> => {
  const code = `import(${JSON.stringify(url)}).then(() => process.exit(0), (error) => { throw error; })`;
  const worker = new Worker(code, { eval: true, stdout: true, stderr: true });
  const late = setTimeout(() => worker.terminate(), LOAD_MILLISECONDS);
  try {
    const [exitCode] = await once(worker, 'exit');
    if (exitCode === 0) return;
  } catch (error) {
    throw rulesFailure(file, `it cannot be loaded: ${messageOf(error)}`);
  } finally {
    clearTimeout(late);
  }
  throw rulesFailure(file, `it is not loaded after ${LOAD_MILLISECONDS / 1000} s: does it loop?`);
};

/** A rule of the user's that says who it is when it fails. */
const named = (
  file: string,
  name: string,
  rule: (...of: unknown[]) => unknown,
): ((...of: unknown[]) => unknown) => {
  return (...of) => {
    const asked = `${name}(${of.map((value) => JSON.stringify(value)).join(', ')})`;
    let answer: unknown;
    try {
      answer = rule(...of);
    } catch (error) {
      throw rulesFailure(file, `${asked} throws: ${messageOf(error)}`);
    }
    if (answer === undefined) throw rulesFailure(file, `${asked} answers nothing`);
    return answer;
  };
};

const exportsOf = (module: Readonly<Record<string, unknown>>): [string, unknown][] => {
  const { default: whole, ...rest } = module;
  const inDefault = typeof whole === 'object' && whole !== null ? Object.entries(whole) : [];
  return [...inDefault, ...Object.entries(rest)];
};

/** The rules that a module exports. Throws a `CommandFailure` that says why it cannot be used. */
export const loadRules = async (
  file: string,
  { name: model, consults }: CatalogueEntry,
): Promise<Partial<Ruleset>> => {
  const { href } = pathToFileURL(resolve(file));
  await tryOut(file, href);
  const found = exportsOf(await import(href));
  if (found.length === 0) throw rulesFailure(file, 'it exports no rule');
  for (const [name, rule] of found) {
    if (!isRuleName(name)) {
      throw rulesFailure(
        file,
        `there is no rule '${name}': ${instead(name, Object.keys(STANDARD))}`,
      );
    }
    if (typeof rule !== 'function') throw rulesFailure(file, `'${name}' is not a function`);
    if (!consults.includes(name)) {
      throw rulesFailure(
        file,
        `model ${model} does not ask '${name}'; it asks ${consults.join(', ')}`,
      );
    }
  }
  // Names are those of rules and values are functions; what these answer is checked where it is used.
  return Object.fromEntries(
    found.map(([name, rule]) => [name, named(file, name, rule as (...of: unknown[]) => unknown)]),
  ) as Partial<Ruleset>;
};

/** The error comes from the context of the script, so it is no `Error` of ours. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Does what calls the rules of a file, for so long and no longer. */
export const withinTime = <T>(file: string, work: () => T): T => {
  try {
    // A script is the only thing that the engine interrupts from outside, whatever it calls.
    // What it returns is what `work` does.
    return new Script('work()').runInNewContext({ work }, { timeout: ANSWER_MILLISECONDS }) as T;
  } catch (error) {
    if (isTimeout(error)) {
      throw rulesFailure(
        file,
        `no answer after ${ANSWER_MILLISECONDS / 1000} s: does a rule loop?`,
      );
    }
    if (error instanceof TypeError)
      throw rulesFailure(file, `an answer of no use: ${error.message}`);
    throw error;
  }
};
