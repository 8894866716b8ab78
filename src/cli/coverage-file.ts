import { readFileSync } from 'node:fs';
import { type Coverage, coverageSchema, unknownNameIn } from '../diagram/coverage.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { closest } from './suggestion.ts';

/** A coverage file that was checked: it is one, and every machine and transition that it names exists. */
export const readCoverage = (file: string): Coverage => {
  const parsed = coverageSchema.safeParse(readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'the file';
    throw new CommandFailure(
      EXIT.badInput,
      `${file} is no coverage file: ${place}: ${issue?.message}. docs/coverage.schema.json says what is one`,
    );
  }
  const unknown = unknownNameIn(parsed.data);
  if (unknown === null) return parsed.data;
  const similar = closest(unknown.name, unknown.known);
  throw new CommandFailure(
    EXIT.badInput,
    `${file}: no ${unknown.what} is called ${unknown.name}.${similar === undefined ? '' : ` Did you mean ${similar}?`}`,
  );
};

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(
      EXIT.badInput,
      `can't read ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
