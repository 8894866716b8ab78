import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../../properties/campaign.ts';
import { Unreadable } from '../../properties/notation.ts';
import type { Case } from '../../properties/operations.ts';
import { readScenario, writeScenario } from '../../properties/scenario.ts';
import type { Trace } from '../../properties/system.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** Failures found so far, as scenario files with a trace beside each; the next run begins with them. */
export class FailureFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  cases(): readonly Case[] {
    return this.#files().map((file) => {
      try {
        return readScenario(readFileSync(join(this.#path, file), 'utf8')).run;
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        throw new CommandFailure(EXIT.badInput, `${join(this.#path, file)}: ${error.message}`);
      }
    });
  }

  /** Writes scenario and trace; returns where. */
  save({ property, smallest, why }: Failure, trace: Trace, mutant: string | null): string {
    mkdirSync(this.#path, { recursive: true });
    const file = join(this.#path, `${mutant === null ? '' : `${mutant}.`}${property.id}.txt`);
    const lesson = [property.sentence, why];
    writeFileSync(file, writeScenario({ lesson, run: smallest, mutant, violates: property.id }));
    writeFileSync(file.replace(/txt$/, 'trace.jsonl'), traceLines(trace));
    return file;
  }

  #files(): string[] {
    try {
      return readdirSync(this.#path).filter((name) => name.endsWith('.txt'));
    } catch {
      // There is no such folder as long as nothing has failed.
      return [];
    }
  }
}

/** One line for the beginning and one for each operation; bytes of histories are left out. */
const traceLines = ({ system, begin, steps }: Trace): string =>
  [{ system, nodes: begin }, ...steps]
    .map((line) => JSON.stringify(line, (key, value) => (HIDDEN.has(key) ? undefined : value)))
    .join('\n')
    .concat('\n');

const HIDDEN: ReadonlySet<string> = new Set(['history', 'transfer', 'before']);
