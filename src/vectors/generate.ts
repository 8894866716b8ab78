import { ruleOf } from '../../models/rules/registry.ts';
import type { Ruleset } from '../../models/rules/ruleset.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import { MUTANTS, type Mutant, rulesWith } from '../../properties/mutants/index.ts';
import { type Listening, listening } from './consulted.ts';
import { FAMILIES } from './families/index.ts';
import type { Family, Question } from './family.ts';
import { canonical, idOf, type Vector } from './vector.ts';

/** A vector, and which rules were asked for its answer. */
interface Traced {
  readonly vector: Vector;
  readonly consulted: ReadonlySet<string>;
}

export interface GeneratedFamily {
  readonly family: Family;
  readonly vectors: readonly Vector[];
}

/** A fault of a rule, and the first vector that shows it; null where none does. */
export interface Kill {
  readonly mutant: Mutant;
  readonly by: string | null;
}

export interface Generated {
  readonly families: readonly GeneratedFamily[];
  readonly kills: readonly Kill[];
}

interface Agreement {
  readonly dialects: Dialect[];
  readonly expected: unknown;
  readonly consulted: Set<string>;
}

/** The answers to a question, each with the dialects that give it. */
const agreementsOn = (
  family: Family,
  { asked, dialects }: Question<unknown>,
  { rules, take }: Listening,
): readonly Agreement[] => {
  const agreements = new Map<string, Agreement>();
  for (const dialect of dialects) {
    take();
    const expected = family.decide(asked, dialect, rules);
    const key = canonical(expected);
    const agreement = agreements.get(key) ?? { dialects: [], expected, consulted: new Set() };
    agreement.dialects.push(dialect);
    for (const name of take()) agreement.consulted.add(name);
    agreements.set(key, agreement);
  }
  return [...agreements.values()];
};

const vectorsOn = (
  family: Family,
  question: Question<unknown>,
  listener: Listening,
): readonly Traced[] =>
  agreementsOn(family, question, listener).flatMap(({ dialects, expected, consulted }) => {
    const [oldest] = dialects;
    if (oldest === undefined) return [];
    const rules = family
      .rulesOf(question.asked, expected)
      .filter((id) => ruleOf(id).dialects.some((dialect) => dialects.includes(dialect)));
    const id = idOf(family.name, question.asked, oldest);
    const { asked, flags } = question;
    const vector = { id, dialects, rules, flags, notes: [], question: asked, expected };
    return [{ vector, consulted }];
  });

/** Whether a fault changes the answer. One that makes the machine throw does too. */
const tellsApart = (
  family: Family,
  { vector }: Traced,
  rules: Ruleset,
  dialect: Dialect,
): boolean => {
  try {
    return canonical(family.decide(vector.question, dialect, rules)) !== canonical(vector.expected);
  } catch {
    return true;
  }
};

const asks = ({ consulted }: Traced, { swapped }: Mutant): boolean =>
  Object.keys(swapped).some((name) => consulted.has(name));

/** The fault's own dialect where it has one, else the newest of the vector's. */
const dialectFor = ({ vector }: Traced, { dialect }: Mutant): Dialect | undefined =>
  dialect === undefined ? vector.dialects.at(-1) : vector.dialects.find((each) => each === dialect);

const kills = (family: Family, traced: Traced, mutant: Mutant, rules: Ruleset): boolean => {
  const dialect = dialectFor(traced, mutant);
  return (
    dialect !== undefined && asks(traced, mutant) && tellsApart(family, traced, rules, dialect)
  );
};

type TracedFamily = { readonly family: Family; readonly traced: readonly Traced[] };

/** Adds to each vector which historic bugs it finds. */
const noted = ({ family, traced }: TracedFamily): GeneratedFamily => {
  const faults = MUTANTS.flatMap((mutant) => {
    const { bug, fault } = mutant;
    return bug === undefined ? [] : [{ note: { bug, fault }, mutant, rules: rulesWith(mutant) }];
  });
  const vectors = traced.map((each) => ({
    ...each.vector,
    notes: faults
      .filter(({ mutant, rules }) => kills(family, each, mutant, rules))
      .map(({ note }) => note),
  }));
  return { family, vectors };
};

const killOf = (families: readonly TracedFamily[], mutant: Mutant): Kill => {
  const rules = rulesWith(mutant);
  for (const { family, traced } of families) {
    const by = traced.find((each) => kills(family, each, mutant, rules));
    if (by !== undefined) return { mutant, by: by.vector.id };
  }
  return { mutant, by: null };
};

/** All vectors, in the same order each time, and which faults they find. */
export const generate = (families: readonly Family[] = FAMILIES): Generated => {
  const listener = listening();
  const all = families.map((family) => {
    const traced = family.questions().flatMap((each) => vectorsOn(family, each, listener));
    const byId = new Map(traced.map((each) => [each.vector.id, each]));
    return { family, traced: [...byId.values()] };
  });
  return {
    families: all.map(noted),
    kills: MUTANTS.map((mutant) => killOf(all, mutant)),
  };
};
