import { z } from 'zod';
import type { RuleId } from '../../models/rules/registry.ts';
import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import type { Flag } from './vector.ts';

/** Something to ask, and where the question makes sense. */
export interface Question<Asked> {
  readonly asked: Asked;
  readonly flags: readonly Flag[];
  readonly dialects: readonly Dialect[];
}

/** Vectors of one kind: what is asked, and how the rules answer it. */
export interface FamilyOf<Asked, Answer> {
  /** Also the name of its file. */
  readonly name: string;
  readonly title: string;
  /** How to read a question and its answer, in a few sentences. */
  readonly about: string;
  readonly question: z.ZodType<Asked>;
  readonly answer: z.ZodType<Answer>;
  readonly questions: () => readonly Question<Asked>[];
  readonly decide: (asked: Asked, dialect: Dialect, rules: Ruleset) => Answer;
  /** The rules that the answer comes from. */
  readonly rulesOf: (asked: Asked, answer: Answer) => readonly RuleId[];
}

/** A family whose values nobody needs to know the types of; a malformed question is an error of zod's. */
export type Family = FamilyOf<unknown, unknown>;

export const family = <Asked, Answer>(of: FamilyOf<Asked, Answer>): Family => ({
  ...of,
  decide: (asked, dialect, rules) => of.decide(of.question.parse(asked), dialect, rules),
  rulesOf: (asked, answer) => of.rulesOf(of.question.parse(asked), of.answer.parse(answer)),
});

/** Bytes, one character each (U+0000 to U+00FF). */
export const bytes = () => z.string().regex(/^[\0-ÿ]*$/);

/** An offset or a position in a history, never beyond what a double holds exactly. */
export const offset = () => z.int().min(-1);

export const replid = () => z.string().describe('a replication ID');

export const words = () => z.array(bytes());

export const idsSchema = z.strictObject({
  replid: replid(),
  replid2: replid().nullable(),
  secondReplOffset: offset().nullable(),
});

export const windowSchema = z
  .strictObject({ firstByte: offset(), histlen: z.int().min(0) })
  .describe('the bytes from firstByte up to, and without, firstByte + histlen');

/** Made-up IDs that can't be mistaken for one another. */
export const ID = {
  own: '8f3a'.repeat(10),
  previous: 'c0de'.repeat(10),
  foreign: '51d7'.repeat(10),
  drawn: 'e92b'.repeat(10),
} as const;
