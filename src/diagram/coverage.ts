import { z } from 'zod';
import { MACHINES } from '../../models/machines/catalogue.ts';
import { transitionsOf } from '../../models/machines/transitions.ts';
import { STANDARD } from '../../models/rules/ruleset.ts';
import type { Chart } from './chart.ts';

const COVERED = ['conforming', 'violated', 'not-reached'] as const;

/** What a check or a suite saw of the machines' transitions. Its JSON Schema is published with the docs. */
export const coverageSchema = z.object({
  format: z.literal('psyncspec-coverage-1'),
  subject: z.string().describe('what was run, with its version, as in redis-server 7.0.15'),
  transitions: z.array(
    z.object({
      machine: z.string().describe('the name of a machine, as psyncspec diagram lists it'),
      transition: z.string().describe('the ID of a transition, as in following.connecting/LINK_UP'),
      outcome: z
        .enum(COVERED)
        .describe('not-reached says that it was tried; so are transitions that are not listed'),
      where: z.string().describe('the check or walk that saw it, or the reason why none could'),
    }),
  ),
});

export type Coverage = z.infer<typeof coverageSchema>;

/** What a coverage file names that no machine has: the unknown word, and what it could have been. */
export interface UnknownName {
  readonly what: 'machine' | 'transition';
  readonly name: string;
  readonly known: readonly string[];
}

/** The first name in a coverage file that no machine has, or null. */
export const unknownNameIn = ({ transitions }: Coverage): UnknownName | null => {
  const names = MACHINES.map(({ name }) => name);
  const known = new Map(
    MACHINES.map((entry) => [
      entry.name,
      new Set(transitionsOf(entry.create(STANDARD)).map(({ id }) => id)),
    ]),
  );
  for (const { machine, transition } of transitions) {
    const ids = known.get(machine);
    if (ids === undefined) return { what: 'machine', name: machine, known: names };
    if (!ids.has(transition)) return { what: 'transition', name: transition, known: [...ids] };
  }
  return null;
};

/** A chart whose transitions say whether they were seen, and to conform. What was violated once is violated. */
export const withCoverage = (chart: Chart, coverage: Coverage): Chart => {
  const outcomes = new Map<string, Set<string>>();
  for (const { machine, transition, outcome } of coverage.transitions) {
    if (machine !== chart.name) continue;
    outcomes.set(transition, (outcomes.get(transition) ?? new Set()).add(outcome));
  }
  const markOf = (id: string) => {
    const seen = outcomes.get(id);
    if (seen?.has('violated')) return 'violated';
    return seen?.has('conforming') ? 'conforming' : 'not-reached';
  };
  const legend = `${coverage.subject}: ✓ conforming, ✗ violated, ○ not reached`;
  return {
    ...chart,
    shows: chart.shows === null ? legend : `${chart.shows}, ${legend}`,
    transitions: chart.transitions.map((each) => ({ ...each, mark: markOf(each.id) })),
  };
};
