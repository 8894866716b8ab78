import { z } from 'zod';
import { RULE_IDS } from '../../models/rules/registry.ts';
import { DIALECTS } from '../../models/vocabulary/index.ts';
import { FAMILIES } from './families/index.ts';
import type { Family } from './family.ts';
import { FLAGS, type Flag, FORMAT } from './vector.ts';

const FLAG_NAMES = Object.keys(FLAGS) as Flag[]; // The keys of a constant.

const vectorOf = ({ name, question, answer }: Family) =>
  z.strictObject({
    id: z
      .string()
      .regex(new RegExp(`^${name}-[0-9a-f]{12}$`))
      .describe('stays when vectors come and go and when an answer is mended'),
    dialects: z.array(z.enum(DIALECTS)).min(1).describe('in which the answer is this one'),
    rules: z.array(z.enum(RULE_IDS)).describe('that it comes from; see docs/rules.md'),
    flags: z.array(z.enum(FLAG_NAMES)),
    notes: z
      .array(z.strictObject({ bug: z.string(), fault: z.string() }))
      .describe('historic bugs that give another answer'),
    question,
    expected: answer,
  });

/** The file of one family. */
export const fileSchemaOf = (family: Family) =>
  z.strictObject({
    format: z.literal(FORMAT),
    family: z.literal(family.name),
    title: z.string(),
    about: z.string(),
    vectors: z.array(vectorOf(family)),
  });

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  flags: z.record(z.string(), z.string()).describe('what each flag means'),
  families: z.array(
    z.strictObject({
      family: z.string(),
      file: z.string(),
      vectors: z.int(),
      sha256: z.string().describe('of the file'),
    }),
  ),
});

/** The JSON Schema of every file of vectors, and of the manifest. */
export const jsonSchema = (): unknown => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Files of psyncspec vectors',
  anyOf: [manifestSchema, ...FAMILIES.map(fileSchemaOf)].map((schema) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema);
    return rest;
  }),
});
