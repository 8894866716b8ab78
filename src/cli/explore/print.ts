import type { Paint } from '../../conformance/report/human.ts';
import {
  CATALOGUE,
  type CatalogueEntry,
  Cells,
  type Exploration,
  type Model,
  pathOf,
  type Trace,
  tellStory,
} from '../../explore/index.ts';

const grouped = (count: number): string => count.toLocaleString('en-US');

const settingsOf = (model: Model): string =>
  Object.entries(model.settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** All models with their bounds and mutants. */
export const catalogueLines = (paint: Paint): string[] =>
  CATALOGUE.flatMap(({ name, what, bounds, mutants, consults }) => [
    `${paint.bold(name)}  ${what}`,
    ...bounds.map(
      (bound) =>
        `  --${bound.name.padEnd(8)} ${bound.what}, ${bound.low} to ${bound.high}, by default ${bound.standard}`,
    ),
    ...mutants.map(({ name: mutant, alias, fault }) => {
      const called = alias === undefined ? mutant : `${mutant} (${alias})`;
      return `  --mutant ${called}: ${fault}`;
    }),
    `  --rules: it asks ${consults.join(', ')}`,
  ]);

const STOPPED = {
  states: 'the limit on states was reached',
  memory: 'the memory limit was reached',
  time: 'the time was up',
  interrupt: 'it was interrupted',
} as const;

/** What was counted, and how often each action and witness was met. */
export const countLines = (model: Model, exploration: Exploration, paint: Paint): string[] => {
  const { states, transitions, levels, seconds, bytes, actions, witnesses } = exploration;
  const rate = seconds > 0 ? states / seconds : 0;
  const never = (count: number) => (count === 0 ? paint.bad('never') : grouped(count));
  return [
    `${paint.bold(model.name)}  ${settingsOf(model)}`,
    `${grouped(states)} states, ${grouped(transitions)} transitions, ${levels} levels below the initial state`,
    `${seconds.toFixed(2)} s, ${grouped(Math.round(rate))} states/s, ${grouped(Math.round(bytes / 2 ** 20))} MiB of states`,
    `actions    ${actions.map(({ action, transitions: count }) => `${action} ${never(count)}`).join(', ')}`,
    `witnesses  ${witnesses.map(({ witness, states: count }) => `${witness} ${never(count)}`).join(', ')}`,
  ];
};

/** A run as a story, and how to walk it again. */
export const storyLines = (
  entry: CatalogueEntry,
  model: Model,
  trace: Trace,
  command: string,
): string[] => [
  ...tellStory(trace, entry.teller(new Cells(model))),
  `again      ${command} --replay ${pathOf(trace) || "''"}`,
];

/** Actions and witnesses that were never met: what says nothing then. */
export const unmet = ({ actions, witnesses }: Exploration): string[] => [
  ...actions.filter(({ transitions }) => transitions === 0).map(({ action }) => action),
  ...witnesses.filter(({ states }) => states === 0).map(({ witness }) => witness),
];

/** The verdict in one line or two. */
export const verdictLines = (model: Model, exploration: Exploration, paint: Paint): string[] => {
  const { outcome, stopped, counterexample, waiting } = exploration;
  if (counterexample !== null) {
    const { violated, trace } = counterexample;
    const steps = trace.steps.length === 1 ? '1 step' : `${trace.steps.length} steps`;
    return [paint.bad(`✗ ${violated.join(', ')} does not hold after ${steps}`)];
  }
  if (outcome === 'stopped' && stopped !== null) {
    return [
      paint.doubtful(`? explored so far: ${STOPPED[stopped]}, and ${grouped(waiting)} states wait`),
    ];
  }
  const names = model.always.map(({ name }) => name).join(', ');
  const missing = unmet(exploration);
  if (missing.length === 0) return [paint.good(`✓ ${names} hold in every reachable state`)];
  return [
    paint.doubtful(`? ${names} hold, but these were never met: ${missing.join(', ')}`),
    '  the bounds are too small to show anything about them',
  ];
};
