import { readFileSync } from 'node:fs';
import { type Baseline, baselineSchema } from '../conformance/report/baseline.ts';
import type { CheckedRole } from '../conformance/runner.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

/** A baseline that was checked: it is one, and of the role that is to be checked. */
export const readBaseline = (file: string, role: CheckedRole): Baseline => {
  const parsed = baselineSchema.safeParse(readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'the file';
    throw new CommandFailure(
      EXIT.badInput,
      `${file} is no baseline: ${place}: ${issue?.message}. --write-baseline ${file} writes one`,
    );
  }
  const { target } = parsed.data;
  if (target.role !== role) {
    throw new CommandFailure(
      EXIT.badInput,
      `${file} is a baseline for --role ${target.role}, and this run is for --role ${role}: give the baseline of that role`,
    );
  }
  return parsed.data;
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
