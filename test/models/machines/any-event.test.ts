import test from 'ava';
import fc from 'fast-check';
import type { AnyMachineSnapshot } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import type { Shape } from '../../../models/machines/catalogue/shape.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { reachOf } from '../../../models/machines/reach.ts';
import { refusalOf, stepperOf } from '../../../models/machines/step.ts';
import { gridOf } from '../../../src/diagram/grid.ts';
import { SEED } from '../../seed.ts';

/** Any value of a shape: what a rule has to be able to take. */
const anyOf = (shape: Shape): fc.Arbitrary<unknown> => {
  if (shape === 'text') return fc.oneof(fc.string(), fc.constantFrom('', '+CONTINUE', '+OK', '$1'));
  if (shape === 'number') {
    return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  }
  if (shape === 'flag') return fc.boolean();
  if ('oneOf' in shape) return fc.constantFrom(...shape.oneOf);
  if ('nullable' in shape) return fc.option(anyOf(shape.nullable));
  if ('listOf' in shape) return fc.array(anyOf(shape.listOf), { maxLength: 3 });
  if ('either' in shape) return fc.oneof(...shape.either.map(anyOf));
  return fc.record(
    Object.fromEntries(Object.entries(shape.fields).map(([name, each]) => [name, anyOf(each)])),
  );
};

const wellFormed = ({ events }: MachineEntry): fc.Arbitrary<object> =>
  fc.oneof(
    ...Object.entries(events).flatMap(([type, { shape, samples }]) => [
      anyOf(shape).map((fields) => Object.assign({}, fields, { type })),
      fc.constantFrom(...samples).map((fields) => ({ ...fields, type })),
    ]),
  );

/** A well-formed event with one field lost or replaced by something else, an unknown event, or no event at all. */
const malformed = (entry: MachineEntry): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.tuple(wellFormed(entry), fc.nat(), fc.anything()).map(([event, index, value]) => {
      const names = Object.keys(event);
      return { ...event, [names[index % names.length] ?? 'type']: value };
    }),
    fc.constantFrom(...Object.keys(entry.events)).map((type) => ({ type })),
    fc.record({ type: fc.oneof(fc.string(), fc.constantFrom('*', 'xstate.init', 'xstate.stop')) }),
    fc.anything(),
  );

const leafOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value ?? {})
        .map(([name, inside]) => `${name}.${leafOf(inside)}`)
        .join('');

/** Places to begin from: each state in which the machine rests in some dialect, as likely as the other ones. */
const placesOf = (entry: MachineEntry): ReadonlyMap<string, readonly AnyMachineSnapshot[]> => {
  const ends = [entry.dialects[0], entry.dialects.at(-1)].flatMap((each) => each ?? []);
  const places = new Map<string, AnyMachineSnapshot[]>();
  for (const snapshot of ends.flatMap((dialect) => reachOf(entry, dialect).snapshots)) {
    const leaf = leafOf(snapshot.value);
    places.set(leaf, [...(places.get(leaf) ?? []), snapshot]);
  }
  return places;
};

for (const entry of MACHINES) {
  const { step } = stepperOf(entry);
  const places = placesOf(entry);
  const { rows } = gridOf(entry);
  const place = fc
    .constantFrom(...places.keys())
    .chain((leaf) => fc.constantFrom(...(places.get(leaf) ?? [])));

  test(`the search comes to every state in which ${entry.name} rests`, (t) => {
    t.deepEqual([...places.keys()].sort(), rows.map(({ state }) => state).sort());
  });

  test(`${entry.name} takes no malformed event in any state, says why, and stays (seed ${SEED})`, (t) => {
    const refusedIn = new Set<string>();
    fc.assert(
      fc.property(place, malformed(entry), (at, event) => {
        const taken = step(at, event);
        t.true(Object.hasOwn(entry.states, leafOf(taken.snapshot.value)));
        if (refusalOf(entry, event) === null) return;
        refusedIn.add(leafOf(at.value));
        t.is(taken.outcome, 'refused');
        t.is(taken.snapshot, at);
        if (taken.outcome === 'refused') t.not(taken.because, '');
      }),
      { seed: SEED, numRuns: 1000 },
    );
    t.is(refusedIn.size, places.size);
  });

  test(`what ${entry.name} does on any event stands in its grid (seed ${SEED})`, (t) => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(place, wellFormed(entry), (at, event) => {
        const taken = step(at, event);
        const row = rows.find(({ state }) => state === leafOf(at.value));
        const cell = row?.cells.find((each) => 'type' in event && each.event === event.type);
        t.truthy(cell);
        outcomes.add(taken.outcome);
        if (taken.outcome === 'taken') {
          const ids = cell?.alternatives.map(({ transition }) => transition.id) ?? [];
          t.true(ids.includes(taken.transitions[0] ?? ''), taken.transitions[0]);
        } else {
          t.is(taken.outcome, 'ignored');
          t.true(cell?.elseIgnored);
        }
      }),
      { seed: SEED, numRuns: 1000 },
    );
    t.deepEqual([...outcomes].sort(), ['ignored', 'taken']);
  });
}
