import type { z } from 'zod';
import { STANDARD } from '../../models/rules/ruleset.ts';
import { FAMILIES } from './families/index.ts';
import type { Family } from './family.ts';
import { fileNameOf, MANIFEST, type VectorFile } from './files.ts';
import { fileSchemaOf, manifestSchema } from './schema.ts';
import { canonical, digestOf, idOf, type Vector } from './vector.ts';

/** What is wrong with files of vectors: where, and how. */
export interface LintResult {
  readonly vectors: number;
  readonly problems: readonly string[];
}

const parsed = ({
  name,
  text,
}: VectorFile): { readonly value: unknown } | { readonly problem: string } => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `${name}: no JSON: ${error instanceof Error ? error.message : error}` };
  }
};

const misfits = (name: string, error: z.ZodError): string[] =>
  error.issues.map((issue) => `${name}: ${issue.path.join('.') || 'the file'}: ${issue.message}`);

/** What is wrong with a vector that fits the schema. */
const problemsWith = (family: Family, vector: Vector): string[] => {
  const [oldest] = vector.dialects;
  if (oldest === undefined) return [];
  const id = idOf(family.name, vector.question, oldest);
  const named = id === vector.id ? [] : [`${vector.id}: its question makes it ${id}`];
  const expected = canonical(vector.expected);
  const wrong = vector.dialects.flatMap((dialect) => {
    try {
      const decided = canonical(family.decide(vector.question, dialect, STANDARD));
      return decided === expected
        ? []
        : [`${vector.id}: in ${dialect} the rules say ${decided}, not ${expected}`];
    } catch (error) {
      return [`${vector.id}: cannot be decided: ${error instanceof Error ? error.message : error}`];
    }
  });
  return [...named, ...wrong];
};

const repeated = (vectors: readonly Vector[]): string[] => {
  const seen = new Set<string>();
  return vectors.flatMap(({ id }) => {
    const again = seen.has(id);
    seen.add(id);
    return again ? [`${id}: two vectors have this ID`] : [];
  });
};

const lintFile = (family: Family, file: VectorFile): LintResult => {
  const json = parsed(file);
  if ('problem' in json) return { vectors: 0, problems: [json.problem] };
  const fits = fileSchemaOf(family).safeParse(json.value);
  if (!fits.success) return { vectors: 0, problems: misfits(file.name, fits.error) };
  const { vectors } = fits.data;
  const problems = vectors.flatMap((vector) => problemsWith(family, vector));
  return { vectors: vectors.length, problems: [...repeated(vectors), ...problems] };
};

const lintManifest = (manifest: VectorFile, files: readonly VectorFile[]): string[] => {
  const json = parsed(manifest);
  if ('problem' in json) return [json.problem];
  const fits = manifestSchema.safeParse(json.value);
  if (!fits.success) return misfits(manifest.name, fits.error);
  return fits.data.families.flatMap(({ file, sha256 }) => {
    const text = files.find(({ name }) => name === file)?.text;
    if (text === undefined) return [`${manifest.name}: ${file} is not there`];
    return digestOf(text) === sha256 ? [] : [`${manifest.name}: ${file} has another digest`];
  });
};

/** Holds files of vectors to their schema, to unique IDs, and to what the rules say now. */
export const lint = (files: readonly VectorFile[]): LintResult => {
  const results = files.map((file): LintResult => {
    if (file.name === MANIFEST) return { vectors: 0, problems: lintManifest(file, files) };
    const family = FAMILIES.find(({ name }) => fileNameOf(name) === file.name);
    return family === undefined
      ? { vectors: 0, problems: [`${file.name}: no family has a file of this name`] }
      : lintFile(family, file);
  });
  const hasManifest = files.some(({ name }) => name === MANIFEST);
  return {
    vectors: results.reduce((sum, { vectors }) => sum + vectors, 0),
    problems: [
      ...(hasManifest ? [] : [`${MANIFEST} is not there`]),
      ...results.flatMap(({ problems }) => problems),
    ],
  };
};
