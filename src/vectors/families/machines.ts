import { z } from 'zod';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { isRuleId, type RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { family, type Question } from '../family.ts';
import { beginningsOf } from '../walks/search.ts';
import { statePath, stepperFor } from '../walks/steppers.ts';
import { walkedDialects, walksThrough } from '../walks/walks.ts';

const asked = z.strictObject({
  machine: z.string(),
  beginning: z.int().describe('which of its beginnings, where it has several'),
  events: z.array(z.looseObject({ type: z.string() })),
});

const answer = z.strictObject({
  begins: z.string().describe('the state'),
  steps: z.array(
    z.strictObject({
      state: z.string(),
      transitions: z.array(z.string()).describe('empty where the event changes nothing'),
      effects: z.array(z.strictObject({ type: z.string(), params: z.unknown() })),
    }),
  ),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;

const entryOf = (name: string): MachineEntry => {
  const entry = MACHINES.find((each) => each.name === name);
  if (entry === undefined) throw new RangeError(`there is no machine ${name}`);
  return entry;
};

const decide = (
  { machine, beginning, events }: Asked,
  dialect: Dialect,
  rules: Ruleset,
): Answer => {
  const entry = entryOf(machine);
  const { start, step } = stepperFor(entry, rules);
  let snapshot = start(beginningsOf(entry, dialect)[beginning]);
  const begins = statePath(snapshot);
  const steps = events.map((event) => {
    const taken = step(snapshot, event);
    snapshot = taken.snapshot;
    const isTaken = taken.outcome === 'taken';
    return {
      state: statePath(snapshot),
      transitions: isTaken ? [...taken.transitions] : [],
      effects: isTaken
        ? taken.effects.map(({ type, params }) => ({ type, params: params ?? null }))
        : [],
    };
  });
  return { begins, steps };
};

/** The rules that the guards and effects of a walk name. */
const rulesOf = ({ machine }: Asked, { steps }: Answer): readonly RuleId[] => {
  const { guards, effects } = entryOf(machine);
  const found = steps.flatMap((step) => [
    ...step.transitions.flatMap((id) => guards[id.split('/').at(-1) ?? '']?.rules ?? []),
    ...step.effects.flatMap(({ type }) => effects[type]?.rules ?? []),
  ]);
  return [...new Set(found)].filter(isRuleId).sort();
};

const questions = (): readonly Question<Asked>[] =>
  MACHINES.flatMap((entry) =>
    walksThrough(entry).walks.map(({ beginning, events }) => ({
      asked: {
        machine: entry.name,
        beginning,
        events: events.map((event) => ({ ...event, type: String(event.type) })),
      },
      flags: [],
      dialects: walkedDialects(entry),
    })),
  );

export const machineWalks = family({
  name: 'machines',
  title: 'Walks through the machines',
  about:
    'A machine of the specification hears these events, one after the other. In which state is it after each, which transitions did it take, and what has whoever drives it to do? Together the walks take every transition and every pair of consecutive ones. Times are in seconds.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
