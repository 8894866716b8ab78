import test from 'ava';
import type { AnyStateNode } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { misfit } from '../../../models/machines/catalogue/shape.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';

const nodesBelow = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...nodesBelow(child)]);

const isNote = (action: unknown): boolean =>
  typeof action === 'function' && 'type' in action && action.type === 'xstate.assign';

/** What is known of a machine, and what its chart has. */
const sides = (entry: MachineEntry) => {
  const { root, implementations } = entry.create(STANDARD);
  const effects = Object.entries(implementations.actions).filter(([, action]) => !isNote(action));
  return [
    ['states', Object.keys(entry.states), nodesBelow(root).map(({ path }) => path.join('.'))],
    ['guards', Object.keys(entry.guards), Object.keys(implementations.guards)],
    ['effects', Object.keys(entry.effects), effects.map(([name]) => name)],
  ] as const;
};

for (const entry of MACHINES) {
  for (const [kind, known, drawn] of sides(entry)) {
    test(`the catalogue knows exactly the ${kind} of ${entry.name}`, (t) => {
      t.deepEqual([...known].sort(), [...drawn].sort());
    });
  }

  test(`every event in the chart of ${entry.name} is known, and every known one heard somewhere`, (t) => {
    t.deepEqual(Object.keys(entry.events).sort(), [...entry.create(STANDARD).events].sort());
  });

  test(`the samples of ${entry.name} are well-formed, and there is one of every event`, (t) => {
    for (const [type, { shape, samples }] of Object.entries(entry.events)) {
      t.true(samples.length > 0, type);
      for (const sample of samples) t.is(misfit(sample, shape, type), null);
    }
  });
}

test('a malformed value is told by the place where it goes wrong', (t) => {
  const shape = { fields: { at: 'number', from: { listOf: { nullable: 'text' } } } } as const;
  t.is(misfit({ at: 1, from: ['here', null] }, shape, 'X'), null);
  t.is(misfit({ at: Number.NaN, from: [] }, shape, 'X'), 'X.at: not a number');
  t.is(misfit({ at: 1, from: ['here', 2] }, shape, 'X'), 'X.from[1]: not a text');
  t.is(misfit({ at: 1 }, shape, 'X'), 'X.from: not a list');
  t.is(misfit(null, shape, 'X'), 'X: not an object');
});
